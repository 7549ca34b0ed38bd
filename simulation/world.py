"""What every record of the district is drawn from, and how events of a given rate are scattered in time."""

import zlib
from dataclasses import dataclass, replace

import numpy as np

from simulation.history import Days, History
from simulation.places import Floats
from simulation.population import Flags, Ints, Population, Words, populate
from simulation.risk import Risk, true_risk


@dataclass(frozen=True)
class World:
    """The enterprises, their true risk and the stretch of time, with one random stream per step.

    `part` names a part of the history that is lived by itself ("": the whole of it at once, see `within`).
    """

    seed: int
    history: History
    population: Population
    risk: Risk
    part: str = ""

    def rng(self, step: str) -> np.random.Generator:
        """The random stream of one step: its own, so that a new step changes nothing in the others."""
        return random_stream(self.seed, step + self.part)

    def within(self, part: str) -> "World":
        """The same world in one part of its history, whose streams and record ids are that part's own.

        So what is drawn for a part changes nothing in the others.
        """
        return replace(self, part=part)

    def stations(self, enterprise: Ints) -> Words:
        """The station that answers for each of the enterprises."""
        return self.population.stations[enterprise]

    def quarter(self, day: Days) -> Ints:
        return self.history.quarter_of(day)

    def temper_on(self, enterprise: Ints, day: Days) -> Floats:
        """The temper of each enterprise on the day given for it (log-odds around 0)."""
        return self.risk.temper[enterprise, self.quarter(day)].astype(float)

    def own_on(self, unit: Ints, day: Days) -> Floats:
        """Temper and frailty of each unit on the day given for it (log-odds around 0)."""
        return self.risk.own[unit, self.quarter(day)].astype(float)

    def happens(self, enterprise: Ints, day: Days) -> Flags:
        """Whether an event at the enterprise on that day belongs into the history."""
        in_time = (day >= self.history.start) & (day < self.history.end)
        return in_time & self.population.exists_at(enterprise, day)

    def scatter(self, rng: np.random.Generator, yearly: Floats, enterprise: Ints) -> tuple[Ints, Days]:
        """Events of a Poisson process: which row of `yearly` and on what day.

        `yearly` is (row, quarter) or (row, 1), events per year; `enterprise` names the enterprise of each row.
        Events on days on which the enterprise does not exist are left out.
        """
        expected = np.broadcast_to(yearly * self.history.quarter_years, (len(enterprise), self.history.quarters))
        counts = rng.poisson(expected)
        row, quarter = np.nonzero(counts)
        repeat = counts[row, quarter]
        row, quarter = np.repeat(row, repeat), np.repeat(quarter, repeat)
        length = np.diff(self.history.edges).astype(int)[quarter]
        day = self.history.edges[quarter] + np.floor(rng.random(len(row)) * length).astype(int)
        keep = self.happens(enterprise[row], day)
        return row[keep], day[keep]


def random_stream(seed: int, step: str) -> np.random.Generator:
    """The random stream of a named step of the simulation with this seed."""
    return np.random.default_rng([seed, zlib.crc32(step.encode())])


def make_world(enterprises: int, history: History, seed: int) -> World:
    """A district with `enterprises` enterprises and its truth."""
    population = populate(random_stream(seed, "population"), enterprises, history)
    return World(seed, history, population, true_risk(random_stream(seed, "risk"), population, history))
