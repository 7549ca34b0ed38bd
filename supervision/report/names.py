"""What sectors, tiers and codes are called in a report."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.standard import GENERAL, Standard
from model.tiers import TIERS
from records.subjects import SUBJECTS
from training.cards.blocks import Text

TIER_NAMES = {tier.rank: Text(tier.zh, tier.en) for tier in TIERS}
TOTAL = Text("合计", "total")
NO_TIER = Text("未分级", "not tiered")

BASES: dict[str, Text] = {
    "random": Text("随机抽查", "random draw"),
    "directed": Text("定向抽查", "directed"),
    "complaint": Text("投诉举报核查", "after a complaint"),
    "assigned": Text("交办转办", "assigned"),
    "special": Text("专项检查", "special campaign"),
    "follow_up": Text("复查", "follow-up"),
    "statutory": Text("法定检查", "statutory"),
}
TARGETS: dict[str, Text] = {
    name: Text(SUBJECTS[name].zh, SUBJECTS[name].en) for name in SUBJECTS["repairs"].column("target_subject").codes
}
TOPICS: dict[str, Text] = {
    "annual_report": Text("年度报告", "annual report"),
    "long_idle": Text("长期未经营", "long idle"),
    "penalty": Text("行政处罚", "penalty"),
    "high_tier": Text("较高风险", "higher tier"),
    "buffer": Text("信用惩戒缓冲", "buffer"),
    "repair": Text("信用修复", "repair"),
}
CHANNELS: dict[str, Text] = {
    "phone": Text("电话", "phone"),
    "letter": Text("书面", "letter"),
    "visit": Text("上门", "visit"),
    "message": Text("短信等", "message"),
}
COMMITMENT_KINDS: dict[str, Text] = {
    "permit": Text("许可类告知承诺", "for a permit"),
    "proof": Text("证明事项告知承诺", "in place of a proof"),
    "voluntary": Text("自愿公开承诺", "voluntary, public"),
}
LEAD_KINDS: dict[str, Text] = {
    "monitoring": Text("监测", "monitoring"),
    "transfer": Text("其他部门移送", "transferred by another department"),
    "platform": Text("平台报送", "reported by a platform"),
    "media": Text("舆情", "media"),
}


@dataclass(frozen=True)
class Sectors:
    """The sectors of a report, in the order of their standards' deadlines and offices, then those without one."""

    standards: Mapping[str, Standard]

    def name(self, sector: str) -> Text:
        if sector == GENERAL:
            return Text("通用（未标明领域）", "general, no sector named")
        standard = self.standards.get(sector)
        return Text(standard.name_zh, standard.name_en) if standard else Text(sector, "no standard")

    def office(self, sector: str) -> str | None:
        standard = self.standards.get(sector)
        return standard.office if standard else None

    def order(self, others: frozenset[str] = frozenset()) -> list[str]:
        """Every sector with a standard and every other one that is named, `general` last."""
        last = "9999-12-31"
        own = [
            (str(standard.deadline or last), standard.office, sector)
            for sector, standard in self.standards.items()
            if sector != GENERAL
        ]
        unknown = sorted(others - set(self.standards) - {GENERAL})
        return [*(sector for *_, sector in sorted(own)), *unknown, GENERAL]


def named(words: Mapping[str, Text], code: str) -> Text:
    """What a code is called; one that has no name by itself."""
    return words.get(code, Text(code, ""))
