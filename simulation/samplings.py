"""Product samplings: what was bought from the shelf and sent to a laboratory."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_later
from simulation.population import Words
from simulation.risk import expit, logit
from simulation.rows import Origin, amended, days, events, instants, stack
from simulation.sectors import SECTOR_IDS, SECTORS
from simulation.world import World

ORIGIN = Origin(
    "SP", "国家食品安全抽样检验信息系统", Delay(typical_days=32, spread=0.35, late_share=0.03),
    provider="金平区市场监督管理局质量监管股",
)  # fmt: skip
RETEST_DELAY = Delay(typical_days=60, spread=0.3, late_share=0.0)
FAILURE_LOADING = 0.9
"""Growth of the log-odds of failing with the unit's own margin: samplings see the frailty too."""
RETESTED_PASS_SHARE = 0.04
"""Failures that the retest overturns."""
NO_EXCEEDANCE_SHARE = 0.35
"""Failures that are not a matter of a limit (labelling, missing items)."""
LEVELS = ("national", "province", "city", "district")
LEVEL_SHARES = (0.04, 0.16, 0.30, 0.50)
CATEGORIES = {
    "pickled_vegetables": ("酱腌菜",),
    "food_production": ("糕点", "肉制品", "水果制品", "饮料"),
    "food_operation": ("食用农产品", "餐饮食品", "糕点", "酒类"),
    "special_food": ("保健食品", "婴幼儿配方食品"),
    "drugs": ("中药饮片", "化学药"),
    "medical_devices": ("无源医疗器械", "体外诊断试剂"),
    "cosmetics": ("面膜", "染发剂"),
    "product_quality": ("玩具", "塑料制品", "服装", "小家电"),
}
"""Product categories by sector that is sampled."""


def samplings(world: World) -> pd.DataFrame:
    """All versions: the result, and for a few failures the retest that overturned it."""
    rng = world.rng("samplings")
    rates = np.array([sector.samplings for sector in SECTORS])[world.risk.unit_sector]
    unit, day = world.scatter(rng, rates[:, None], world.risk.unit_enterprise)
    sector = world.risk.unit_sector[unit]
    usual = logit(np.array([entry.failure_rate for entry in SECTORS]))[sector]
    fails = rng.random(len(unit)) < expit(usual + FAILURE_LOADING * world.own_on(unit, day))
    items = np.where(fails, 1 + rng.poisson(0.4, len(unit)), 0)
    measured = fails & (rng.random(len(unit)) >= NO_EXCEEDANCE_SHARE)
    ratio = 1 + np.exp(rng.normal(-0.7, 0.9, len(unit)))
    frame = events(
        world, rng, "samplings", ORIGIN, world.risk.unit_enterprise[unit], day,
        sector=np.array(SECTOR_IDS, dtype=object)[sector],
        category=_categories(rng, sector),
        result=np.where(fails, "fail", "pass"),
        failed_items=items,
        exceedance=np.where(measured, ratio.round(2), np.nan),
        level=rng.choice(np.array(LEVELS, dtype=object), size=len(unit), p=LEVEL_SHARES),
    )  # fmt: skip
    overturned = (frame["result"] == "fail").to_numpy() & (rng.random(len(frame)) < RETESTED_PASS_SHARE)
    known = known_later(
        rng, instants(frame.loc[overturned, "known_at"]), days(frame.loc[overturned, "occurred_on"]), RETEST_DELAY
    )
    return stack(frame, amended(frame, overturned, known, result="pass", failed_items=0, exceedance=np.nan))


def _categories(rng: np.random.Generator, sector: np.ndarray) -> Words:
    choices = [CATEGORIES.get(name, ("其他",)) for name in SECTOR_IDS]
    place = rng.random(len(sector))
    return np.array([choices[s][int(u * len(choices[s]))] for s, u in zip(sector, place, strict=True)], dtype=object)
