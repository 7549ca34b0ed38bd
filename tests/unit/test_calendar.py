"""Working days around Chinese public holidays and the weekend days worked in exchange."""

from datetime import date, timedelta

import pytest

from records.calendar import FIRST_YEAR, LAST_YEAR, is_working_day, working_days_after
from records.errors import ConfigError


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


@pytest.mark.parametrize("day", [date(2024, 2, 4), date(2024, 2, 18), date(2024, 9, 29), date(2024, 10, 12)])
def test_a_weekend_day_made_up_for_a_holiday_is_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert is_working_day(day)


@pytest.mark.parametrize("first", [date(2024, 2, 10), date(2024, 10, 1)])
def test_the_seven_days_of_a_long_holiday_are_not_worked(first: date) -> None:
    assert not any(is_working_day(day) for day in days_from(first, 7))


def test_ordinary_weeks_are_worked_from_monday_to_friday() -> None:
    assert [is_working_day(day) for day in days_from(date(2024, 7, 1), 7)] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2024, 7, 1), 0, date(2024, 7, 1)),
        (date(2024, 7, 1), 1, date(2024, 7, 2)),
        (date(2024, 7, 5), 1, date(2024, 7, 8)),
        (date(2024, 7, 6), 1, date(2024, 7, 8)),
        (date(2024, 9, 30), 1, date(2024, 10, 8)),
        (date(2024, 9, 30), 5, date(2024, 10, 12)),  # the Saturday is worked
        (date(2024, 1, 15), 20, date(2024, 2, 9)),  # the Sunday 4 February counts
    ],
)
def test_a_term_does_not_count_the_day_it_begins_with(day: date, count: int, expected: date) -> None:
    assert working_days_after(day, count) == expected


@pytest.mark.parametrize("count", [1, 7, 20, 60])
def test_a_term_contains_as_many_working_days_as_it_was_given(count: int) -> None:
    for start in days_from(date(2023, 12, 20), 60):
        last = working_days_after(start, count)
        days = [start + timedelta(days=after) for after in range(1, (last - start).days + 1)]
        assert sum(map(is_working_day, days)) == count
        assert is_working_day(last)


@pytest.mark.parametrize("day", [date(FIRST_YEAR - 1, 12, 31), date(LAST_YEAR + 1, 1, 1)])
def test_a_day_outside_the_librarys_years_is_refused_with_the_years_and_a_remedy(day: date) -> None:
    with pytest.raises(ConfigError, match=rf"known from {FIRST_YEAR} to {LAST_YEAR}, got {day}; update the library"):
        is_working_day(day)


def test_the_first_and_the_last_day_that_the_library_knows_are_answered() -> None:
    assert not is_working_day(date(FIRST_YEAR, 1, 1))
    assert is_working_day(date(LAST_YEAR, 12, 31)) == (date(LAST_YEAR, 12, 31).weekday() < 5)


def test_a_term_that_leaves_the_librarys_years_is_refused() -> None:
    with pytest.raises(ConfigError, match=f"got {LAST_YEAR + 1}-01-01"):
        working_days_after(date(LAST_YEAR, 12, 30), 20)


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least 0 working days, got -1"):
        working_days_after(date(2024, 7, 1), -1)


def test_twenty_working_days_never_took_more_than_38_calendar_days() -> None:
    """Why a maturity of 60 calendar days covers the longest term for publishing a result."""
    starts = days_from(date(FIRST_YEAR, 1, 1), (date(LAST_YEAR, 11, 1) - date(FIRST_YEAR, 1, 1)).days)
    assert max(working_days_after(start, 20) - start for start in starts) <= timedelta(days=38)
