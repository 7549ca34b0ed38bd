"""From what one look found to alerts: what is beyond its bound, how bad that is, what to do, and who must do it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from features.catalogue.everything import BY_NAME
from features.evidence import evidence
from model.alerts import Alert, Alerts, Severity, Words
from model.stability import BLOCKING_INDEX, WARNING_INDEX
from model.standard import Standard
from model.tiers import TIERS, tier_of_rank
from records.source import Records
from records.subjects import SUBJECTS
from supervision.report.names import Sectors
from supervision.watch.drift import ALL, FALSE_DISCOVERIES, is_drifted
from supervision.watch.watch import Watched
from supervision.worklists.ledger import CREDIT_OFFICE
from training.cards.blocks import Text
from training.checks.drifted_inputs import BLOCKING_SHARE, WARNING_SHARE

ALIEN_INDEX = 2.0
"""Beyond this hardly a value lies where values lay (1.4 standard deviations away): a unit, a code or a source changed
(project decision)."""
LEAST_USE, LEAST_ALIEN_USE = 0.02, 0.002
"""An indicator with less of the model's use can do no harm; one with alien values can, with less (project decision)."""
BREAKING_ODDS = 1.5
"""Found odds of a problem so many times those answered, or so many times less, break with the past (project
decision)."""
LOW_RANK = TIERS[0].rank
NAMED_RECORDS = 12
"""How many records an alert about a tier names."""


def alerts_of(found: Watched, standards: Mapping[str, Standard], records: Records) -> Alerts:
    """All alerts of one look, by kind and within a kind the worst first."""
    sectors = Sectors(standards)
    parts = (
        _inputs(found),
        _margins(found, sectors),
        _calibration(found.calibration, sectors),
        _promises(found.promises, sectors),
        _silent(found),
        _jumped(found, sectors, records),
    )
    told = tuple(alert for part in parts for alert in part)
    return Alerts(found.as_of, found.reference, found.release, found.snapshot, told)


def drifted_use(inputs: pd.DataFrame) -> float:
    """Which share of the model's use rests on indicators that drifted much."""
    return float(inputs.loc[is_drifted(inputs, BLOCKING_INDEX), "use"].sum())


def _inputs(found: Watched) -> Iterator[Alert]:
    share = drifted_use(found.inputs)
    if share > WARNING_SHARE:
        zh = f"模型用力的 {share:.0%} 落在分布明显变动的指标上，最多 {BLOCKING_SHARE:.0%}"
        en = f"{share:.0%} of the model's use rests on indicators that drifted much, at most {BLOCKING_SHARE:.0%} may"
        worst = found.inputs[is_drifted(found.inputs, BLOCKING_INDEX)].head(5)
        told = tuple(f"{name}: PSI {row['index']:.3f}, use {row['use']:.1%}" for name, row in worst.iterrows())
        severity: Severity = "broken" if share > BLOCKING_SHARE else "warning"
        yield Alert(
            "model_inputs", severity, {"model": ALL}, share, BLOCKING_SHARE, Words(zh, en), told, _MEND, CREDIT_OFFICE
        )
    for name, row in found.inputs[is_drifted(found.inputs, WARNING_INDEX)].iterrows():
        indicator = BY_NAME[str(name)]
        is_alien = row["index"] > ALIEN_INDEX
        if row["use"] < (LEAST_ALIEN_USE if is_alien else LEAST_USE):
            continue
        zh = f"{indicator.zh}的分布与 {found.reference} 相比变动，稳定性指数 {row['index']:.2f}"
        en = f"{indicator.en}: spread otherwise than on {found.reference}, stability index {row['index']:.2f}"
        told = (
            f"q = {row['q']:.2g}",
            f"distance = {row['distance']:.2f} sd",
            f"nulls {row['nulls_before']:.1%} → {row['nulls_after']:.1%}",
            f"use = {row['use']:.1%}",
        )
        yield Alert(
            "input_drift", "broken" if is_alien else "warning", {"indicator": str(name)}, float(row["index"]),
            ALIEN_INDEX if is_alien else WARNING_INDEX, Words(zh, en), told, _MEND, CREDIT_OFFICE,
        )  # fmt: skip


