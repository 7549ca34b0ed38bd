"""The truth that is written beside the records, never among them."""

from pathlib import Path

import numpy as np
import pandas as pd

from simulation.history import DAY, HORIZON_DAYS
from simulation.places import Floats
from simulation.sectors import SECTOR_IDS
from simulation.world import World


def risk_table(world: World) -> pd.DataFrame:
    """True probabilities: one row per quarter start, enterprise on the register then, and sector it has.

    `true_probability` is the probability that an inspection by random draw, held on a day chosen evenly from
    the 365 days [as_of, as_of + 365) and able to take place (neither void nor unreachable), finds a general or
    serious problem: the mean of the true probabilities of the quarters that overlap these days, weighted by
    the days of overlap. `true_serious_probability` is the same for a serious problem. Both are conditional on
    the latent state, drift after `as_of` included, so no model can know them fully. Enterprises out of scope
    are there too; enterprises without a sector are not.
    """
    parts = [_at(world, as_of) for as_of in world.history.as_of_dates]
    return pd.concat(parts, ignore_index=True)


def _at(world: World, as_of: np.datetime64) -> pd.DataFrame:
    risk = world.risk
    present = world.population.exists_at(risk.unit_enterprise, np.full(risk.units, as_of))
    problem, serious = horizon_truth(world, as_of)
    enterprise, sector = risk.unit_enterprise[present], risk.unit_sector[present]
    return pd.DataFrame(
        {
            "as_of": np.full(int(present.sum()), as_of),
            "enterprise_id": world.population.ids[enterprise],
            "sector": np.array(SECTOR_IDS, dtype=object)[sector],
            "true_probability": problem[present],
            "true_serious_probability": serious[present],
        }
    )


def horizon_truth(world: World, as_of: np.datetime64) -> tuple[Floats, Floats]:
    """The two probabilities of `risk_table` for every unit, in the order of the units."""
    weights = _overlap(world, as_of)
    return world.risk.problem.astype(float) @ weights, world.risk.serious.astype(float) @ weights


def _overlap(world: World, as_of: np.datetime64) -> Floats:
    """The share of the horizon that lies in each quarter; a horizon never reaches past the last one."""
    begin = np.maximum(world.history.edges[:-1], as_of)
    end = np.minimum(world.history.edges[1:], as_of + HORIZON_DAYS * DAY)
    length = np.maximum((end - begin).astype(float), 0)
    return length / length.sum()


def true_rates(directory: Path) -> pd.DataFrame:
    """What a simulation wrote into `directory`: as_of, enterprise_id, sector, true_probability."""
    columns = ["as_of", "enterprise_id", "sector", "true_probability"]
    return pd.read_parquet(directory / "risk.parquet", columns=columns)
