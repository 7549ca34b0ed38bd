"""Which records stand behind an indicator's value, and the records that count at an as-of date at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import ibis
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend
from ibis.expr.types import BooleanValue, Table

from features.build import name_records, prepare, set_clock
from features.catalogue.everything import BY_NAME, INDICATORS
from features.indicator import (
    EITHER,
    Count,
    DaysSince,
    DaysSinceFirst,
    Difference,
    Indicator,
    Latest,
    Place,
    Ratio,
    RecordMeasure,
    ShrunkRate,
    Trend,
    Worst,
)
from features.measures import inside, with_measured_columns, with_recency
from features.timeline import given, given_name, in_force, known_enterprises, versions
from records.source import Records
from records.subjects import EVENT_SUBJECTS, SUBJECTS

ASKED = "asked_enterprises"
COLUMNS = ("enterprise_id", "sector", "indicator", "record_id")
_CHOSEN = pa.schema(
    {"enterprise_id": pa.string(), "record_id": pa.string(), "sector": pa.string(), "choice": pa.int64()}
)
"""What each statement of `_steps` gives."""


def evidence(records: Records, as_of: date, enterprise_ids: Sequence[str]) -> pd.DataFrame:
    """Which records make the value of each indicator of these enterprises at 00:00 of `as_of`?

    One row per enterprise, indicator and record, sorted by COLUMNS; `sector` is null where the indicator looks at
    records of any sector. Of a time since the latest (first) record, a worst value or a latest value only the records
    that have it are named; of anything else all records that the declaration looks at. A ratio, a difference, a rate
    pulled to the sector's and a place name the records of their parts. Attributes, and what only rests on other
    enterprises (rates of groups and neighbours, sums over neighbours and related ones), name none.

    `records` may be cut to these enterprises, and to what counts at `as_of` (`visible_records`), without any change.
    """
    connection = records.connection
    name_records(records)
    set_clock(connection, as_of)
    connection.con.register(ASKED, pa.table({"enterprise_id": pa.array(sorted(set(enterprise_ids)), pa.string())}))
    present = {subject for (subject,) in connection.con.execute(_present_sql()).fetchall()}
    tables = [connection.con.execute(sql).to_arrow_table() for subject, sql in _steps() if subject in present]
    chosen = pa.concat_tables([_CHOSEN.empty_table(), *tables]).to_pandas()
    found = chosen.merge(_indicators_of_choices(), on="choice")
    found = found[~found["by_sector"] | found["sector"].notna()]
    found["sector"] = found["sector"].where(found["by_sector"])
    found = found[list(COLUMNS)].drop_duplicates()
    return found.sort_values(list(COLUMNS), ignore_index=True)


def visible_records(records: Records, as_of: date) -> Records:
    """The rows that count at 00:00 of `as_of`, on the same connection, sorted by enterprise and key.

    Of each record the one version in force; of each enterprise in the register all versions known, since the first
    one says how long it has been known. Frame (with the stored peers) and evidence at `as_of` are the same over these
    rows as over all.
    """
    prepare(records)
    set_clock(records.connection, as_of)
    return _named(records.connection, "TABLE", f"_{as_of:%Y%m%d}")


def visible_now(records: Records) -> Records:
    """What `visible_records` gives, for records that were surveyed (`features.build.survey`), and unsorted.

    Nothing is stored: the rows are looked up when they are read, which has to be before the connection looks at another
    date.
    """
    return _named(records.connection, "TEMP VIEW", "_now")


def _named(connection: Backend, kind: str, suffix: str) -> Records:
    tables = {}
    for subject, sql in _visible_steps():
        name = f"visible_{subject}{suffix}"
        order = ", ".join(dict.fromkeys(("enterprise_id", *SUBJECTS[subject].key)))
        stored = f"SELECT * FROM ({sql}) ORDER BY {order}" if kind == "TABLE" else sql
        connection.raw_sql(f"CREATE OR REPLACE {kind} {name} AS {stored}")
        tables[subject] = connection.table(name)
    return Records(connection, tables)


@cache
def _visible_steps() -> tuple[tuple[str, str], ...]:
    """One statement per subject: its rows that count at the clock's date."""
    steps = []
    for subject in SUBJECTS.values():
        rows = _visible(subject.name).select(*subject.column_names)
        steps.append((subject.name, str(ibis.to_sql(rows, dialect="duckdb"))))
    return tuple(steps)


def _visible(subject: str) -> Table:
    if subject == "enterprises":
        return known_enterprises().semi_join(in_force(subject), "enterprise_id")
    return in_force(subject)


