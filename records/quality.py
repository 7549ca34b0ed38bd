"""Seven measures of how good the records are, overall, per supervision sector and per responsible office.

The seven names are those by which Guangdong checks its data (handbook 5.6); no definition of them was found, so
every definition here is a project decision. Each is a share in [0, 1] where 1 is best, so that an office can be
told which to mend; null where nothing could be measured.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from records.check import CheckResult
from records.contract import Subject
from records.subjects import SUBJECTS

TIMELY_DAYS = 28
"""Days from the event to the day it was known that count as timely: the 20 working days within which a
penalty must be displayed (SAMR Order 45), without the holiday calendar."""

SITUATIONAL = frozenset(
    {
        *("withdrawn_at", "use_until", "valid_to", "removed_on", "removal_reason", "listed_until", "ended_on"),
        *("completed_on", "verified", "verified_on", "fulfilled", "effective_on", "fine_yuan", "failed_items"),
        *("exceedance", "inclusion_probability", "native_score", "last_result", "other_enterprise_id"),
        *("person_hash", "share", "level", "due_on", "performed_on", "mediation", "task_code", "has_cold_chain"),
        *("near_school", "tier_rank", "score", "valid_until", "problems_found", "handled_on", "sent_to", "closed_on"),
        *("stratum", "seed", "plan_code", "officer", "replied_on", "reply", "matter", "decision_no"),
    }
)
"""Columns whose null says that there was nothing to tell, which is no gap."""

NO_SECTOR = "general"
"""The sector under which records are measured that name none."""


@dataclass(frozen=True)
class Measure:
    """One measure of quality; `broken_by` are the codes of the rules whose broken rows lower it."""

    name: str
    zh: str
    definition_zh: str
    definition: str
    broken_by: tuple[str, ...] = ()


MEASURES = (
    Measure(
        "completeness",
        "完整性",
        "已填单元格（必填列）的比例，乘以不缺必填值和责任单位的行的比例",
        "share of cells filled in accepted rows (columns that need not apply left out), times the share of "
        "rows that miss no required value and no owner",
        ("missing", "no_owner"),
    ),
    Measure(
        "timeliness",
        "及时性",
        f"发生后 {TIMELY_DAYS} 天内获知的事件的比例",
        f"share of accepted events known within {TIMELY_DAYS} days of their occurrence",
    ),
    Measure(
        "integrity",
        "一致性",
        "与同键的其他行、与自身日期都不矛盾的行的比例",
        "share of rows that contradict neither another row of their key nor their own dates",
        ("contradiction", "known_before_event", "ended_before_event", "empty_validity"),
    ),
    Measure(
        "accuracy",
        "准确性",
        "没有不可能的数值或日期、后来也未撤销的行的比例",
        "share of rows without impossible numbers or dates that were not withdrawn or annulled later",
        ("out_of_bounds", "not_finite", "impossible_date"),
    ),
    Measure(
        "norm",
        "规范性",
        "代码在代码表内、统一社会信用代码校验位正确的行的比例",
        "share of rows whose codes are in the code lists and whose unified code, if it is one, passes its check",
        ("bad_code",),
    ),
    Measure(
        "redundancy",
        "冗余度",
        "不与其他行重复的行的比例（1 为无冗余）",
        "share of rows that do not repeat another row (1: nothing is redundant)",
    ),
    Measure(
        "linkage",
        "关联性",
        "属于已知主体的行的比例",
        "share of rows that belong to a known enterprise",
        ("unknown_enterprise",),
    ),
)


@dataclass(frozen=True)
class OverallQuality:
    """How good all records together are: rows read and quarantined, and the seven measures by name, null as there."""

    rows: int
    quarantined: int
    measures: dict[str, float | None]


_GROUP = ["responsible", "sector"]
_FACTS = ("accepted", "filled", "cells", "events", "timely", "withdrawn", "flagged")


def measure_quality(result: CheckResult) -> pd.DataFrame:
    """How good are the records, and whose are not?

    Returns
    -------
    DataFrame
        One row per group: level (`overall`, `sector`, `office`), name (null for overall), rows (as read), and
        the seven MEASURES. A record without a sector is measured under NO_SECTOR. The rows of `enterprises`
        name no sector of their own and no owner, so they count in the overall row alone.
    """
    facts = _facts(result)
    rows = [_measures("overall", None, facts.sum(numeric_only=True))]
    events = facts[facts["subject"] != "enterprises"]
    for level, column in (("sector", "sector"), ("office", "responsible")):
        sums = events.groupby(column, sort=True).sum(numeric_only=True)
        rows.extend(_measures(level, name, group) for name, group in sums.iterrows())
    return pd.DataFrame(rows).astype({measure.name: "float64" for measure in MEASURES})


def overall_quality(result: CheckResult) -> OverallQuality:
    """How good are the records as a whole?"""
    overall = measure_quality(result).iloc[0]
    shares = {measure.name: float(overall[measure.name]) for measure in MEASURES}
    return OverallQuality(
        int(overall["rows"]),
        len(result.quarantine),
        {name: None if share != share else share for name, share in shares.items()},
    )


def _facts(result: CheckResult) -> pd.DataFrame:
    """Counts per subject, office and sector: of accepted rows, rows broken by measure, and repeated rows."""
    accepted = [
        _accepted_facts(result, SUBJECTS[name]) for name in result.counts["subject"][result.counts["accepted"] > 0]
    ]
    quarantined = result.quarantine[["subject", *_GROUP]].assign(quarantined=1)
    for measure in MEASURES:
        if measure.broken_by:
            codes = rf"(?:^|; )(?:{'|'.join(measure.broken_by)})(?::|;|$)"
            is_broken = result.quarantine["reason"].astype("str").str.contains(codes, regex=True)
            quarantined[f"broken_{measure.name}"] = is_broken.astype("int64")
    repeated = result.duplicates[["subject", *_GROUP]].assign(repeated=1)
    facts = pd.concat([*accepted, quarantined, repeated], ignore_index=True)
    counted = [name for name in facts.columns if name not in ("subject", *_GROUP)]
    facts[counted] = facts[counted].fillna(0)
    for name in _FACTS:
        if name not in facts:
            facts[name] = 0
    facts["sector"] = facts["sector"].fillna(NO_SECTOR)
    return facts


def _accepted_facts(result: CheckResult, subject: Subject) -> pd.DataFrame:
    table = result.accepted.tables[subject.name]
    if len(result.flags):
        table = table.left_join(ibis.memtable(result.flags[["enterprise_id"]]).mutate(is_flagged=True), "enterprise_id")
    else:
        table = table.mutate(is_flagged=ibis.literal(False))
    null = ibis.null("string")
    expected = [name for name in subject.column_names if name not in SITUATIONAL]
    filled: ir.IntegerValue = ibis.literal(0)
    for name in expected:
        filled = filled + table[name].count()
    is_timely: ir.BooleanValue = ibis.null("boolean")
    is_withdrawn: ir.BooleanValue = ibis.null("boolean")
    if subject.is_event:
        latest = table.occurred_on.cast("timestamp") + ibis.interval(days=TIMELY_DAYS + 1)
        is_timely, is_withdrawn = table.known_at < latest, table.withdrawn_at.notnull()
    table = table.mutate(
        office=table["responsible"] if subject.is_event else null,
        of_sector=table["sector"] if "sector" in subject.column_names else null,
        is_timely=is_timely,
        is_withdrawn=is_withdrawn,
    )
    facts = table.group_by("office", "of_sector").agg(
        accepted=table.count(),
        filled=filled,
        cells=table.count() * len(expected),
        events=table.is_timely.count(),
        timely=table.is_timely.sum().fill_null(0),
        withdrawn=table.is_withdrawn.sum().fill_null(0),
        flagged=table.is_flagged.sum().fill_null(0),
    )
    frame = facts.to_pyarrow().to_pandas().rename(columns={"office": "responsible", "of_sector": "sector"})
    return frame.assign(subject=subject.name)


def _measures(level: str, name: object, counts: "pd.Series[float]") -> dict[str, object]:
    count = counts.to_dict()
    rows = count["accepted"] + count.get("quarantined", 0) + count.get("repeated", 0)

    def kept(measure: str, also: float = 0) -> float | None:
        return _share(rows - count.get(f"broken_{measure}", 0) - also, rows)

    filled, whole = _share(count["filled"], count["cells"]), kept("completeness")
    return {
        "level": level,
        "name": name,
        "rows": int(rows),
        "completeness": None if filled is None or whole is None else filled * whole,
        "timeliness": _share(count["timely"], count["events"]),
        "integrity": kept("integrity"),
        "accuracy": kept("accuracy", also=count["withdrawn"]),
        "norm": kept("norm", also=count["flagged"]),
        "redundancy": kept("redundancy", also=count.get("repeated", 0)),
        "linkage": kept("linkage"),
    }


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
