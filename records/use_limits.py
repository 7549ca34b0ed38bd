"""Until when may a record be used, where the file that it came from does not say?"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd

from records.event_columns import SEVERITIES
from records.list_rules import SERIOUS, list_ends_on
from records.penalty_regimes import use_ends_on


def use_until_by_law(subject: str, fields: Mapping[str, Any]) -> date | None:
    """The `use_until` of one record, as its file gives it, else as the rules of its date set it.

    `fields` are columns of the contract by name, as Python or pandas holds them. A penalty is used until its display
    ends (`records.penalty_regimes`), a serious listing until its term ends (`records.list_rules`); an abnormal listing
    and records of other subjects are used without end. Null also where `fields` lack what the rules ask for: such a row
    breaks the contract anyway, and is quarantined for that.

    >>> use_until_by_law("penalties", {"kind": "fine", "severity": "minor", "occurred_on": date(2026, 1, 15)})
    datetime.date(2026, 4, 15)
    """
    given, occurred_on = _day(fields.get("use_until")), _day(fields.get("occurred_on"))
    if given is not None or occurred_on is None:
        return given
    kind = fields.get("kind")
    if subject == "penalties" and fields.get("severity") in SEVERITIES:
        return use_ends_on(str(kind), fields["severity"], occurred_on)
    if subject == "listings" and kind == SERIOUS:
        return list_ends_on(SERIOUS, occurred_on)
    return None


def _day(value: Any) -> date | None:
    """A date without a time; null for every kind of null."""
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, datetime) else value