def _margins(found: Watched, sectors: Sectors) -> Iterator[Alert]:
    for sector, row in found.margins[is_drifted(found.margins, WARNING_INDEX)].iterrows():
        name = _name(str(sector), sectors)
        is_broken = sector == ALL and row["index"] > BLOCKING_INDEX
        zh = f"{name.zh}的对数几率与 {found.reference} 相比变动，稳定性指数 {row['index']:.2f}"
        en = f"{name.en}: margins lie otherwise than on {found.reference}, stability index {row['index']:.2f}"
        told = (f"q = {row['q']:.2g}", f"distance = {row['distance']:.2f} sd")
        yield Alert(
            "margin_drift", "broken" if is_broken else "warning", {"sector": str(sector)}, float(row["index"]),
            BLOCKING_INDEX if is_broken else WARNING_INDEX, Words(zh, en), told, _MEND, _office(str(sector), sectors),
        )  # fmt: skip


def _calibration(kept: pd.DataFrame, sectors: Sectors) -> Iterator[Alert]:
    for row in kept[kept["q"] <= FALSE_DISCOVERIES].sort_values("q").to_dict("records"):
        name = _name(row["sector"], sectors)
        is_broken = max(row["odds"], 1 / row["odds"]) >= BREAKING_ODDS
        rate, around = f"{row['found']:.1%}", f"{row['low']:.1%}–{row['high']:.1%}"
        zh = f"{name.zh}随机抽查的问题率 {rate}（{around}），预计 {row['expected']:.1%}"
        en = f"{name.en}: random inspections found {rate} ({around}) where {row['expected']:.1%} were expected"
        told = (f"n = {row['n']}", f"q = {row['q']:.2g}", f"odds = {row['odds']:.2f}")
        yield Alert(
            "calibration", "broken" if is_broken else "warning", {"sector": row["sector"]}, float(row["found"]),
            float(row["expected"]), Words(zh, en), told, _RETRAIN, _office(row["sector"], sectors),
        )  # fmt: skip


def _promises(kept: pd.DataFrame, sectors: Sectors) -> Iterator[Alert]:
    for row in kept[kept["q"] <= FALSE_DISCOVERIES].sort_values("q").to_dict("records"):
        name, tier = _name(row["sector"], sectors), tier_of_rank(row["tier_rank"])
        is_above = row["found"] > row["promised_high"]
        band = f"{row['promised_low']:.1%}–{row['promised_high']:.1%}"
        zh = f"{name.zh}“{tier.zh}”类随机抽查的问题率 {row['found']:.1%}，标准承诺 {band}"
        en = f"{name.en}, {tier.en}: random inspections found {row['found']:.1%}, the standard promises {band}"
        told = (f"n = {row['n']}", f"q = {row['q']:.2g}", f"{row['low']:.1%}–{row['high']:.1%}")
        # The low tier is left alone (无事不扰): that it is worse than promised is what must never be.
        severity: Severity = "broken" if is_above and tier.rank == LOW_RANK else "warning"
        yield Alert(
            "promise", severity, {"sector": row["sector"], "tier": tier.id}, float(row["found"]),
            float(row["promised_high" if is_above else "promised_low"]), Words(zh, en), told, _RETRAIN,
            _office(row["sector"], sectors),
        )  # fmt: skip


