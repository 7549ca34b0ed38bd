"""The month that a report is about."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from records.contract import TIMEZONE
from records.errors import ConfigError

_MONTH = re.compile(r"(19[5-9]\d|2[01]\d\d)-(0[1-9]|1[0-2])")
"""From 1950 to 2199, so that no arithmetic on it leaves the calendar."""


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; its days are [start, end)."""

    start: date

    @property
    def end(self) -> date:
        """The first day of the next month: 00:00 of it is when the report looks back."""
        return (self.start + timedelta(days=31)).replace(day=1)

    @property
    def before(self) -> "Month":
        return Month((self.start - timedelta(days=1)).replace(day=1))

    @property
    def year_start(self) -> date:
        return self.start.replace(month=1)

    @property
    def year_before_end(self) -> date:
        """The day a year before `end`: [year_before_end, end) are the twelve months up to the month's end."""
        return self.end.replace(year=self.end.year - 1)

    def holds(self, days: pd.Series) -> pd.Series:
        """Which days lie in the month; a null day does not."""
        return within(days, self.start, self.end)

    def __str__(self) -> str:
        return f"{self.start:%Y-%m}"


def within(days: pd.Series, start: date, end: date) -> pd.Series:
    """Which days lie in [start, end); a null day does not."""
    days = pd.to_datetime(days)
    return (days >= pd.Timestamp(start)) & (days < pd.Timestamp(end))


def month_of(text: str) -> Month:
    """The month written as YYYY-MM.

    Raises
    ------
    ConfigError
        If it is written otherwise or has not ended yet in Asia/Shanghai: what will be known at its
        end nobody knows.
    """
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ConfigError(f"A month is written as YYYY-MM, such as 2024-03, got {text!r}; correct it.")
    month = Month(date(int(found[1]), int(found[2]), 1))
    today = datetime.now(ZoneInfo(TIMEZONE)).date()
    if month.end > today:
        raise ConfigError(
            f"A report looks back on a month that has ended, got {month}, and today is {today}; "
            "name an earlier month or wait for its end."
        )
    return month
