"""Properties of the enterprise itself, from its row in force at the as-of date."""

from collections.abc import Callable, Mapping

import ibis
from ibis.expr.types import Table, Value

TENURE_CAP_DAYS = 36_525
"""A century: older dates of establishment are as good as that, and some are typing errors."""


def _days(row: Table, column: str) -> Value:
    days = row["as_of"].delta(row[column], unit="day")
    return ibis.greatest(ibis.least(days, TENURE_CAP_DAYS), 0)


def _type_starts(row: Table, *prefixes: str) -> Value:
    tests = [row["ent_type"].startswith(prefix) for prefix in prefixes]
    return ibis.or_(*tests).cast("int8")


ATTRIBUTES: Mapping[str, Callable[[Table], Value]] = {
    "tenure_days": lambda row: _days(row, "established_on"),
    "known_days": lambda row: _days(row, "first_valid_from"),
    "version_days": lambda row: _days(row, "valid_from"),
    "capital_log10_yuan": lambda row: (row["registered_capital_yuan"] + 1).log10(),
    "capital_is_missing": lambda row: row["registered_capital_yuan"].isnull().cast("int8"),
    "sectors_count": lambda row: row["sectors"].length(),
    "is_branch": lambda row: _type_starts(row, "2", "58", "68", "455", "456"),
    "is_unincorporated": lambda row: _type_starts(row, "43", "44", "45"),
    "is_foreign_invested": lambda row: _type_starts(row, "5", "6", "7"),
    "is_dormant": lambda row: (row["state"] == "dormant").cast("int8"),
    "has_no_place": lambda row: (row["lat"].isnull() | row["lon"].isnull()).cast("int8"),
    "has_no_industry": lambda row: row["industry_code"].isnull().cast("int8"),
}
"""How each attribute is read; lengths of time in days, shares and flags as 0 or 1, capital as log10(1 + yuan)."""
