"""What the card says for everyone and not only for the inspected: naive beside corrected figures, and the low tier."""

from collections.abc import Hashable, Mapping
from typing import Any

from model.tiers import TIERS
from training.cards.blocks import Block, Paragraph, Table, Text
from training.cards.wording import DASH, count, number, rate, share, tier_label
from training.fitted import Fitted, Training
from training.metrics import INTERVAL
from training.selection import OVERALL, QUALITY, selection_of
from training.tiers.low_tier import BOUND_LEVEL, low_tier_of

_FIGURES: dict[str, Text] = {
    OVERALL: Text("问题率", "rate of problems"),
    **{tier.id: Text(f"问题率：{tier.zh}", f"rate in {tier.en}") for tier in TIERS},
    "auc": Text("排序能力 AUC", "AUC"),
    "log_loss": Text("对数损失", "log-loss"),
    "calibration_error": Text("校准误差", "calibration error"),
}
_CAPTION = Text(
    "检查对象不是随机选出的：左为全部检查（含针对性检查）的所见，右为随机抽查按入样概率加权的估计，代表全部企业；"
    f"括号内为 {INTERVAL:.0%} 区间。",
    "Whom to inspect is no random choice: on the left what all inspections saw, targeted ones too, on the right the "
    f"random draws weighted by inclusion probability, which speak for everyone; {INTERVAL:.0%} intervals in brackets.",
)


def selection_blocks(fitted: Fitted) -> tuple[Block, ...]:
    """Naive figures of the last year's inspections beside corrected ones; nothing where none were kept."""
    table = selection_of(fitted).to_dict("records")
    if not table:
        return ()
    head = (
        Text("指标", "figure"),
        Text("检查所见", "as inspected"),
        Text("检查", "inspections"),
        Text("加权更正", "corrected"),
        Text("随机抽查", "random draws"),
    )
    rows = tuple(
        (
            _FIGURES[row["figure"]],
            _value(row, "naive"),
            count(row["naive_n"]),
            _value(row, "corrected"),
            count(row["corrected_n"]),
        )
        for row in table
    )
    return (Table(head, rows, _CAPTION),)


def low_tier_paragraph(training: Training, sector: str) -> Paragraph:
    """How many serious problems may stay unseen in the low tier, which is left alone (无事不扰)?"""
    low = low_tier_of(training, sector)
    name = tier_label(TIERS[0])
    if not low.inspections:
        return Paragraph(
            Text(
                f"“{name.zh}”等级没有受检企业，其中的严重问题无从得知。",
                "Nobody in the low tier was inspected: how many serious problems stay there is unknown.",
            )
        )
    verdict = ("", "")
    if not low.is_enough:
        verdict = ("；检查太少，本领域不能单独判断", "; so few inspections cannot judge the sector by itself")
    return Paragraph(
        Text(
            f"“{name.zh}”等级受检 {count(low.inspections)} 次，发现严重问题 {count(low.serious)} 次；"
            f"严重问题率估计为 {share(low.rate)}，{BOUND_LEVEL:.0%} 单侧上限 {share(low.upper)}，"
            f"允许上限 {share(low.allowed)}{verdict[0]}。",
            f"In the low tier {count(low.inspections)} inspections found {count(low.serious)} serious problems: "
            f"an estimated rate of {share(low.rate)}, below {share(low.upper)} with {BOUND_LEVEL:.0%} confidence "
            f"(allowed: {share(low.allowed)}){verdict[1]}.",
        )
    )


def _value(row: Mapping[Hashable, Any], kind: str) -> str:
    value = row[kind]
    if row["figure"] in QUALITY:
        return number(value)
    return rate(value, row[f"{kind}_low"], row[f"{kind}_high"]) if value is not None else DASH
