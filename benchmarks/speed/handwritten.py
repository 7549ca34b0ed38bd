"""What the indicators are measured against: counts, sums and times since, written by hand in SQL and in pandas.

Two subjects, from the raw rows: of each record the last version known, in force at the date and not repaired, then one
row per enterprise. The columns are those of the catalogue that count or add up all records, or records of one kind, of
a window.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

NEVER_DAYS = {"penalties": 1825, "complaints": 1095}


@dataclass(frozen=True)
class Column:
    """One indicator by hand: rows of the last `days` (null: of all time) where `column` is one of `values`."""

    name: str
    subject: str
    days: int | None
    column: str = ""
    values: tuple[object, ...] = ()
    added: str = ""
    is_since: bool = False


GRAVE = ("general", "serious")
COLUMNS = (
    *(Column(f"penalties_count_{days}d", "penalties", days) for days in (90, 180, 365, 730, 1095)),
    *(Column(f"penalties_grave_count_{days}d", "penalties", days, "severity", GRAVE) for days in (365, 730, 1095)),
    *(
        Column(f"penalties_serious_count_{days}d", "penalties", days, "severity", GRAVE[1:])
        for days in (365, 730, 1095)
    ),
    *(Column(f"penalties_fines_sum_{days}d", "penalties", days, added="fine_yuan") for days in (365, 1095)),
    *(
        Column(f"penalties_{matter}_count_1095d", "penalties", 1095, "matter", (matter,))
        for matter in ("false_report", "certificate", "advertising", "price_marking", "infringement")
    ),
    Column("penalties_days_since", "penalties", None, is_since=True),
    Column("penalties_grave_days_since", "penalties", None, "severity", GRAVE, is_since=True),
    *(
        Column(f"complaints_count_{days}d", "complaints", days, "kind", ("complaint",))
        for days in (90, 180, 365, 730, 1095)
    ),
    *(Column(f"complaints_reports_count_{days}d", "complaints", days, "kind", ("report",)) for days in (365, 1095)),
    *(
        Column(f"complaints_verified_count_{days}d", "complaints", days, "verified", (True,))
        for days in (180, 365, 1095)
    ),
    *(
        Column(f"complaints_{matter}_count_365d", "complaints", 365, "matter", (matter,))
        for matter in ("price_marking", "measurement", "food_safety", "product_quality", "infringement")
    ),
    *(
        Column(f"complaints_mediation_refused_count_{days}d", "complaints", days, "mediation", ("refused",))
        for days in (365, 1095)
    ),
    Column("complaints_days_since", "complaints", None, is_since=True),
    Column("complaints_verified_days_since", "complaints", None, "verified", (True,), is_since=True),
)


def sql(subject: str, as_of: date) -> str:
    """One query from the raw rows of a subject and of the repairs to one row per enterprise of the subject's."""
    columns = ", ".join(f"{_sql(one)} AS {one.name}" for one in COLUMNS if one.subject == subject)
    day = as_of.isoformat()
    return f"""
        SELECT enterprise_id, {columns} FROM (
            SELECT *, date_diff('day', occurred_on, DATE '{day}') AS age FROM ({_in_force(subject, day)}) AS record
            WHERE NOT EXISTS (
                FROM ({_in_force("repairs", day)}) AS repair
                WHERE repair.target_record_id = record.record_id AND repair.enterprise_id = record.enterprise_id
                  AND target_subject = '{subject}' AND decision = 'granted' AND effective_on <= DATE '{day}'
            )
        ) GROUP BY enterprise_id"""


def _in_force(subject: str, day: str) -> str:
    return f"""
        SELECT * FROM (
            SELECT * FROM {subject} WHERE known_at < TIMESTAMP '{day} 00:00:00'
            QUALIFY row_number() OVER (PARTITION BY record_id ORDER BY known_at DESC) = 1
        )
        WHERE occurred_on < DATE '{day}'
          AND (withdrawn_at IS NULL OR withdrawn_at > DATE '{day}')
          AND (use_until IS NULL OR use_until > DATE '{day}')"""


def _sql(one: Column) -> str:
    values = ", ".join(repr(value) for value in one.values)
    tests = [f"{one.column} IN ({values})"] if one.column else []
    tests += [f"age <= {one.days}"] if one.days is not None else []
    where = f" FILTER (WHERE {' AND '.join(tests)})" if tests else ""
    if one.is_since:
        never = NEVER_DAYS[one.subject]
        return f"coalesce(least({never}, min(age){where}), {never})::DOUBLE"
    if one.added:
        return f"coalesce(sum({one.added}){where}, 0)::DOUBLE"
    return f"count(*){where}::DOUBLE"


def by_pandas(tables: Mapping[str, pd.DataFrame], subject: str, as_of: date) -> pd.DataFrame:
    """The same from frames of the raw rows: one row per enterprise, indexed by it and sorted."""
    now = pd.Timestamp(as_of)
    rows, repairs = (_rows_in_force(tables[name], now) for name in (subject, "repairs"))
    is_granted = (repairs["target_subject"] == subject) & (repairs["decision"] == "granted")
    acting = repairs[is_granted & (repairs["effective_on"] <= now)]
    repaired = pd.MultiIndex.from_frame(acting[["enterprise_id", "target_record_id"]])
    rows = rows[~pd.MultiIndex.from_frame(rows[["enterprise_id", "record_id"]]).isin(repaired)]
    rows = rows.assign(age=(now - rows["occurred_on"]).dt.days)
    everyone = pd.Index(sorted(rows["enterprise_id"].unique()), name="enterprise_id")
    found = {one.name: _group(rows, one, everyone) for one in COLUMNS if one.subject == subject}
    return pd.DataFrame(found, index=everyone)


def _rows_in_force(rows: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    rows = rows[rows["known_at"] < now].sort_values("known_at").drop_duplicates("record_id", keep="last")
    is_standing = rows["withdrawn_at"].isna() | (rows["withdrawn_at"] > now)
    is_of_use = rows["use_until"].isna() | (rows["use_until"] > now)
    return rows[(rows["occurred_on"] < now) & is_standing & is_of_use]


def _group(rows: pd.DataFrame, one: Column, everyone: pd.Index) -> pd.Series:
    chosen = rows[rows[one.column].isin(one.values)] if one.column else rows
    groups = (chosen if one.days is None else chosen[chosen["age"] <= one.days]).groupby("enterprise_id")
    if one.is_since:
        never = NEVER_DAYS[one.subject]
        return groups["age"].min().clip(upper=never).reindex(everyone, fill_value=never).astype("float64")
    values = groups[one.added].sum() if one.added else groups.size()
    return values.reindex(everyone, fill_value=0).astype("float64")
