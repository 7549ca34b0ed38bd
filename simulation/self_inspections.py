"""Self-inspection reports, due on 31 March: in time, late or not at all, and what the enterprise found itself."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_after, waiting_after
from simulation.history import month_start
from simulation.population import Ints
from simulation.risk import expit
from simulation.rows import Origin, amended, events, instants, stack
from simulation.sectors import SECTOR_IDS
from simulation.world import World

ORIGIN = Origin("SI", "广东省医疗器械与特种设备自查报告系统", Delay(typical_days=2, spread=0.5, late_share=0.005))
REPORTING = ("medical_devices", "special_equipment")
MISSED_BASE = -1.9
MISSED_LOADING = 0.9
"""Log-odds of missing 31 March: the unit's own margin counts, its frailty too."""
NEVER_BASE = -0.5
LATE_MEAN_DAYS = 60
PROBLEMS_MEAN = 0.9
IN_TIME_DAYS = 90


def self_inspections(world: World) -> pd.DataFrame:
    """All versions of the report of every unit and year that fell due within the history."""
    rng = world.rng("self_inspections")
    unit, year = _due(world)
    enterprise = world.risk.unit_enterprise[unit]
    opened, closed = month_start(year + 1, 1), month_start(year + 1, 4)
    own = world.own_on(unit, closed)
    missed = rng.random(len(unit)) < expit(MISSED_BASE + MISSED_LOADING * own)
    never = missed & (rng.random(len(unit)) < expit(NEVER_BASE + 0.5 * own))
    late = waiting_after(rng, closed, LATE_MEAN_DAYS, at_least=1)
    never |= missed & (late >= world.history.end)
    in_time = opened + np.floor(rng.beta(2.5, 1.2, len(unit)) * IN_TIME_DAYS).astype(int)
    state = np.select([never, missed], ["not_filed", "late"], "on_time").astype(object)
    day = np.where(never, closed, np.where(missed, late, in_time))
    found = rng.poisson(PROBLEMS_MEAN * np.exp(0.2 * own))
    kept = world.happens(enterprise, day)
    problems = pd.array(np.where(never, 0, found), dtype="Int64")
    problems[never] = pd.NA
    final = events(
        world, rng, "self_inspections", ORIGIN, enterprise[kept], day[kept],
        sector=np.array(SECTOR_IDS, dtype=object)[world.risk.unit_sector[unit[kept]]],
        year=year[kept],
        state=state[kept],
        problems_found=problems[kept],
    )  # fmt: skip
    return _noted_missing(rng, final)


def _due(world: World) -> tuple[Ints, Ints]:
    """Unit and year reported on: those founded by the end of the year and there on the next 1 April."""
    units = np.flatnonzero(np.isin(world.risk.unit_sector, [SECTOR_IDS.index(name) for name in REPORTING]))
    enterprise = world.risk.unit_enterprise[units]
    first = world.history.start.astype("datetime64[Y]").astype(int) + 1970 - 1
    years = np.arange(first, first + world.history.years + 1)
    founded = world.population.established[enterprise][:, None] < month_start(years + 1, 1)
    due = founded & (world.population.gone[enterprise][:, None] > month_start(years + 1, 4))
    row, column = np.nonzero(due)
    return units[row], years[column]


def _noted_missing(rng: np.random.Generator, final: pd.DataFrame) -> pd.DataFrame:
    """The versions, where late reports have a first one: on 1 April they were found missing."""
    late = (final["state"] == "late").to_numpy()
    closed = month_start(final.loc[late, "year"].to_numpy() + 1, 4)
    known = known_after(rng, closed, ORIGIN.delay)
    noted = amended(final, late, known, occurred_on=closed, state="not_filed", problems_found=pd.NA)
    filed = instants(final["known_at"])
    filed[late] = np.maximum(filed[late], known + np.timedelta64(1, "D"))
    return stack(final.assign(known_at=filed), noted)
