"""What was on record before the as-of date, and what the register said on past days."""

from datetime import date

import pandas as pd
import pytest

from tests.spec.tables import given
from training.cards.facts import hold
from training.cards.register import register_at

A = date(2024, 1, 1)

PENALTIES = """
    penalties            | record | enterprise | occurred_on | known_at            | sector | severity
    known before A       | p1     | 甲         | 2023-12-01  | 2023-12-05          | 食品   | minor
    corrected before A   | p1     | 甲         | 2023-12-01  | 2023-12-20          | 食品   | serious
    the last second      | p2     | 甲         | 2023-12-21  | 2023-12-31 23:59:59 | 药品   | minor
    known on A           | p3     | 甲         | 2023-12-01  | 2024-01-01          | 食品   | minor
    of no sector         | p4     | 乙         | 2023-11-01  | 2023-11-03          |        | minor
"""


def held(subject: str, sector: str | None = None) -> pd.Series:
    table = hold(given(PENALTIES).records, A)
    rows = table[
        (table["subject"] == subject) & (table["sector"].isna() if sector is None else table["sector"].eq(sector))
    ]
    assert len(rows) == 1
    return rows.iloc[0]


def test_records_known_before_the_as_of_date_count_once_whatever_their_versions() -> None:
    assert held("penalties")["records"] == 3
    assert held("penalties", "食品")["records"] == 1
    assert held("penalties", "药品")["records"] == 1


def test_dates_and_delays_are_those_of_the_first_version() -> None:
    found = held("penalties")
    assert (found["first"], found["last"]) == (pd.Timestamp("2023-11-01"), pd.Timestamp("2023-12-21"))
    assert found["delay_days_median"] == 4  # 2, 4 and 10 days
    assert found["delay_days_90"] == pytest.approx(8.8)


def test_enterprises_are_counted_by_their_id_and_a_missing_subject_holds_nothing() -> None:
    assert held("enterprises")["records"] == 2
    missing = held("recalls")
    assert missing["records"] == 0
    assert pd.isna(missing["last"])


REGISTER = """
    enterprises    | enterprise | ent_type | state  | region | valid_from | valid_to   | known_at
    before         | 甲         | 1130     | active | 东     | 2010-01-01 | 2023-06-01 | 2010-01-01
    moved          | 甲         | 1130     | active | 西     | 2023-06-01 |            | 2023-06-03
    a shop         | 乙         | 9500     | active | 东     | 2023-06-02 |            | 2023-06-02
"""


def test_the_register_is_that_of_each_day() -> None:
    days = [date(2023, 6, 1), date(2023, 6, 3), date(2023, 6, 4)]
    found = register_at(given(REGISTER).records, days, ["甲", "乙", "丙"])
    regions = {(f"{row.as_of:%m-%d}", row.enterprise_id): (row.region, row.is_in_scope) for row in found.itertuples()}
    # The old row ends on 1 June at 00:00; the new one is known from 3 June and counts from the next day on.
    assert regions == {
        ("06-03", "乙"): ("东", False),
        ("06-04", "甲"): ("西", True),
        ("06-04", "乙"): ("东", False),
    }


def test_only_the_enterprises_asked_for_are_looked_up() -> None:
    assert set(register_at(given(REGISTER).records, [date(2023, 7, 1)], ["乙"])["enterprise_id"]) == {"乙"}


def test_no_date_gives_no_row() -> None:
    assert register_at(given(REGISTER).records, [], ["甲"]).empty
