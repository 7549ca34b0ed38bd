"""From a declaration to the engine: the Ibis expression of each measure over a subject's records in force."""

from collections.abc import Mapping
from functools import reduce
from operator import and_

import ibis
from ibis.expr.types import BooleanValue, Table, Value

from features.indicator import (
    Condition,
    Count,
    DaysSince,
    DaysSinceFirst,
    Decayed,
    Distinct,
    Indicator,
    Latest,
    Repeats,
    Sum,
    Trend,
    Worst,
)
from records.finding_subjects import SEVERITY_RANK

YEAR_DAYS = 365
WEIGHT_STEPS = 2.0**28
"""Recency weights are rounded to this fraction of a record, and money to fen, and added up as whole numbers: their
sum is then the same in any order, so that threads, stored peers and single builds agree to the last bit. Sums of such
sums stay exact in floating point up to 2**25 records."""
FEN_PER_YUAN = 100.0


RANKED_WITHIN: Mapping[str, tuple[str, ...]] = {
    "inspections": ("sector",),
    "self_inspections": ("sector",),
    "grades": ("scheme", "graded_sector"),
}
"""Within what else than the enterprise records are ranked; a grade of the whole enterprise has no `graded_sector`."""
RANKED_BY_YEAR = ("annual_reports", "self_inspections")
FILING_RANK = {"on_time": 0, "late": 1, "not_filed": 2}


def with_measured_columns(rows: Table, subject: str) -> Table:
    """Add the columns that measures speak of: `age_days` (>= 1), `severity_rank`, `ranked`, and per subject more.

    Ranked are all records but, among inspections, follow-ups and those without a result, and among grades, those that
    hold no more.
    """
    rows = rows.mutate(age_days=rows["as_of"].delta(rows["occurred_on"], unit="day"), ranked=ibis.literal(True))
    if "severity" in rows.columns:
        pairs = list(SEVERITY_RANK.items())
        rows = rows.mutate(severity_rank=rows["severity"].cases(*pairs, else_=None))
    if subject == "inspections":
        total = rows["findings_minor"] + rows["findings_general"] + rows["findings_serious"]
        rows = rows.mutate(findings=total, ranked=(rows["basis"] != "follow_up") & rows["severity_rank"].notnull())
    elif subject == "grades":
        whole = rows["scheme"] == "provincial_general"
        rows = rows.mutate(
            graded_sector=ibis.ifelse(whole, ibis.null("string"), rows["sector"]),
            ranked=rows["valid_until"].isnull() | (rows["valid_until"] > rows["as_of"]),
        )
    elif subject == "leads":
        is_handled = (rows["handled_on"] <= rows["as_of"]).fill_null(False)
        taken = rows["handled_on"].delta(rows["occurred_on"], unit="day")
        rows = rows.mutate(handling_days=ibis.ifelse(is_handled, taken, rows["age_days"]))
    if subject in RANKED_BY_YEAR:
        rows = rows.mutate(state_rank=rows["state"].cases(*FILING_RANK.items(), else_=None))
    return rows


def with_recency(rows: Table, subject: str) -> Table:
    """Add what `Latest` speaks of to measured rows: `recency`, 1 for the latest ranked record of an enterprise.

    Within RANKED_WITHIN where that names the subject. Reports of a year go by that year, and of several for one year
    only the last is ranked. Apart, since ranking means sorting, and few subjects need it.
    """
    within = ["as_of", "enterprise_id", *RANKED_WITHIN.get(subject, ())]
    order = ["occurred_on", "record_id"]
    if subject in RANKED_BY_YEAR:
        later = ibis.row_number().over(_latest_first([*within, "year"], order))
        rows = rows.mutate(ranked=later == 0)
        order = ["year"]
    rank = ibis.row_number().over(_latest_first([*within, "ranked"], order)) + 1
    return rows.mutate(recency=ibis.ifelse(rows["ranked"], rank, None))


def _latest_first(partition: list[str], order: list[str]) -> ibis.expr.builders.LegacyWindowBuilder:
    return ibis.window(group_by=partition, order_by=[ibis.desc(column) for column in order])


def inside(rows: Table, indicator: Indicator) -> BooleanValue:
    """Which rows the indicator looks at: its conditions and its window [A - window, A)."""
    tests = [_holds(rows, condition) for condition in indicator.where]
    if indicator.window_days is not None:
        tests.append(rows["age_days"] <= indicator.window_days)
    if isinstance(indicator.measure, Latest):
        tests.append(rows["recency"] == indicator.measure.nth)
    if isinstance(indicator.measure, Trend):
        tests.append(rows["age_days"] <= 2 * YEAR_DAYS)
    return reduce(and_, tests, ibis.literal(True))


def _holds(rows: Table, condition: Condition) -> BooleanValue:
    column, value = rows[condition.column], condition.value
    match condition.operator:
        case "in":
            test = column.isin(list(value))  # type: ignore[arg-type]
        case "not_in":
            return column.isnull() | column.notin(list(value))  # type: ignore[arg-type]
        case "at_least":
            test = column >= value
        case "is_true":
            test = column
        case "is_false":
            test = ~column
        case "is_null":
            return column.isnull()
        case "reached":
            test = column <= rows["as_of"]
        case "not_reached":
            return column.isnull() | (column > rows["as_of"])
        case "passed":
            test = column < rows["as_of"]
    return test.fill_null(False)


def aggregate(rows: Table, indicator: Indicator) -> Value:
    """The aggregate of one record measure per group; the value over no row at all is `value_over_nothing`."""
    chosen = inside(rows, indicator)
    measure = indicator.measure
    match measure:
        case Count():
            return rows.count(where=chosen)
        case Sum():
            return _sum(rows[measure.column], chosen)
        case Worst():
            return rows[measure.column].max(where=chosen).fill_null(0)
        case Decayed():
            amount = ibis.literal(1.0) if measure.column is None else rows[measure.column].fill_null(0)
            weight = ibis.literal(0.5) ** (rows["age_days"] / float(measure.half_life_days))
            return ((amount * weight * WEIGHT_STEPS).round().sum(where=chosen) / WEIGHT_STEPS).fill_null(0.0)
        case DaysSince():
            return rows["age_days"].min(where=chosen).clip(upper=measure.cap_days).fill_null(measure.cap_days)
        case DaysSinceFirst():
            return rows["age_days"].max(where=chosen).clip(upper=measure.cap_days).fill_null(0)
        case Distinct():
            return rows[measure.column].nunique(where=chosen)
        case Repeats():
            column = rows[measure.column]
            return column.count(where=chosen) - column.nunique(where=chosen)
        case Trend():
            recent = rows["age_days"] <= YEAR_DAYS
            return ibis.ifelse(recent, 1, -1).sum(where=chosen).fill_null(0)
        case Latest():
            return rows[measure.column].max(where=chosen)
    raise TypeError(f"{indicator.name} has no record measure: {measure!r}")


def _sum(column: Value, chosen: BooleanValue) -> Value:
    if column.type().is_floating():
        return ((column * FEN_PER_YUAN).round().sum(where=chosen) / FEN_PER_YUAN).fill_null(0.0)
    return column.sum(where=chosen).fill_null(0)


def value_over_nothing(indicator: Indicator) -> float | None:
    """What an enterprise without any record of the subject gets."""
    measure = indicator.measure
    if isinstance(measure, DaysSince):
        return float(measure.cap_days)
    return None if isinstance(measure, Latest) else 0.0
