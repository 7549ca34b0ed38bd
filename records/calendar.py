"""Working days: weekdays that are no public holiday, and the weekend days worked in exchange (调休).

The State Council announces them a year at a time, so the library knows the years up to the last announced one.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from chinese_calendar import constants

from records.errors import ConfigError

FIRST_YEAR = min(constants.holidays).year
LAST_YEAR = max(constants.holidays).year
"""The years whose holidays the library knows, both inclusive."""

_DAY = timedelta(days=1)


@cache
def is_working_day(day: date) -> bool:
    """Whether offices work on this day.

    A Saturday or Sunday is worked where it was announced as made up for a holiday. Raises ConfigError for a day outside
    the library's years.

    >>> is_working_day(date(2024, 2, 4)), is_working_day(date(2024, 10, 1))
    (True, False)
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ConfigError(
            f"Working days are known from {FIRST_YEAR} to {LAST_YEAR}, got {day}; "
            "update the library chinesecalendar once the year's holidays are announced."
        )
    return day in constants.workdays or (day.weekday() < 5 and day not in constants.holidays)


def working_days_after(day: date, count: int) -> date:
    """The last day of a term of `count` working days that begins with `day`.

    `day` itself is not counted, whether worked or not; the day returned is the `count`-th working day after it and
    still within the term. A `count` of 0 gives `day` back. Raises ConfigError for a negative count, and where the term
    leaves the library's years. Source: 民法典 Art. 201 (the day on which a term begins is not counted).

    >>> working_days_after(date(2024, 9, 30), 1)
    datetime.date(2024, 10, 8)
    """
    if count < 0:
        raise ConfigError(f"A term must have at least 0 working days, got {count}; correct the number.")
    while count:
        day += _DAY
        count -= is_working_day(day)
    return day


def months_after(day: date, months: int) -> date:
    """The day of the same number `months` later, or the last of its month where the month is shorter.

    Source: 民法典 Art. 202 (a term of months ends on the corresponding day).

    >>> months_after(date(2024, 11, 30), 3)
    datetime.date(2025, 2, 28)
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