@dataclass(frozen=True)
class _Choice:
    """A choice of a subject's records, and the indicators whose values such records make."""

    example: Indicator
    indicators: tuple[Indicator, ...]


@cache
def _choices() -> tuple[_Choice, ...]:
    """Every different choice: many indicators look at the same records and differ in what they add up."""
    users: dict[Indicator, list[Indicator]] = {}
    for indicator in INDICATORS:
        for part in _parts(indicator):
            users.setdefault(_without_label(part), []).append(indicator)
    return tuple(_Choice(example, tuple(indicators)) for example, indicators in users.items())


def _parts(indicator: Indicator) -> list[Indicator]:
    """The record measures of the enterprise itself that an indicator's value is worked out from."""
    match measure := indicator.measure:
        case Ratio() | ShrunkRate():
            names = [measure.numerator, measure.denominator]
        case Difference():
            names = [measure.first, measure.second]
        case Place():
            names = [measure.of]
        case _:
            return [indicator] if isinstance(measure, RecordMeasure) else []
    return [part for name in names for part in _parts(BY_NAME[name])]


def _without_label(part: Indicator) -> Indicator:
    """What decides which records a measure looks at, and nothing else."""
    measure = part.measure if isinstance(part.measure, DaysSince | DaysSinceFirst | Worst | Latest | Trend) else Count()
    return replace(part, name="", zh="", en="", category="basic", measure=measure, unit="", direction=EITHER, source="")


@cache
def _indicators_of_choices() -> pd.DataFrame:
    rows = [
        (number, indicator.name, choice.example.by_sector)
        for number, choice in enumerate(_choices())
        for indicator in choice.indicators
    ]
    return pd.DataFrame(rows, columns=["choice", "indicator", "by_sector"])


@cache
def _steps() -> tuple[tuple[str, str], ...]:
    """One statement per subject: enterprise, sector and id of each record, once per choice that it belongs to."""
    return tuple((subject, str(ibis.to_sql(table, dialect="duckdb"))) for subject, table in _chosen_records())


@cache
def _present_sql() -> str:
    """The subjects of which the enterprises asked for have any record, counting or not.

    One enterprise has none of most subjects, and to ask this once takes less than to plan a single wide statement.
    """
    return " UNION ALL ".join(
        f"SELECT '{subject}' WHERE EXISTS (SELECT 1 FROM {given_name(subject)} SEMI JOIN {ASKED} USING (enterprise_id))"
        for subject, _ in _steps()
    )


def _chosen_records() -> Iterator[tuple[str, Table]]:
    measured = {choice.example.subject for choice in _choices()}
    for subject in EVENT_SUBJECTS:
        if subject.name not in measured:
            continue
        rows = in_force(subject.name, _asked_versions).semi_join(_asked(), "enterprise_id")
        rows = with_recency(with_measured_columns(rows, subject.name), subject.name)
        tests = [
            ibis.ifelse(_makes(rows, choice.example), ibis.literal(number, "int64"), None)
            for number, choice in enumerate(_choices())
            if choice.example.subject == subject.name
        ]
        sector = rows["sector"] if "sector" in rows.columns else ibis.null("string")
        each = rows.select("enterprise_id", "record_id", sector=sector, choice=ibis.array(tests).unnest())
        yield subject.name, each.filter(each["choice"].notnull())


def _asked() -> Table:
    return ibis.table({"enterprise_id": "string"}, name=ASKED)


def _asked_versions(subject: str) -> Table:
    """All versions of the records of the enterprises asked for, also those filed under another enterprise since."""
    table = given(subject)
    asked = table.semi_join(_asked(), "enterprise_id").select("record_id").distinct()
    return versions(subject, table.semi_join(asked, "record_id"))


def _makes(rows: Table, indicator: Indicator) -> BooleanValue:
    """Which rows make the value of one record measure."""
    chosen = inside(rows, indicator)
    whose = ibis.window(group_by=["enterprise_id", "sector"] if indicator.by_sector else ["enterprise_id"])
    match measure := indicator.measure:
        case DaysSince():
            age = ibis.ifelse(chosen, rows["age_days"], None)
            return (age == age.min().over(whose)) & (rows["age_days"] <= measure.cap_days)
        case DaysSinceFirst():
            age = ibis.ifelse(chosen, rows["age_days"], None)
            return age == age.max().over(whose)
        case Worst():
            value = ibis.ifelse(chosen, rows[measure.column], None)
            return value == value.max().over(whose)
    return chosen
