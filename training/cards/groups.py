"""The card's page on fairness: one table per trait, and a sentence per group that is out of line beyond noise."""

import pandas as pd

from model.tiers import TIERS
from training.cards.blocks import Block, Bullets, Paragraph, Section, Table, Text
from training.cards.facts import Facts
from training.cards.performance import has_figures
from training.cards.wording import DASH, count, number, ratio, share
from training.fairness import (
    ALL,
    LEAST_ENTERPRISES,
    POOLED,
    RISKY_RANK,
    TESTED,
    TRAITS,
    UNKNOWN,
    Trait,
    compare_groups,
    out_of_line,
)
from training.fitted import Fitted
from training.metrics import INTERVAL

_RISKY_ZH = "、".join(tier.zh for tier in TIERS[RISKY_RANK - 1 :])
_RISKY_EN = " or ".join(tier.en for tier in TIERS[RISKY_RANK - 1 :])

_EXPLAINED = (
    Text(
        "比较不同规模、年龄、区域和所有制的企业；这些是企业的属性，模型不看任何人的身份。",
        "Enterprises are compared by size, age, region and ownership; these describe enterprises, and no person.",
    ),
    Text(
        f"误报：检查未发现问题却列为{_RISKY_ZH}的比例；漏报：发现问题却列为低的比例；"
        "检查负担：按标准的抽查比例，一家无问题企业每年预期受检次数。",
        f"False alarms: of the clean ones, the share in {_RISKY_EN}; "
        "missed: of those with a problem, the share in low; "
        "burden: inspections a year that a clean enterprise may expect by the standard's sampling.",
    ),
    Text(
        "问题多的组误报也多，这本身不是偏袒：先看实际与预测之比是否偏离 1。",
        "Where problems are frequent false alarms are too, which is no bias by itself: look first whether observed "
        "over predicted is away from 1.",
    ),
    Text(
        f"少于 {LEAST_ENTERPRISES} 家企业的组合并，合并后仍不足的不列数字；"
        f"括号内为 {INTERVAL:.0%} 区间，同一企业的各快照视为一次抽取。",
        f"Groups of fewer than {LEAST_ENTERPRISES} enterprises are pooled, and a pool of fewer is not shown; "
        f"{INTERVAL:.0%} intervals in brackets take all snapshots of an enterprise as one draw.",
    ),
)


def fairness_section(fitted: Fitted, facts: Facts | None) -> Section:
    """How the groups fare, trait by trait."""
    title = Text("公平性", "Fairness")
    if facts is None:
        return Section(
            title, (_cannot("本卡制作时未提供记录", "The records were not at hand when this card was made"),)
        )
    if not has_figures(fitted):
        return Section(title, (_cannot("没有样本外概率", "There are no out-of-fold probabilities"),))
    rows = fitted.rows.merge(facts.traits, on=["as_of", "enterprise_id", "sector"], how="left", validate="one_to_one")
    if rows["enterprise_id"].nunique() < 2 * LEAST_ENTERPRISES:
        return Section(title, (_cannot("企业太少，无法分组比较", "There are too few enterprises to compare groups"),))
    tables = [compare_groups(rows, trait, fitted.model.standard) for trait in TRAITS]
    flagged = out_of_line(tables)
    blocks: list[Block] = [Bullets(_EXPLAINED), _verdict(tables, flagged)]
    blocks += [_table(*parts) for parts in zip(TRAITS, tables, flagged, strict=True)]
    return Section(title, tuple(blocks))


def _verdict(tables: list[pd.DataFrame], flagged: list[list[tuple[int, str]]]) -> Block:
    asked = sum(int(table[column].notna().sum()) for table in tables for column in TESTED)
    sentences = [
        _sentence(trait, table, position, what)
        for trait, table, found in zip(TRAITS, tables, flagged, strict=True)
        for position, what in found
    ]
    if not sentences:
        return Paragraph(
            Text(
                f"在 {asked} 项比较中（已作多重比较校正），没有一组的校准或误报超出偶然波动。",
                f"In {asked} comparisons, corrected for their number, no group's calibration or false alarms are out "
                "of line beyond noise.",
            )
        )
    return Bullets(tuple(sentences))


def _sentence(trait: Trait, table: pd.DataFrame, position: int, what: str) -> Text:
    row, everyone = table.iloc[position], table.iloc[0]
    name = _group(trait, str(row["group"]))
    if what == "calibration":
        side = ("低估", "under") if row["calibration"] > everyone["calibration"] else ("高估", "over")
        return Text(
            f"{trait.zh}“{name.zh}”：实际问题率 {share(row['base_rate'])}，预测 {share(row['mean_probability'])}，"
            f"风险被{side[0]}，超出偶然波动。",
            f"{trait.en.capitalize()} “{name.en or name.zh}”: {share(row['base_rate'])} found and "
            f"{share(row['mean_probability'])} predicted; the risk is {side[1]}stated beyond noise.",
        )
    side = ("高于", "above") if row["false_alarms"] > everyone["false_alarms"] else ("低于", "below")
    alarms, usual = share(row["false_alarms"]), share(everyone["false_alarms"])
    return Text(
        f"{trait.zh}“{name.zh}”：误报 {alarms}，{side[0]}全部企业的 {usual}，超出偶然波动；"
        f"该组实际问题率 {share(row['base_rate'])}。",
        f"{trait.en.capitalize()} “{name.en or name.zh}”: false alarms of {alarms} are {side[1]} the {usual} of all "
        f"beyond noise; {share(row['base_rate'])} of the group had a problem.",
    )


def _table(trait: Trait, table: pd.DataFrame, flagged: list[tuple[int, str]]) -> Table:
    head = (
        Text(trait.zh, trait.en),
        Text("行", "rows"),
        Text("企业", "enterprises"),
        Text("问题率", "base rate"),
        Text("平均预测", "mean predicted"),
        Text("实际/预测", "observed / predicted"),
        Text("列为较高", "in higher tiers"),
        Text("误报", "false alarms"),
        Text("误报比全部", "false alarms to all"),
        Text("漏报", "missed"),
        Text("检查负担", "burden a year"),
    )
    rows = tuple(_row(trait, row) for _, row in table.iterrows())
    caption = Text(f"{trait.zh}：{trait.basis_zh}。", f"{trait.en.capitalize()}: {trait.basis_en}.")
    return Table(head, rows, caption, frozenset(position for position, _ in flagged))


def _row(trait: Trait, row: pd.Series) -> tuple[Text | str, ...]:
    name = _group(trait, str(row["group"]))
    if pd.isna(row["n"]):
        return (name, f"< {LEAST_ENTERPRISES}", *[DASH] * 9)
    return (
        name,
        count(row["n"]),
        count(row["enterprises"]),
        share(row["base_rate"]),
        share(row["mean_probability"]),
        ratio(row["calibration"], row["calibration_low"], row["calibration_high"]),
        share(row["share_risky"]),
        share(row["false_alarms"]),
        ratio(row["false_alarm_ratio"], row["false_alarm_ratio_low"], row["false_alarm_ratio_high"]),
        share(row["missed"]),
        number(row["burden"], 2),
    )


def _group(trait: Trait, name: str) -> Text:
    known = {
        ALL: ("全部", "all"),
        POOLED: ("其他（合并）", "others, pooled"),
        UNKNOWN: ("未知", "unknown"),
        **trait.labels,
    }
    return Text(*known.get(name, (name, "")))


def _cannot(zh: str, en: str) -> Paragraph:
    return Paragraph(Text(f"{zh}。", f"{en}."))
