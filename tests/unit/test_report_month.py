"""The month of a report: its days, and which months can be asked for."""

from datetime import date

import pandas as pd
import pytest

from records.errors import ConfigError
from supervision.report.month import Month, month_of


def test_a_month_holds_its_first_day_and_not_the_first_of_the_next() -> None:
    days = pd.Series(pd.to_datetime(["2024-01-31", "2024-02-01", "2024-02-29", "2024-03-01", None]))
    assert month_of("2024-02").holds(days).tolist() == [False, True, True, False, False]


def test_the_months_around_a_new_year_follow_each_other() -> None:
    december = Month(date(2023, 12, 1))
    assert (december.end, december.before) == (date(2024, 1, 1), Month(date(2023, 11, 1)))
    assert Month(december.end).before == december
    assert (december.year_start, december.year_before_end) == (date(2023, 1, 1), date(2023, 1, 1))


@pytest.mark.parametrize(
    "text", ["2024", "2024-13", "2024-6", "24-06", "2024-06-01", "", "0001-01", "9999-12", "２０２４-06"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="written as YYYY-MM"):
        month_of(text)


def test_a_month_that_has_not_ended_is_refused() -> None:
    this_month = f"{pd.Timestamp.now('Asia/Shanghai'):%Y-%m}"
    for text in (this_month, "2199-12"):
        with pytest.raises(ConfigError, match="a month that has ended, got " + text):
            month_of(text)
    assert month_of(str(Month(date.fromisoformat(f"{this_month}-01")).before))
