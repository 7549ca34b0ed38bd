"""What the bureau had at an earlier moment, and what of it had reached it since another: the known-at clock alone."""

from dataclasses import replace
from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from records.casts import quoted
from records.check import COUNT_COLUMNS, CheckResult
from records.source import Records
from records.subjects import SUBJECTS


def known_before(records: Records, end: date) -> Records:
    """The rows as given that the bureau had at 00:00 of `end`, on the same connection, in their order.

    Rows that become known at that moment or later are left out, and so are rows that do not say when they became
    known: nobody can tell whether they were there. What was noted when they were read stays noted.
    """
    connection, tables = records.connection, {}
    for name, table in records.tables.items():
        stored = f"{name}_known_{end:%Y%m%d}"
        # Plain SQL over the table's own: compiling such a filter takes longer than running it.
        known = f"SELECT * FROM ({connection.compile(table)}) WHERE known_at < TIMESTAMP '{end.isoformat()}'"
        connection.raw_sql(f"CREATE OR REPLACE TABLE {quoted(stored)} AS {known}")
        tables[name] = connection.table(stored)
    return replace(records, tables=tables)


def undated_rows(records: Records) -> int:
    """How many rows do not say when they became known, so that no past date can have them?"""
    undated = (table.filter(table["known_at"].isnull()).count() for table in records.tables.values())
    return sum(int(count.to_pyarrow().as_py()) for count in undated)


def arrived_from(result: CheckResult, start: date) -> CheckResult:
    """The part of a check that is about rows known from 00:00 of `start` on; each keeps the verdict it has.

    A row that repeats or contradicts one that came before `start` is told as just that: the verdicts rest on all rows
    of `result`.
    """
    moment = ibis.timestamp(start.isoformat())
    accepted = {name: table.filter(table["known_at"] >= moment) for name, table in result.accepted.tables.items()}
    arrived = {
        name: _rows_from(table, moment)
        for name, table in result.read.tables.items()
        if name in set(result.quarantine["subject"]) | set(result.duplicates["subject"])
    }
    quarantine, duplicates = _among(result.quarantine, arrived), _among(result.duplicates, arrived)
    records = Records(result.accepted.connection, accepted)
    counts = _counts(records, result, quarantine, duplicates)
    return CheckResult(result.read, records, quarantine, duplicates, result.flags, counts)


def _rows_from(table: ir.Table, moment: ir.Scalar) -> frozenset[int]:
    """The numbers of a stored table's rows that became known at a moment or later."""
    numbered = table.select("known_at", row=table.rowid() + 1)
    return frozenset(numbered.filter(numbered["known_at"] >= moment).to_pandas()["row"])


def _among(told: pd.DataFrame, rows: dict[str, frozenset[int]]) -> pd.DataFrame:
    """The rows of a quarantine or of duplicates whose number in their subject is among those given."""
    is_there = [row in rows[subject] for subject, row in zip(told["subject"], told["row"], strict=True)]
    return told[pd.Series(is_there, index=told.index, dtype=bool)].reset_index(drop=True)


def _counts(records: Records, result: CheckResult, quarantine: pd.DataFrame, duplicates: pd.DataFrame) -> pd.DataFrame:
    """As in a check; `records` are the accepted rows that arrived, `result` the whole check that they come from."""
    flagged, ever = set(result.flags["enterprise_id"]), result.counts.set_index("subject")["accepted"]
    nobody = pd.Series(dtype="str")
    rows = []
    for name in SUBJECTS:
        owners = records.tables[name].select("enterprise_id").to_pandas()["enterprise_id"] if ever[name] else nobody
        again, broken = int((duplicates["subject"] == name).sum()), int((quarantine["subject"] == name).sum())
        of_flagged = int(owners.isin(flagged).sum())
        rows.append((name, len(owners) + again + broken, len(owners), again, broken, of_flagged))
    return pd.DataFrame(rows, columns=list(COUNT_COLUMNS))
