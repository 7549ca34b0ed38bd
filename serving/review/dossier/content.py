"""What stands in the dossier of one enterprise in one sector: tier, reasons, records, decisions, objections."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow.parquet as parquet

from model.tiers import tier_of_rank
from records.contract import Subject
from records.subjects import SUBJECTS
from serving.decisions.decision import VERDICTS, Decision
from serving.decisions.objection import OUTCOMES, Objection
from serving.results import Result
from serving.review.enterprises.row import Row
from serving.review.pages import local, percent
from serving.review.words import SOURCE_WORDS, STATUS_WORDS
from serving.snapshot import Snapshot

Translate = Callable[[str, str], str]

OWNERS = ("producer", "provider", "responsible")
_TOLD_APART = {"enterprise_id", "record_id", "occurred_on", "known_at", *OWNERS}
"""Columns that a record's row shows in a place of their own."""


@dataclass(frozen=True)
class Table:
    """Rows of text under their heads; `widths` are the columns' shares of the page."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Section:
    """A headed part: lines of text, then a table (null: none)."""

    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Dossier:
    """A whole dossier, in one language; `footer` stands on every page."""

    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: str


@dataclass(frozen=True)
class Material:
    """What a dossier is made of; `explained` is the answer with all reasons, `names` what tokens are named."""

    row: Row
    explained: Result
    snapshot: Snapshot
    release: str
    decisions: Sequence[Decision]
    objections: Sequence[Objection]
    names: Mapping[str | None, str]
    made_at: datetime
    made_by: str


def compose(material: Material, t: Translate) -> Dossier:
    """The dossier in the language of `t`, which chooses between Chinese and English."""
    result = material.row.result
    digests = t(
        f"发布 {material.release} · 快照 {material.snapshot.digest}",
        f"release {material.release} · snapshot {material.snapshot.digest}",
    )
    return Dossier(
        t("企业信用风险分类卷宗", "Dossier of a credit-risk tier"),
        tuple(_facts(material, t)),
        (
            _reasons(material.explained, t),
            *_records(material.snapshot, result["enterprise_id"], t),
            _decisions(material, t),
            _objections(material, t),
        ),
        digests,
    )


def _facts(material: Material, t: Translate) -> Iterator[tuple[str, str]]:
    row, result = material.row, material.row.result
    standard = row.standard
    yield t("主体", "Enterprise"), result["enterprise_id"]
    yield t("领域", "Sector"), t(standard.name_zh, standard.name_en) if standard else result["sector"]
    yield t("基准日", "As of"), material.snapshot.as_of.isoformat()
    if row.tier is None or row.model_tier is None:
        yield t("类别", "Tier"), t(*STATUS_WORDS[result["status"]])
    else:
        yield t("现行类别", "Tier in force"), t(row.tier.zh, row.tier.en)
        if result["override"]:
            until = result["override"]["expires_on"] or "–"
            yield (
                t("人工调整", "Override"),
                t(f"原类别 {row.model_tier.zh}，至 {until}（不含）", f"by itself {row.model_tier.en}, until {until}"),
            )
        yield t("来源", "Source"), t(*SOURCE_WORDS[row.model_source])
        for rule in result["rules"]:
            yield t("直接判定", "Hard rule"), f"{t(rule['zh'], rule['en'])} · {rule['source']}"
        yield t("人员确认", "Confirmed by a person"), t("是", "yes") if result["confirmed"] else t("否", "no")
    if result["probability"] is not None:
        low, high = result["interval"]
        borderline = t("，临界", ", borderline") if result["borderline"] else ""
        yield (
            t("问题概率（90% 区间）", "Probability (90 % interval)"),
            f"{percent(result['probability'])} ({percent(low)}–{percent(high)}){borderline}",
        )
    yield t("监管所", "Station"), row.station or "–"
    yield t("制作", "Made"), f"{local(material.made_at)} · {material.made_by}"


def _reasons(explained: Result, t: Translate) -> Section:
    title = t("理由", "Reasons")
    if explained["total"] is None:
        return Section(title, (t("这一来源没有可加的理由。", "This source has no additive reasons."),))
    lines = (
        t(
            f"以对数几率相加：基准 {explained['baseline']:.4f}，加所列各项，加其余 {explained['other']:+.4f}，"
            f"合计 {explained['total']:.4f}。",
            f"Additive in log-odds: baseline {explained['baseline']:.4f}, what is listed, others "
            f"{explained['other']:+.4f}, total {explained['total']:.4f}.",
        ),
    )
    rows = [
        (
            one["label"],
            _number(one["value"]),
            _number(one["typical"]),
            f"{one['contribution']:+.4f}",
            f"{one['effect_points']:+.1f}",
            ", ".join(one["records"]) or "–",
        )
        for one in explained["reasons"]
    ]
    heads = (
        t("指标", "Indicator"),
        t("数值", "Value"),
        t("领域典型值", "Typical"),
        t("贡献", "Part"),
        t("百分点", "Points"),
        t("依据记录", "Records"),
    )
    return Section(title, lines, Table(heads, (34, 10, 10, 10, 9, 27), rows))


def _records(snapshot: Snapshot, enterprise_id: str, t: Translate) -> Iterator[Section]:
    """One section per subject that has records of the enterprise which counted at the as-of date."""
    for name, subject in SUBJECTS.items():
        wanted = [("enterprise_id", "==", enterprise_id)]
        found = parquet.read_table(snapshot.directory / "records" / f"{name}.parquet", filters=wanted).to_pylist()
        if found:
            heads = (
                t("编号", "Id"),
                t("发生", "Occurred"),
                t("获知", "Known"),
                t("产生／提供／负责", "Producer / provider / responsible"),
                t("内容", "Content"),
            )
            rows = [_record(subject, record, t) for record in found]
            title = f"{t('记录', 'Records')}：{t(subject.zh, subject.en)}（{len(rows)}）"
            yield Section(title, (), Table(heads, (15, 11, 14, 24, 36), rows))


def _record(subject: Subject, record: Mapping[str, Any], t: Translate) -> tuple[str, ...]:
    owners = dict.fromkeys(str(record[name]) for name in OWNERS if record.get(name))
    content = [
        f"{t(column.zh, column.en)} {_value(record[column.name])}"
        for column in subject.columns
        if column.name not in _TOLD_APART and record.get(column.name) not in (None, "", [])
    ]
    return (
        str(record.get("record_id") or "–"),
        _value(record.get("occurred_on")),
        _value(record.get("known_at")),
        " / ".join(owners) or "–",
        t("；", "; ").join(content) or "–",
    )


def _decisions(material: Material, t: Translate) -> Section:
    title = t("决定", "Decisions")
    if not material.decisions:
        return Section(title, (t("没有。", "None."),))
    heads = (
        t("时间", "When"),
        t("谁", "Who"),
        t("意见", "Verdict"),
        t("类别", "Tier"),
        t("到期日", "Expires on"),
        t("理由", "Reason"),
        t("第二人", "Second person"),
    )
    rows = [_decision(one, material, t) for one in material.decisions]
    return Section(title, (), Table(heads, (14, 13, 10, 11, 11, 26, 15), rows))


def _decision(decision: Decision, material: Material, t: Translate) -> tuple[str, ...]:
    before = tier_of_rank(decision.seen.tier_rank)
    tier = t(before.zh, before.en)
    if decision.tier_rank is not None:
        after = tier_of_rank(decision.tier_rank)
        tier += f" → {t(after.zh, after.en)}"
    second = "–"
    if decision.second is not None:
        said = t("同意", "agreed") if decision.second.is_granted else t("不同意", "did not agree")
        second = f"{_who(decision.second.token_id, material, t)} {said} {decision.second.note}".strip()
    elif decision.needs_second:
        second = t("尚无", "none yet")
    return (
        local(decision.at),
        _who(decision.token_id, material, t),
        t(*VERDICTS[decision.verdict]),
        tier,
        _value(decision.expires_on),
        decision.reason or "–",
        second,
    )


def _objections(material: Material, t: Translate) -> Section:
    title = t("企业异议", "Objections of the enterprise")
    if not material.objections:
        return Section(title, (t("没有。", "None."),))
    heads = (t("收到", "Received"), t("期限", "Due"), t("内容", "What it says"), t("答复", "Answer"))
    rows = [
        (one.received_on.isoformat(), one.due_on.isoformat(), one.grounds, _answer(one, material, t))
        for one in material.objections
    ]
    return Section(title, (), Table(heads, (12, 12, 38, 38), rows))


def _answer(objection: Objection, material: Material, t: Translate) -> str:
    answer = objection.answer
    if answer is None:
        return t("尚未答复", "not answered yet")
    who = _who(answer.token_id, material, t)
    return f"{t(*OUTCOMES[answer.outcome])} · {local(answer.at)} · {who}\n{answer.text}"


def _who(token_id: str | None, material: Material, t: Translate) -> str:
    return material.names.get(token_id, token_id or "") or t("本机", "this machine")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _value(value: Any) -> str:
    """A value of a record as the dossier writes it; codes stay as the contract has them."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
