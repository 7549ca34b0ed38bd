"""The stretch of time that is simulated, cut into quarters."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from records.errors import ConfigError

Days = npt.NDArray[np.datetime64]
"""Dates as datetime64[D]; NaT where there is none."""

DAY = np.timedelta64(1, "D")
"""A number of days is written as so many of it: NumPy will no longer add bare numbers to dates."""

FAR_FUTURE = np.datetime64("2200-01-01", "D")
"""Stands for "has not ended" inside the simulator; it never reaches a contract table."""

HORIZON_DAYS = 365
"""How far a true probability looks ahead of its as-of date (the horizon of the published standards)."""

_MONTHS_PER_QUARTER = 3
_QUARTERS_PER_YEAR = 4


@dataclass(frozen=True)
class History:
    """The years [start, end) and the quarters in which risk is constant.

    `edges` are the quarter starts from `start` on, through one further year after `end`, because the truth at
    `end` speaks of the year after it; quarter q is [edges[q], edges[q + 1]).
    """

    start: np.datetime64
    end: np.datetime64
    years: int
    edges: Days

    @property
    def quarters(self) -> int:
        """The number of quarters, the year after `end` included."""
        return len(self.edges) - 1

    @property
    def as_of_dates(self) -> Days:
        """Quarter starts over the history, `end` included: the dates for which the truth is written."""
        return self.edges[: self.years * _QUARTERS_PER_YEAR + 1]

    @property
    def quarter_years(self) -> npt.NDArray[np.float64]:
        """The length of each quarter in years of 365.25 days, 0 after `end`: no event is written there."""
        length = np.diff(self.edges).astype(float) / 365.25
        return np.where(self.edges[:-1] < self.end, length, 0.0)

    def year_starts(self) -> Days:
        """The first day of each simulated year, when the year's inspections are planned."""
        return self.edges[: self.years * _QUARTERS_PER_YEAR : _QUARTERS_PER_YEAR]

    def quarter_of(self, day: Days) -> npt.NDArray[np.int64]:
        """The quarter that each day lies in; days outside the edges count as the first or last quarter."""
        quarter = np.searchsorted(self.edges, day, side="right") - 1
        return np.clip(quarter, 0, self.quarters - 1)


def history_until(end: date, years: int) -> History:
    """The `years` before `end` (exclusive).

    Raises ConfigError if `years` is below 1 or `end` is not the first day of a month: quarters start on one.
    """
    if years < 1:
        raise ConfigError(f"A simulated history lasts at least 1 year, got {years}; ask for one or more.")
    if end.day != 1:
        raise ConfigError(
            f"A simulated history ends on the first day of a month, got {end}; choose {end.replace(day=1)}."
        )
    steps = np.arange(-years * _QUARTERS_PER_YEAR, _QUARTERS_PER_YEAR + 1) * _MONTHS_PER_QUARTER
    edges = (np.datetime64(end, "M") + steps).astype("datetime64[D]")
    return History(edges[0], np.datetime64(end, "D"), years, edges)


def month_start(year: npt.NDArray[np.int64], month: int) -> Days:
    """The first day of the month in each year."""
    months = (year - 1970) * 12 + month - 1
    return months.astype("datetime64[M]").astype("datetime64[D]")