def _silent(found: Watched) -> Iterator[Alert]:
    use = found.inputs["use"].groupby([BY_NAME[str(name)].subject for name in found.inputs.index]).sum()
    for row in found.feeds[found.feeds["is_silent"]].sort_values("silent_days", ascending=False).to_dict("records"):
        subject, share = SUBJECTS[row["subject"]], float(use.get(row["subject"], 0.0))
        zh = (
            f"{subject.zh}（{row['source']}）已 {row['silent_days']} 天没有新记录，往年同期最长 {row['longest']:.0f} 天"
        )
        en = (
            f"{subject.en} from {row['source']}: nothing new for {row['silent_days']} days, at most "
            f"{row['longest']:.0f} in this season before"
        )
        told = (f"last known on {row['last_known']}", f"arrivals = {row['arrivals']}", f"use = {share:.1%}")
        yield Alert(
            "silence", "broken" if share >= WARNING_SHARE else "warning",
            {"feed": row["subject"], "source": row["source"]}, float(row["silent_days"]), float(row["bound"]),
            Words(zh, en), told, _ASK, row["responsible"] or CREDIT_OFFICE,
        )  # fmt: skip


def _jumped(found: Watched, sectors: Sectors, records: Records) -> Iterator[Alert]:
    behind = _records_behind(found.jumps, records, found.as_of)
    for row in found.jumps.to_dict("records"):
        key = (row["enterprise_id"], row["sector"])
        before, after = tier_of_rank(row["rank_before"]), tier_of_rank(row["rank_after"])
        zh = f"{_name(row['sector'], sectors).zh}自 {found.jumped_since} 由“{before.zh}”到“{after.zh}”"
        en = f"{_name(row['sector'], sectors).en}: from {before.en} to {after.en} since {found.jumped_since}"
        moved = row["moved"]
        if moved:
            zh += "，变动的理由：" + "、".join(f"{BY_NAME[name].zh}（{part:+.2f}）" for name, part in moved)
            en += ", by " + ", ".join(f"{BY_NAME[name].en} ({part:+.2f})" for name, part in moved)
        station = row["station"] if isinstance(row["station"], str) else _office(row["sector"], sectors)
        yield Alert(
            "tier_jump", "notice", {"enterprise_id": row["enterprise_id"], "sector": row["sector"]},
            float(row["rank_after"]), float(row["rank_before"]), Words(zh, en), tuple(behind.get(key, ())), _LOOK,
            station,
        )  # fmt: skip


def _records_behind(jumps: pd.DataFrame, records: Records, as_of: date) -> dict[tuple[str, str], Sequence[str]]:
    """The records behind the reasons that moved, by enterprise and sector, sorted; at most NAMED_RECORDS."""
    if not len(jumps):
        return {}
    found = evidence(records, as_of, sorted(set(jumps["enterprise_id"])))
    of_enterprise = dict(list(found.groupby("enterprise_id")))
    behind: dict[tuple[str, str], Sequence[str]] = {}
    for row in jumps.to_dict("records"):
        own = of_enterprise.get(row["enterprise_id"], found[:0])
        named = {name for name, _ in row["moved"]}
        own = own[own["indicator"].isin(named) & (own["sector"].isna() | (own["sector"] == row["sector"]))]
        told = {f"{BY_NAME[one.indicator].subject}:{one.record_id}" for one in own.itertuples()}
        behind[row["enterprise_id"], row["sector"]] = sorted(told)[:NAMED_RECORDS]
    return behind


def _name(sector: str, sectors: Sectors) -> Text:
    return Text("各领域合计", "All sectors") if sector == ALL else sectors.name(sector)


def _office(sector: str, sectors: Sectors) -> str:
    return sectors.office(sector) or CREDIT_OFFICE


_MEND = Words(
    "查明这些记录如何进来（单位、代码、来源、口径）；数据无误而情形已变的，重新训练",
    "find out how these records came in (unit, code, source, meaning); where they are right and the world changed, "
    "train again",
)
_RETRAIN = Words(
    "核对近期检查的口径；确认情形已变的，重新训练，并用 fenji standards propose 复核分界",
    "check how problems were recorded of late; where the world changed, train again, and review the cuts with "
    "`fenji standards propose`",
)
_ASK = Words("向责任单位核实并补交中断期间的记录", "ask the responsible party, and have the missing records delivered")
_LOOK = Words("由所在地监管所核实依据记录，按类别措施办理", "the station checks the records and acts as the tier asks")
