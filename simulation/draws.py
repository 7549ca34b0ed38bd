"""The yearly double-random draw: strata, inclusion probabilities, who is drawn."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.clues import tiers_of
from simulation.places import Floats
from simulation.population import Ints
from simulation.sectors import SECTOR_IDS
from simulation.world import World

TIER_RATIOS = (0.12, 0.18, 0.28, 0.45)
"""Share drawn a year in each stratum, low to high: never zero, so that every rate can be estimated."""
TIER_NAMES = ("low", "medium", "medium_high", "high")
SMALLEST_SAMPLE = 1
"""At least one of every stratum that is not empty."""


@dataclass(frozen=True)
class Draw:
    """The units drawn on a day, by their number, with tier and inclusion probability (n/N in a stratified draw).

    `register` has one row per sector and stratum. `basis` is why they are visited: at random, or because somebody
    chose them, which is no probability draw whatever `probability` says.
    """

    day: np.datetime64
    unit: Ints
    tier: Ints
    probability: Floats
    register: pd.DataFrame
    basis: str = "random"


def draw_year(rng: np.random.Generator, world: World, day: np.datetime64, visible: Floats) -> Draw:
    """The draw planned on a day in all sectors: simple random within sector x tier of the visible history.

    Each unit of the pool is drawn at most once in the year.
    """
    pool = pool_on(world, day)
    enterprise, sector = world.risk.unit_enterprise[pool], world.risk.unit_sector[pool]
    tier = tiers_of(visible)[enterprise]
    stratum = sector * len(TIER_RATIOS) + tier
    drawn, probability = stratified_draw(rng, stratum, np.array(TIER_RATIOS)[tier])
    return Draw(day, pool[drawn], tier[drawn], probability[drawn], _register(day, stratum, drawn))


def pool_on(world: World, day: np.datetime64) -> Ints:
    """Units of enterprises in scope that are on the register and not dormant on a day, ascending."""
    enterprise = world.risk.unit_enterprise
    population = world.population
    on_day = np.full(len(enterprise), day)
    may = population.in_scope[enterprise] & population.exists_at(enterprise, on_day)
    return np.flatnonzero(may & ~population.dormant_at(enterprise, on_day))


def stratified_draw(rng: np.random.Generator, stratum: Ints, ratio: Floats) -> tuple[np.ndarray, Floats]:
    """Which of the units are drawn, and the inclusion probability of each, drawn or not.

    Of a stratum with N units, n = min(N, max(ceil(ratio N), SMALLEST_SAMPLE)) are drawn without replacement;
    every unit of it has the inclusion probability n/N. `ratio` is constant within a stratum.
    """
    size = np.bincount(stratum)[stratum]
    sample = np.minimum(size, np.maximum(np.ceil(ratio * size), SMALLEST_SAMPLE))
    order = np.lexsort((rng.random(len(stratum)), stratum))
    first = np.searchsorted(stratum[order], stratum[order], side="left")
    place = np.empty(len(stratum), dtype=int)
    place[order] = np.arange(len(stratum)) - first
    return place < sample, sample / size


def draw_with(
    rng: np.random.Generator,
    world: World,
    day: np.datetime64,
    unit: Ints,
    tier: Ints,
    probability: Floats,
    basis: str = "random",
) -> Draw:
    """The draw that picks each of the units with its own probability, tier 0 (low) to 3 (high) given for each.

    As many are drawn as the probabilities add up to, rounded.
    """
    stratum = world.risk.unit_sector[unit] * len(TIER_RATIOS) + tier
    drawn = systematic_draw(rng, stratum, probability)
    return Draw(day, unit[drawn], tier[drawn], probability[drawn], _register(day, stratum, drawn), basis)


def systematic_draw(rng: np.random.Generator, stratum: Ints, probability: Floats) -> np.ndarray:
    """Which units are drawn: each with exactly its probability, spread evenly over the strata.

    Randomised systematic sampling: units lie in random order within their strata, each as long as its probability,
    and every whole step from a random start picks one. Source: Hartley and Rao (1962).
    """
    order = np.lexsort((rng.random(len(stratum)), stratum))
    end = np.cumsum(probability[order])
    if len(end):
        # Sums of fractions may miss a whole number by a hair, and with it the last of the draw.
        end[-1] = np.round(end[-1], 6)
    steps = np.floor(end - rng.random())
    drawn = np.zeros(len(stratum), dtype=bool)
    drawn[order] = np.diff(steps, prepend=-1.0) > 0
    return drawn


def _register(day: np.datetime64, stratum: Ints, drawn: np.ndarray) -> pd.DataFrame:
    """The draw as it would be registered: sector, tier, day, size of the pool, number drawn."""
    pool = np.bincount(stratum)
    sample = np.bincount(stratum, drawn).astype(int)
    present = np.flatnonzero(pool)
    return pd.DataFrame(
        {
            "planned_on": np.full(len(present), day),
            "sector": np.array(SECTOR_IDS, dtype=object)[present // len(TIER_RATIOS)],
            "stratum": np.array(TIER_NAMES, dtype=object)[present % len(TIER_RATIOS)],
            "pool": pool[present],
            "drawn": sample[present],
        }
    )
