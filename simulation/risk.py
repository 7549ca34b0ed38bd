"""The true risk: log-odds that an inspection finds a problem, per enterprise, sector and quarter.

margin(u, q) = intercept of the sector + drift of the sector in the year
             + temper of the enterprise in the quarter + frailty of the enterprise in the sector

The *temper* is what kind of business it is, how old, where, how it is run (conduct), slow ups and downs, and
lapses: days on which something goes wrong and then heals over a year or two. Every record of the district is
drawn from the temper, so the records reveal it in part. The *frailty* is persistent and shows itself only in
inspections and samplings of that sector.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from simulation.history import History
from simulation.kinds import KINDS
from simulation.places import Floats, spatial_field
from simulation.population import Flags, Ints, Population
from simulation.sectors import SECTORS

SIZE_EFFECT = -0.15
"""Change of log-odds by one standard deviation of log capital: larger firms are better run."""
YOUTH_EFFECT = 0.5
"""Extra log-odds of an enterprise founded today; it fades with YOUTH_YEARS."""
YOUTH_YEARS = 3.0
PLACE_SD = 0.32
CONDUCT_SD = 0.84
FRAILTY_SD = 0.58
"""Chosen with the others so that the truth's own AUC on outcomes lies near 0.80."""
WANDER_SD = 0.33
WANDER_KEPT = 0.92
"""Share of the slow ups and downs that lasts from one quarter to the next (half-life two years)."""
LAPSES_PER_YEAR = 0.10
LAPSE_SIZE = 1.4
LAPSE_YEARS = 1.2
"""Mean time after which a lapse has healed to 1/e."""
SECTOR_STEP_SD = 0.12
"""Yearly random step of a sector's log-odds."""
SERIOUS_LOADING = 0.5
"""Log-odds of a found problem being serious grow by this for each unit of the enterprise's own margin."""


@dataclass(frozen=True)
class Risk:
    """The truth. Units are pairs of enterprise and sector, sorted by both.

    `unit_enterprise`, `unit_sector`: which pair each unit is. `temper`: (enterprise, quarter), centred at 0.
    `own`: (unit, quarter), temper and frailty. `problem`: (unit, quarter), the probability that an inspection
    on a day of the quarter finds a general or serious problem if it can take place; `serious` the same for a
    serious one.
    """

    unit_enterprise: Ints
    unit_sector: Ints
    temper: npt.NDArray[np.float32]
    own: npt.NDArray[np.float32]
    problem: npt.NDArray[np.float32]
    serious: npt.NDArray[np.float32]

    @property
    def units(self) -> int:
        return len(self.unit_enterprise)


def true_risk(rng: np.random.Generator, population: Population, history: History) -> Risk:
    """Draw the latent parts and add them up."""
    enterprise, sector = np.nonzero(population.membership)
    temper = _temper(rng, population, history)
    frailty = FRAILTY_SD * rng.standard_normal(len(enterprise))
    own = temper[enterprise] + frailty[:, None]
    margin = _sector_margins(rng, history, own, sector)[sector] + own
    problem = expit(margin)
    share = np.array([entry.serious_share for entry in SECTORS])[sector]
    serious = problem * expit(logit(share)[:, None] + SERIOUS_LOADING * own)
    single = np.float32
    return Risk(
        enterprise,
        sector,
        temper.astype(single),
        own.astype(single),
        problem.astype(single),
        serious.astype(single),
    )


def shifted(risk: Risk, units: Flags, quarters: Flags, step: float) -> Risk:
    """The same truth but for a shock: problems of some units, in some quarters, have log-odds larger by `step`.

    As large a share of the problems is serious as before. No record but inspections tells of it: it is a new kind of
    problem, of which nobody complained yet.
    """
    where = np.ix_(units, quarters)
    before = risk.problem[where].astype(float)
    problem, serious = risk.problem.copy(), risk.serious.copy()
    problem[where] = expit(logit(before) + step)
    serious[where] = risk.serious[where] * (problem[where] / before)
    return replace(risk, problem=problem, serious=serious)


