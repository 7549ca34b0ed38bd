"""Why did the tier move, beside the margin? What the bureau changed is named: cuts, hard rules, routing, level."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from model.standard import Standard
from model.tiers import TIERS, tier_ranks
from serving.results import Result
from serving.review.enterprise.history import Standpoint
from serving.verdicts import SCHEME_OF_SOURCE

Words = tuple[str, str]

SOURCE_WORDS: dict[str, Words] = {
    "module": ("省专业模块的等级", "the grade of the provincial professional module"),
    "superior": ("上级部门的等级", "the grade of the superior bureau"),
    "provincial": ("省通用等级", "the provincial general grade"),
    "sector": ("本领域模型", "the sector's own model"),
    "general": ("通用模型", "the general model"),
    "point_table": ("公布的计分表", "the published point table"),
    "hard_rule": ("直接判定", "a hard rule"),
    "override": ("人工调整", "a person's override"),
}
"""Where a tier comes from, in words."""
_OWN_LEVELS = ("sector", "general", "point_table")


@dataclass(frozen=True)
class PolicyChange:
    """One thing that the bureau changed between two dates and that bears on the tier: its code, and a sentence."""

    code: str
    zh: str
    en: str


def policy_changes(earlier: Standpoint, later: Standpoint) -> tuple[PolicyChange, ...]:
    """What changed between two answers for one enterprise and sector, other than its margin.

    Empty where nothing did; where the earlier release is gone, its cuts and rules are not known, and only what the
    answers themselves tell is named.
    """
    before, after = earlier.result, later.result
    return (*_rules(before, after), *_sources(before, after), *_cuts(earlier, later))


def _rules(before: Result, after: Result) -> Iterator[PolicyChange]:
    old, new = ({rule["rule"]: rule for rule in result["rules"]} for result in (before, after))
    for code in sorted(new.keys() - old.keys()):
        rule = new[code]
        yield PolicyChange(
            "hard_rule",
            f"直接判定开始适用：{rule['zh']}（{rule['source']}）",
            f"a hard rule holds now: {rule['en']} ({rule['source']})",
        )
    for code in sorted(old.keys() - new.keys()):
        rule = old[code]
        yield PolicyChange(
            "hard_rule",
            f"直接判定不再适用：{rule['zh']}（{rule['source']}）",
            f"a hard rule holds no more: {rule['en']} ({rule['source']})",
        )


def _sources(before: Result, after: Result) -> Iterator[PolicyChange]:
    old, new = before["source"], after["source"]
    if old == new or old is None or new is None or "hard_rule" in (old, new):
        return
    code = "level" if old in _OWN_LEVELS and new in _OWN_LEVELS else "routing"
    if "override" in (old, new):
        code = "override"
    elif code == "routing":
        assert {old, new} & SCHEME_OF_SOURCE.keys(), "only another system's grade is no level of ours"
    (old_zh, old_en), (new_zh, new_en) = SOURCE_WORDS[old], SOURCE_WORDS[new]
    yield PolicyChange(code, f"类别来源由{old_zh}改为{new_zh}", f"the tier comes from {new_en}, before from {old_en}")


def _cuts(earlier: Standpoint, later: Standpoint) -> Iterator[PolicyChange]:
    old, new = _standard(earlier), _standard(later)
    if old is None or new is None or old.cuts == new.cuts:
        return
    zh = f"类别分界由{_percents(old.cuts)}调整为{_percents(new.cuts)}"
    en = f"the cuts moved from {_percents(old.cuts)} to {_percents(new.cuts)}"
    probability = later.result["probability"]
    if probability is not None:
        tier = TIERS[int(tier_ranks(np.array([probability]), old.cuts)[0]) - 1]
        zh, en = f"{zh}；按原分界本次概率属{tier.zh}", f"{en}; by the old ones today's probability would be {tier.en}"
    yield PolicyChange("cuts", zh, en)


def _standard(standpoint: Standpoint) -> Standard | None:
    if standpoint.release is None:
        return None
    model = standpoint.release.model_of(standpoint.result["sector"])
    return None if model is None else model.standard


def _percents(cuts: tuple[float, ...]) -> str:
    return " / ".join(f"{cut:.1%}" for cut in cuts)
