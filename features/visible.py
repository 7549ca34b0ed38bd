"""The rows of a few subjects that count at an as-of date, without preparing the records for indicators."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from features.build import name_records, set_clock
from features.timeline import given, in_force, versions
from records.source import Records
from records.subjects import SUBJECTS


def visible_rows(records: Records, as_of: date, subjects: Iterable[str]) -> dict[str, pa.Table]:
    """The rows that count at 00:00 of `as_of`, by subject, with the contract's columns and in no order.

    Of each record the one version in force, of each enterprise its row of the register (`features.timeline.in_force`).
    """
    name_records(records)
    set_clock(records.connection, as_of)
    return {name: records.connection.con.execute(_sql(name)).to_arrow_table() for name in subjects}


@cache
def _sql(subject: str) -> str:
    rows = in_force(subject, _versions).select(*SUBJECTS[subject].column_names)
    return str(ibis.to_sql(rows, dialect="duckdb"))


def _versions(subject: str) -> Table:
    return versions(subject, given(subject))
