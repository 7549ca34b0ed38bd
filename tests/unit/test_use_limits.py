"""What fills `use_until` where a file gives none."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from records.use_limits import use_until_by_law


def penalty(occurred_on: Any, **fields: Any) -> dict[str, Any]:
    return {"kind": "fine", "severity": "general", "occurred_on": occurred_on, "use_until": None, **fields}


@pytest.mark.parametrize(
    ("decided_on", "expected"),
    [
        (date(2025, 12, 24), date(2026, 12, 24)),
        (date(2025, 12, 25), date(2026, 12, 25)),
        (date(2025, 12, 26), date(2026, 12, 26)),
        (date(2024, 5, 1), date(2025, 12, 25)),  # the new regime ends it on its first day
        (date(2022, 5, 1), date(2025, 5, 1)),  # the old one had ended it before
    ],
)
def test_a_general_penalty_is_used_until_the_regime_of_its_day_ends_its_display(
    decided_on: date, expected: date
) -> None:
    assert use_until_by_law("penalties", penalty(decided_on)) == expected


def test_what_the_file_gives_is_kept() -> None:
    given = date(2024, 9, 9)
    assert use_until_by_law("penalties", penalty(date(2024, 5, 1), use_until=given)) == given
    assert use_until_by_law("complaints", {"use_until": given}) == given


def test_a_serious_listing_is_used_until_its_term_ends_and_an_abnormal_one_without_end() -> None:
    assert use_until_by_law("listings", {"kind": "serious", "occurred_on": date(2024, 5, 1)}) == date(2027, 5, 1)
    assert use_until_by_law("listings", {"kind": "abnormal", "occurred_on": date(2024, 5, 1)}) is None


@pytest.mark.parametrize(
    ("subject", "fields"),
    [
        ("penalties", penalty(None)),
        ("penalties", penalty(pd.NaT)),
        ("penalties", penalty(date(2024, 5, 1), severity=float("nan"))),
        ("penalties", penalty(date(2024, 5, 1), severity=None)),
        ("penalties", penalty(date(2024, 5, 1), severity="grave")),
        ("penalties", {}),
        ("listings", {"occurred_on": date(2024, 5, 1)}),
        ("inspections", {"kind": "serious", "severity": "serious", "occurred_on": date(2024, 5, 1)}),
    ],
)
def test_nothing_is_set_where_the_rules_find_nothing_to_go_by(subject: str, fields: dict[str, Any]) -> None:
    assert use_until_by_law(subject, fields) is None


def test_dates_may_be_as_pandas_holds_them() -> None:
    assert use_until_by_law("penalties", penalty(pd.Timestamp(2026, 1, 1), use_until=pd.NaT)) == date(2027, 1, 1)
    assert use_until_by_law("penalties", penalty(pd.NaT, use_until=pd.Timestamp(2026, 5, 5))) == date(2026, 5, 5)
