"""Worklists over text tables: who is on a list at a date, and what its rows say."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from supervision.worklists.draw_up import DrawnList, draw_up
from supervision.worklists.everything import WORKLISTS
from supervision.worklists.ledger import Ledger, ledger_of
from supervision.worklists.rules import Rules, shipped_rules
from tests.spec.tables import Given

Tiers = tuple[tuple[str, int], ...]
"""Enterprises with the rank of their tier in food operation."""


@cache
def standards() -> dict[str, Standard]:
    return read_standards(SHIPPED_STANDARDS)


@cache
def _ledger(records: "_Same", as_of: str) -> Ledger:
    return ledger_of(records.given.records, date.fromisoformat(as_of), shipped_rules(), standards())


class _Same:
    """`given` keeps one object per text, so that a ledger is made once per text and date."""

    def __init__(self, given: Given) -> None:
        self.given = given

    def __hash__(self) -> int:
        return id(self.given)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.given is self.given


def rules(**changes: Mapping[str, Any]) -> Rules:
    """The shipped rules with some keys of some tables changed: `rules(buffer={"length": 3})`."""
    shipped = shipped_rules()
    tables = {table: replace(getattr(shipped, table), **keys) for table, keys in changes.items()}
    return replace(shipped, **tables)


def tiers(**ranks: int) -> Tiers:
    """The tiers of some enterprises: `tiers(甲=4, 乙=1)`."""
    return tuple(ranks.items())


def drawn(name: str, given: Given, as_of: str, tiers: Tiers | None = None, use: Rules | None = None) -> DrawnList:
    """The list of that name at a date."""
    return _drawn(name, _Same(given), as_of, tiers, use or shipped_rules())


def ledger_at(given: Given, as_of: str, answers: pd.DataFrame | None = None) -> Ledger:
    """The ledger at a date, with answers as they are."""
    return replace(_ledger(_Same(given), as_of), answers=answers)


@cache
def _drawn(name: str, records: _Same, as_of: str, tiers: Tiers | None, use: Rules) -> DrawnList:
    answers = None if tiers is None else _answers(tiers)
    return draw_up(WORKLISTS[name], replace(_ledger(records, as_of), rules=use, answers=answers))


def _answers(tiers: Tiers) -> pd.DataFrame:
    rows = [(enterprise, "food_operation", rank, 0.1 * rank) for enterprise, rank in tiers]
    return pd.DataFrame(rows, columns=["enterprise_id", "sector", "tier_rank", "probability"])


def on_list(name: str, given: Given, as_of: str, tiers: Tiers | None = None, use: Rules | None = None) -> str:
    """The enterprises on the list, in the order of their characters and with repeats: `丙 甲 甲`."""
    return " ".join(sorted(drawn(name, given, as_of, tiers, use).facts["enterprise_id"]))


def row_of(
    enterprise: str, name: str, given: Given, as_of: str, tiers: Tiers | None = None, use: Rules | None = None
) -> dict[str, Any]:
    """The one row of an enterprise as it is told, dates as text and absent values None."""
    told = drawn(name, given, as_of, tiers, use).told()
    (row,) = told[told["enterprise_id"] == enterprise].to_dict("records")
    return {str(column): _plain(value) for column, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value)
    if pd.isna(value):
        return None
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else value
