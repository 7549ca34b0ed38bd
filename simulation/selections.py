"""Who the yearly draws selected, from how large a pool: the other half of the random inspections."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay
from simulation.draws import TIER_NAMES, Draw
from simulation.inspections import Inspected
from simulation.population import Words
from simulation.rows import Origin, events
from simulation.sectors import SECTOR_IDS
from simulation.tasks import plan_codes, task_codes
from simulation.world import World

ORIGIN = Origin(
    "SE", "广东省“双随机、一公开”监管综合平台", Delay(typical_days=1, spread=0.5, late_share=0.0),
    producer="信用风险监管股", responsible="信用风险监管股",
)  # fmt: skip
SEED_DIGITS = 16


def selections(world: World, inspected: Inspected) -> pd.DataFrame:
    """One record per unit drawn, with the pool and the number drawn of its sector and stratum."""
    rng = world.rng("selections")
    if not inspected.draws:
        return events(world, rng, "selections", ORIGIN, np.empty(0, dtype=int), np.empty(0, dtype="datetime64[D]"))
    drawn = pd.concat([_drawn(world, draw, _seed(rng)) for draw in inspected.draws], ignore_index=True)
    day = drawn["day"].to_numpy().astype("datetime64[D]")
    sector = drawn["sector"].to_numpy()
    return events(
        world, rng, "selections", ORIGIN, drawn["enterprise"].to_numpy(), day,
        sector=np.array(SECTOR_IDS, dtype=object)[sector],
        plan_code=plan_codes(world.history, day),
        task_code=task_codes(world.history, sector, day),
        basis=drawn["basis"].to_numpy(dtype=object),
        stratum=drawn["stratum"].to_numpy(dtype=object),
        pool_size=drawn["pool"].to_numpy(),
        sample_size=drawn["drawn"].to_numpy(),
        inclusion_probability=drawn["probability"].where(drawn["basis"] == "random").to_numpy(dtype=float),
        seed=drawn["seed"].to_numpy(dtype=object),
    )  # fmt: skip


def _seed(rng: np.random.Generator) -> str:
    return "".join(str(digit) for digit in rng.integers(10, size=SEED_DIGITS))


def _drawn(world: World, draw: Draw, seed: str) -> pd.DataFrame:
    sector = world.risk.unit_sector[draw.unit]
    rows = pd.DataFrame(
        {
            "enterprise": world.risk.unit_enterprise[draw.unit],
            "day": draw.day,
            "sector": sector,
            "sector_id": _named(SECTOR_IDS, sector),
            "stratum": _named(TIER_NAMES, draw.tier),
            "probability": draw.probability,
            "basis": draw.basis,
            "seed": seed,
        }
    )
    register = draw.register.rename(columns={"sector": "sector_id"})[["sector_id", "stratum", "pool", "drawn"]]
    return rows.merge(register, on=["sector_id", "stratum"], how="left", validate="many_to_one")


def _named(names: tuple[str, ...], number: np.ndarray) -> Words:
    return np.array(names, dtype=object)[number]
