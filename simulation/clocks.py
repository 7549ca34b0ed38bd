"""The second clock: when the bureau could know of what happened."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulation.history import Days

Instants = npt.NDArray[np.datetime64]
"""Naive local timestamps as datetime64[us]."""

_NIGHT_BATCH_SHARE = 0.2
"""Records that come by the nightly exchange between systems, between two and four o'clock."""
_OFFICE_SECONDS = (8 * 3600 + 1800, 18 * 3600)
_NIGHT_SECONDS = (2 * 3600, 4 * 3600)


@dataclass(frozen=True)
class Delay:
    """How long after the event a record becomes known.

    Most are known after some `typical_days` (the median of a log-normal with log standard deviation `spread`);
    a share `late_share` turns up only after `late_days` (from, to), as forgotten and re-entered records do.
    """

    typical_days: float
    spread: float = 0.7
    late_share: float = 0.02
    late_days: tuple[int, int] = (45, 210)


def known_after(rng: np.random.Generator, occurred: Days, delay: Delay) -> Instants:
    """When records of events on the days `occurred` become known: never before the day, with a time of day."""
    count = len(occurred)
    days = np.floor(delay.typical_days * np.exp(delay.spread * rng.standard_normal(count))).astype(int)
    late = rng.random(count) < delay.late_share
    days = np.where(late, rng.integers(*delay.late_days, size=count), days)
    return _at_some_time(rng, occurred + days)


def known_later(rng: np.random.Generator, before: Instants, occurred: Days, delay: Delay) -> Instants:
    """When a later version becomes known: after `delay` from `occurred`, and at least a day after `before`."""
    known = known_after(rng, occurred, delay)
    next_day = (before.astype("datetime64[D]").astype(np.int64) + 1).astype("datetime64[D]")
    at_least = _at_some_time(rng, next_day)
    return np.maximum(known, at_least)


def _at_some_time(rng: np.random.Generator, day: Days) -> Instants:
    count = len(day)
    at_night = rng.random(count) < _NIGHT_BATCH_SHARE
    seconds = np.where(at_night, rng.integers(*_NIGHT_SECONDS, size=count), rng.integers(*_OFFICE_SECONDS, size=count))
    return day.astype("datetime64[us]") + seconds.astype("timedelta64[s]")


def days_after(rng: np.random.Generator, day: Days, lowest: int, highest: int) -> Days:
    """A day between `lowest` and `highest` (inclusive) days after each given day."""
    return day + rng.integers(lowest, highest + 1, size=len(day))


def waiting_after(rng: np.random.Generator, day: Days, mean_days: float, at_least: int = 0) -> Days:
    """A day `at_least` days and an exponential wait of the given mean after each given day."""
    return day + (at_least + np.floor(rng.exponential(mean_days, size=len(day)))).astype(int)
