"""Who is visited by inspectors, when and on what basis; and what they find."""

from dataclasses import dataclass

import numpy as np

from simulation.clocks import days_after
from simulation.clues import tiers_of
from simulation.draws import Draw
from simulation.history import Days
from simulation.places import Floats
from simulation.population import Flags, Ints, Words
from simulation.risk import expit, logit
from simulation.sectors import SECTORS
from simulation.world import World

DIRECTED_RATES = (0.006, 0.04, 0.10, 0.20)
"""Share visited by direction in half a year, by tier of the visible history."""
CAMPAIGN_SECTORS = 3
CAMPAIGN_COVERAGE = 0.07
CAMPAIGN_TIER_GAIN = 0.7
"""Special campaigns: so many sectors each half-year, coverage at low tier, growth by tier."""
ASSIGNED_RATE = 0.004
"""Share visited in half a year because another body assigned the clue."""
FOLLOW_UP_SHARE = 0.55
FINDING_SHIFT = {
    "random": 0.0, "statutory": 0.0, "directed": 0.0, "special": 0.15, "assigned": 0.3, "complaint": 0.6,
    "follow_up": -0.4,
}  # fmt: skip
"""Change of the log-odds of a problem by basis: a complaint points at one, after a problem some are mended."""
UNREACHABLE_BASE = -4.2
UNREACHABLE_LOADING = 1.0
"""Log-odds that nobody is found at the address, growing with elusiveness."""
VOID_SHARE = 0.008
"""Visits that came to nothing for reasons of the bureau's own."""
MINOR_BASE = -1.3
MINOR_LOADING = 0.4
"""Log-odds of a minor finding where there is no worse one."""

HALF_YEAR = 181


@dataclass(frozen=True)
class Visits:
    """One entry per visit: unit, day, basis, and the probability in the year's draw (NaN unless drawn in one)."""

    unit: Ints
    day: Days
    basis: Words
    probability: Floats

    def __len__(self) -> int:
        return len(self.unit)

    def where(self, which: np.ndarray) -> "Visits":
        """The visits that a mask or an order picks."""
        return Visits(self.unit[which], self.day[which], self.basis[which], self.probability[which])


def visits_of(unit: Ints, day: Days, basis: str, probability: Floats | None = None) -> Visits:
    """Visits that all have the same basis."""
    chance = np.full(len(unit), np.nan) if probability is None else probability
    return Visits(unit, day, np.full(len(unit), basis, dtype=object), chance)


def joined_visits(*parts: Visits) -> Visits:
    """All visits in one."""
    return Visits(
        np.concatenate([part.unit for part in parts]),
        np.concatenate([part.day for part in parts]),
        np.concatenate([part.basis for part in parts]),
        np.concatenate([part.probability for part in parts]),
    )


def drawn_visits(rng: np.random.Generator, draw: Draw) -> Visits:
    """Visits to the drawn units, spread over the year after the draw."""
    start = np.full(len(draw.unit), draw.day)
    return visits_of(draw.unit, days_after(rng, start, 15, 350), draw.basis, draw.probability)


def planned_visits(rng: np.random.Generator, world: World, day: np.datetime64, visible: Floats) -> Visits:
    """Directed, special, statutory and assigned visits in the half-year after a day."""
    unit = np.arange(world.risk.units)
    sector = world.risk.unit_sector
    tier = tiers_of(visible)[world.risk.unit_enterprise]
    campaign = np.isin(sector, rng.choice(len(SECTORS), size=CAMPAIGN_SECTORS, replace=False))
    statutory = np.array([entry.statutory for entry in SECTORS])[sector] / 2
    rates = {
        "directed": np.array(DIRECTED_RATES)[tier],
        "special": campaign * CAMPAIGN_COVERAGE * (1 + CAMPAIGN_TIER_GAIN * tier),
        "statutory": statutory,
        "assigned": np.full(len(unit), ASSIGNED_RATE),
    }
    parts = []
    for basis, rate in rates.items():
        visited = unit[rng.random(len(unit)) < rate]
        on = days_after(rng, np.full(len(visited), day), 1, HALF_YEAR - 1)
        kept = world.happens(world.risk.unit_enterprise[visited], on)
        parts.append(visits_of(visited[kept], on[kept], basis))
    return joined_visits(*parts)


def follow_ups(rng: np.random.Generator, world: World, visits: Visits, severity: Words) -> Visits:
    """Second visits some weeks after many of the problems found."""
    again = np.isin(severity, ("general", "serious")) & (rng.random(len(visits)) < FOLLOW_UP_SHARE)
    unit = visits.unit[again]
    on = days_after(rng, visits.day[again], 15, 75)
    kept = world.happens(world.risk.unit_enterprise[unit], on)
    return visits_of(unit[kept], on[kept], "follow_up")


def findings_of(rng: np.random.Generator, world: World, visits: Visits) -> Words:
    """The worst finding of each visit; at a random draw, the true probabilities of the quarter hold exactly.

    An enterprise that has left the register makes the visit void; a dormant or elusive one is unreachable.
    """
    quarter = world.quarter(visits.day)
    shift = np.array([FINDING_SHIFT[basis] for basis in visits.basis])
    true_problem = world.risk.problem[visits.unit, quarter].astype(float)
    true_serious = world.risk.serious[visits.unit, quarter].astype(float)
    problem = expit(logit(true_problem) + shift)
    serious = problem * true_serious / true_problem
    chance = rng.random(len(visits))
    own = world.own_on(visits.unit, visits.day)
    minor = rng.random(len(visits)) < expit(MINOR_BASE + MINOR_LOADING * own)
    severity = np.where(minor, "minor", "none").astype(object)
    severity[chance < problem] = "general"
    severity[chance < serious] = "serious"
    absent, void = _not_examined(rng, world, visits)
    severity[absent] = "unreachable"
    severity[void] = "void"
    return severity


def _not_examined(rng: np.random.Generator, world: World, visits: Visits) -> tuple[Flags, Flags]:
    enterprise = world.risk.unit_enterprise[visits.unit]
    elusive = UNREACHABLE_BASE + UNREACHABLE_LOADING * world.population.elusive[enterprise]
    absent = rng.random(len(visits)) < expit(elusive)
    absent |= world.population.dormant_at(enterprise, visits.day)
    gone = ~world.population.exists_at(enterprise, visits.day)
    return absent, gone | (rng.random(len(visits)) < VOID_SHARE)