def expit(margin: Floats) -> Floats:
    """The probability with the given log-odds."""
    return 1 / (1 + np.exp(-margin))


def logit(probability: Floats) -> Floats:
    """The log-odds of a probability strictly between 0 and 1."""
    return np.log(probability / (1 - probability))


def _temper(rng: np.random.Generator, population: Population, history: History) -> Floats:
    kind_risk = np.array([kind.riskier for kind in KINDS])[population.kind]
    log_capital = np.log(population.capital)
    size = (log_capital - log_capital.mean()) / (log_capital.std() or 1.0)
    fixed = kind_risk + population.type_risk + SIZE_EFFECT * size + CONDUCT_SD * population.conduct
    moving = (
        _youth(population, history)
        + _place(rng, population, history)
        + _wander(rng, population.size, history.quarters)
        + _lapses(rng, population.size, history)
    )
    temper = fixed[:, None] + moving
    return temper - temper.mean()


def _youth(population: Population, history: History) -> Floats:
    age = (history.edges[:-1] - population.established[:, None]).astype(float) / 365.25
    return YOUTH_EFFECT * np.exp(-np.maximum(age, 0) / YOUTH_YEARS)


def _place(rng: np.random.Generator, population: Population, history: History) -> Floats:
    field = spatial_field(rng, population.lat, population.lon)
    here = field.at(population.lat, population.lon)[:, None]
    there = field.at(population.new_lat, population.new_lon)[:, None]
    has_moved = population.moved_on[:, None] <= history.edges[:-1]
    return PLACE_SD * np.where(has_moved, there, here)


def _wander(rng: np.random.Generator, count: int, quarters: int) -> Floats:
    """A stationary first-order autoregression over the quarters."""
    noise = rng.standard_normal((count, quarters))
    path = np.empty_like(noise)
    path[:, 0] = noise[:, 0]
    for quarter in range(1, quarters):
        path[:, quarter] = WANDER_KEPT * path[:, quarter - 1]
        path[:, quarter] += np.sqrt(1 - WANDER_KEPT**2) * noise[:, quarter]
    return WANDER_SD * path


def _lapses(rng: np.random.Generator, count: int, history: History) -> Floats:
    """Sudden worsenings that heal; those before the history are drawn too, so its start is not special."""
    burn_in = 12
    fresh = LAPSE_SIZE * rng.poisson(LAPSES_PER_YEAR / 4, size=(count, burn_in + history.quarters))
    kept = np.exp(-0.25 / LAPSE_YEARS)
    state = np.zeros(count)
    path = np.empty((count, history.quarters))
    for quarter in range(burn_in + history.quarters):
        state = kept * state + fresh[:, quarter]
        if quarter >= burn_in:
            path[:, quarter - burn_in] = state
    return path


def _sector_margins(rng: np.random.Generator, history: History, own: Floats, sector: Ints) -> Floats:
    """What to add to `own` in each sector and quarter, so that the mean rate is near the sector's.

    The average of a logit-normal is near expit(mean / sqrt(1 + 0.346 variance)).
    """
    rate = np.array([entry.problem_rate for entry in SECTORS])
    units = np.maximum(np.bincount(sector, minlength=len(SECTORS)), 1)
    mean_own = np.bincount(sector, own.mean(axis=1), len(SECTORS)) / units
    spread = float(own.std()) if own.size else 0.0
    middle = logit(rate) * np.sqrt(1 + 0.346 * spread**2) - mean_own
    steps = rng.normal(0, SECTOR_STEP_SD, size=(len(SECTORS), history.quarters // 4))
    drift = np.cumsum(steps, axis=1)
    drift -= drift.mean(axis=1, keepdims=True)
    return middle[:, None] + np.repeat(drift, 4, axis=1)
