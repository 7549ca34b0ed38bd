"""What became of an enterprise: which inspections count, from when they are seen, and which one comes first."""

from datetime import date

import pandas as pd
import pytest

from tests.spec.tables import given
from training.outcomes import drawn_outcomes, first_outcomes, mature_dates, rated_inspections, taught_outcomes

A = date(2024, 1, 1)
HORIZONS = {"食品": 30, "药品": 60}


def rated(text: str, known_before: date | None = None) -> pd.DataFrame:
    return rated_inspections(given(text).records, known_before)


def first(text: str, *by: str) -> dict[str, int]:
    """The severity rank of the first outcome by record id."""
    found = first_outcomes(rated(text), A, HORIZONS, list(by or ("enterprise_id",)))
    return dict(zip(found["record_id"], found["severity_rank"], strict=True))


WINDOW = """
    inspections   | record | enterprise | occurred_on | sector | severity
    the day before| before | 甲         | 2023-12-31  | 食品   | serious
    the as-of date| at     | 乙         | 2024-01-01  | 食品   | general
    the last day  | last   | 丙         | 2024-01-30  | 食品   | minor
    30 days later | after  | 丁         | 2024-01-31  | 食品   | serious
    other horizon | longer | 戊         | 2024-01-31  | 药品   | none
    60 days later | beyond | 己         | 2024-03-01  | 药品   | general
"""


def test_the_window_is_closed_at_the_as_of_date_and_open_at_its_sectors_horizon() -> None:
    assert first(WINDOW) == {"at": 2, "last": 1, "longer": 0}


def test_an_enterprise_without_an_inspection_in_time_has_no_outcome() -> None:
    found = first_outcomes(rated(WINDOW), A, HORIZONS, ["enterprise_id"])
    assert not {"甲", "丁", "己"} & set(found["enterprise_id"])


def test_inspections_that_say_nothing_are_passed_over() -> None:
    assert first("""
        inspections     | record | enterprise | occurred_on | sector | severity    | basis
        a known problem | again  | 甲         | 2024-01-02  | 食品   | serious     | follow_up
        not carried out | void   | 甲         | 2024-01-03  | 食品   | void        | random
        nobody there    | gone   | 甲         | 2024-01-04  | 食品   | unreachable | random
        the first that counts | counts | 甲   | 2024-01-05  | 食品   | none        | complaint
        a later one     | later  | 甲         | 2024-01-06  | 食品   | serious     | random
    """) == {"counts": 0}


TWO_SECTORS = """
    inspections | record | enterprise | occurred_on | sector | severity
                | drug   | 甲         | 2024-01-05  | 药品   | serious
                | food   | 甲         | 2024-01-03  | 食品   | minor
                | food2  | 甲         | 2024-01-04  | 食品   | general
                | other  | 乙         | 2024-01-09  | 食品   | general
"""


def test_one_outcome_per_enterprise() -> None:
    assert first(TWO_SECTORS) == {"food": 1, "other": 2}


def test_one_outcome_per_enterprise_and_sector() -> None:
    assert first(TWO_SECTORS, "enterprise_id", "sector") == {"food": 1, "drug": 3, "other": 2}


def test_inspections_of_one_day_come_in_the_order_of_their_ids() -> None:
    assert first("""
        inspections | record | enterprise | occurred_on | sector | severity
                    | b      | 甲         | 2024-01-05  | 食品   | serious
                    | a      | 甲         | 2024-01-05  | 食品   | none
    """) == {"a": 0}


DRAWN = """
    inspections      | record | enterprise | occurred_on | sector | severity | basis     | inclusion_probability
    the day before   | early  | 甲         | 2023-12-31  | 食品   | none     | random    | 0.1
    for cause        | cause  | 甲         | 2024-01-01  | 食品   | serious  | complaint |
    drawn, second    | draw   | 甲         | 2024-01-30  | 食品   | none     | random    | 0.1
    too late         | late   | 乙         | 2024-01-31  | 食品   | general  | random    | 0.2
    only for cause   | only   | 丙         | 2024-01-05  | 食品   | minor    | special   |
    aimed in a draw  | aimed  | 丁         | 2024-01-06  | 食品   | general  | directed  | 0.3
    drawn twice      | once   | 戊         | 2024-01-07  | 食品   | none     | random    | 0.4
    by the next draw | twice  | 戊         | 2024-01-20  | 食品   | general  | random    | 0.5
"""


def test_every_probability_draw_in_the_window_counts_whoever_came_before_it() -> None:
    found = drawn_outcomes(rated(DRAWN), A, HORIZONS)
    assert found["record_id"].tolist() == ["once", "twice", "draw"]


def test_an_example_learns_the_first_draw_and_where_there_is_none_the_first_inspection() -> None:
    found = taught_outcomes(rated(DRAWN), A, HORIZONS)
    assert dict(zip(found["enterprise_id"], found["record_id"], strict=True)) == {
        "甲": "draw",
        "丙": "only",
        "丁": "aimed",
        "戊": "once",
    }


def test_without_draws_an_example_learns_the_first_inspection() -> None:
    by = ["enterprise_id", "sector"]
    expected = first_outcomes(rated(TWO_SECTORS), A, HORIZONS, by)
    pd.testing.assert_frame_equal(taught_outcomes(rated(TWO_SECTORS), A, HORIZONS), expected)


KNOWN = """
    inspections | record | enterprise | occurred_on | known_at                   | sector
    just before | before | 甲         | 2023-06-01  | 2023-12-31 23:59:59.999999 | 食品
    at midnight | at     | 乙         | 2023-06-01  | 2024-01-01 00:00:00        | 食品
    after       | after  | 丙         | 2023-06-01  | 2024-01-01 00:00:00.000001 | 食品
"""


def test_an_inspection_is_seen_only_if_known_before_the_date() -> None:
    assert rated(KNOWN, A)["record_id"].tolist() == ["before"]
    assert len(rated(KNOWN)) == 3


VERSIONS = """
    inspections   | record | enterprise | occurred_on | known_at            | sector | severity
    first reading | a      | 甲         | 2023-06-01  | 2023-06-05          | 食品   | none
    corrected     | a      | 甲         | 2023-06-01  | 2024-01-01 00:00:00 | 食品   | serious
"""


@pytest.mark.parametrize(
    ("known_before", "rank"), [(A, 0), (date(2024, 1, 2), 3), (None, 3)], ids=["at", "after", "on record"]
)
def test_a_later_version_counts_only_once_it_is_known(known_before: date | None, rank: int) -> None:
    assert rated(VERSIONS, known_before)["severity_rank"].tolist() == [rank]


def test_a_version_that_turns_an_inspection_void_takes_it_away() -> None:
    text = """
        inspections | record | enterprise | occurred_on | known_at   | sector | severity
                    | a      | 甲         | 2023-06-01  | 2023-06-05 | 食品   | serious
                    | a      | 甲         | 2023-06-01  | 2023-07-05 | 食品   | void
    """
    assert rated(text).empty
    assert len(rated(text, date(2023, 7, 5))) == 1


WITHDRAWN = """
    inspections | record | enterprise | occurred_on | sector | withdrawn_at
    just before | before | 甲         | 2023-06-01  | 食品   | 2023-12-31
    at          | at     | 乙         | 2023-06-01  | 食品   | 2024-01-01
    after       | after  | 丙         | 2023-06-01  | 食品   | 2024-01-02
"""


def test_a_withdrawal_undoes_an_inspection_from_its_own_date() -> None:
    assert rated(WITHDRAWN, A)["record_id"].tolist() == ["after"]
    assert rated(WITHDRAWN).empty


def test_a_withdrawal_acts_only_once_it_is_known() -> None:
    text = """
        inspections | record | enterprise | occurred_on | known_at   | sector | withdrawn_at
                    | a      | 甲         | 2023-06-01  | 2023-06-05 | 食品   |
        annulled    | a      | 甲         | 2023-06-01  | 2024-01-01 | 食品   | 2023-06-10
    """
    assert len(rated(text, A)) == 1
    assert rated(text, date(2024, 1, 2)).empty


def test_a_repaired_or_expired_inspection_is_still_what_was_found() -> None:
    text = """
        inspections | record | enterprise | occurred_on | sector | severity | use_until
        repaired    | a      | 甲         | 2023-06-01  | 食品   | serious  | 2023-07-01

        repairs     | enterprise | occurred_on | target_subject | target_record_id | decision | effective_on
                    | 甲         | 2023-06-15  | inspections    | a                | granted  | 2023-07-01
    """
    assert rated(text, A)["severity_rank"].tolist() == [3]


def test_without_inspections_there_are_no_outcomes() -> None:
    text = """
        complaints | enterprise | occurred_on
                   | 甲         | 2023-06-01
    """
    assert rated(text, A).empty
    assert first(text) == {}


def test_training_dates_end_where_the_last_window_closed_and_matured() -> None:
    assert mature_dates(date(2025, 1, 1), 365, 60, 4) == [
        date(2023, 2, 3),
        date(2023, 5, 3),
        date(2023, 8, 3),
        date(2023, 11, 3),
    ]


def test_training_dates_at_the_end_of_a_month_stay_within_shorter_months() -> None:
    assert mature_dates(date(2024, 6, 30), 30, 0, 2) == [date(2024, 2, 29), date(2024, 5, 31)]
