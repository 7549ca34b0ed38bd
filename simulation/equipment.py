"""Special equipment, boilers and measuring instruments with their periodic inspections; recalls."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_after
from simulation.population import Ints
from simulation.risk import expit
from simulation.rows import Origin, days, events, stack
from simulation.sectors import SECTOR_IDS
from simulation.world import World

ORIGIN = Origin("EQ", "广东省特种设备动态监管系统", Delay(typical_days=6, spread=0.7), producer="特种设备监察股")
RECALL_ORIGIN = Origin("RC", "缺陷产品召回与不良事件监测系统", Delay(typical_days=15, spread=0.8, late_share=0.05))


@dataclass(frozen=True)
class DeviceKind:
    """Kinds of device of a sector, how many a unit has on average, and the days between inspections."""

    kinds: tuple[str, ...]
    mean_devices: float
    interval_days: int


DEVICE_KINDS = {
    "special_equipment": DeviceKind(("电梯", "叉车", "压力容器", "起重机械"), 3.0, 365),
    "boilers": DeviceKind(("锅炉",), 1.4, 365),
    "metrology": DeviceKind(("电子计价秤", "燃油加油机", "压力表"), 2.5, 365),
}
OVERDUE_BASE = -1.9
OVERDUE_LOADING = 1.0
"""Log-odds that an inspection comes after it was due."""
OVERDUE_MEAN_DAYS = 75
FAIL_BASE = -3.0
FAIL_LOADING = 0.6
UNREGISTERED_SHARE = 0.02
IDLE_SHARE = 0.03
RECALL_RATES = {
    "drugs": 0.02, "medical_devices": 0.02, "food_production": 0.015, "product_quality": 0.008, "cosmetics": 0.008,
}  # fmt: skip
"""Recalls and adverse events per unit and year at average margin."""
RECALL_LOADING = 0.5
OPEN_RECALL_SHARE = 0.2


def equipment(world: World) -> pd.DataFrame:
    """One record per device; each periodic inspection adds a version with the next due date."""
    rng = world.rng("equipment")
    unit = _devices(rng, world)
    enterprise = world.risk.unit_enterprise[unit]
    sector_names = np.array(SECTOR_IDS, dtype=object)[world.risk.unit_sector[unit]]
    interval = np.array([DEVICE_KINDS[name].interval_days for name in sector_names], dtype=int)
    first = np.maximum(world.population.established[enterprise], world.history.start)
    day = first + rng.integers(0, 365, size=len(unit))
    kinds = [DEVICE_KINDS[name].kinds for name in sector_names]
    place = rng.random(len(unit))
    state = rng.choice(
        ["in_use", "idle", "unregistered"], size=len(unit),
        p=[1 - IDLE_SHARE - UNREGISTERED_SHARE, IDLE_SHARE, UNREGISTERED_SHARE],
    )  # fmt: skip
    fixed = pd.DataFrame(
        {
            "device": np.arange(len(unit)),
            "enterprise": enterprise,
            "sector": sector_names,
            "kind": [choice[int(u * len(choice))] for choice, u in zip(kinds, place, strict=True)],
            "state": state,
        }
    )
    visits = _visits(rng, world, enterprise, day, interval)
    rows = fixed.take(visits["device"].to_numpy()).reset_index(drop=True)
    return _versions(world, rng, rows, visits)


def _devices(rng: np.random.Generator, world: World) -> Ints:
    """The unit of each device; every unit of an equipment sector has at least one."""
    mean = np.array([DEVICE_KINDS[s].mean_devices if s in DEVICE_KINDS else 0.0 for s in SECTOR_IDS])
    expected = mean[world.risk.unit_sector]
    count = np.where(expected > 0, 1 + rng.poisson(np.maximum(expected - 1, 0)), 0)
    return np.repeat(np.arange(world.risk.units), count)


def _visits(rng: np.random.Generator, world: World, enterprise: Ints, day: np.ndarray, interval: Ints) -> pd.DataFrame:
    """The periodic inspections of each device in turn: day, when the next is due, the result."""
    device = np.arange(len(enterprise))
    rows = []
    while len(device):
        happens = world.happens(enterprise, day)
        device, enterprise, interval, day = (
            device[happens], enterprise[happens], interval[happens], day[happens]
        )  # fmt: skip
        temper = world.temper_on(enterprise, day)
        failed = rng.random(len(device)) < expit(FAIL_BASE + FAIL_LOADING * temper)
        due = day + interval
        rows.append(pd.DataFrame({"device": device, "day": day, "due": due, "failed": failed}))
        overdue = rng.random(len(device)) < expit(OVERDUE_BASE + OVERDUE_LOADING * temper)
        wait = np.where(overdue, 1 + rng.exponential(OVERDUE_MEAN_DAYS, len(device)), -rng.integers(0, 30, len(device)))
        day = due + wait.astype(int)
    columns = {"device": "int64", "day": "datetime64[s]", "due": "datetime64[s]", "failed": "bool"}
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=list(columns)).astype(columns)


def _versions(world: World, rng: np.random.Generator, rows: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    day = days(visits["day"])
    number = visits["device"].to_numpy() + 1
    frame = events(
        world, rng, "equipment", ORIGIN, rows["enterprise"].to_numpy(), day,
        known=known_after(rng, day, ORIGIN.delay),
        sector=rows["sector"].to_numpy(),
        device_code=np.array([f"DEV440511{n:08d}" for n in number], dtype=object),
        kind=rows["kind"].to_numpy(),
        next_inspection_due=days(visits["due"]),
        last_result=np.where(visits["failed"], "fail", "pass"),
        state=rows["state"].to_numpy(),
    )  # fmt: skip
    frame["record_id"] = ORIGIN.prefix + "-" + frame["device_code"].astype("str").str[-8:]
    return frame.drop_duplicates(["record_id", "known_at"])


def recalls(world: World) -> pd.DataFrame:
    """Recalls and adverse events; a later version tells that the recall was completed."""
    rng = world.rng("recalls")
    rates = np.array([RECALL_RATES.get(name, 0.0) for name in SECTOR_IDS])[world.risk.unit_sector]
    unit, day = world.scatter(rng, rates[:, None] * np.exp(RECALL_LOADING * world.risk.own), world.risk.unit_enterprise)
    is_recall = rng.random(len(unit)) < 0.5
    done = day + rng.integers(20, 120, size=len(unit))
    open_still = rng.random(len(unit)) < OPEN_RECALL_SHARE
    frame = events(
        world, rng, "recalls", RECALL_ORIGIN, world.risk.unit_enterprise[unit], day,
        kind=np.where(is_recall, "recall", "adverse_event"),
        level=pd.array(1 + rng.choice(3, size=len(unit), p=[0.1, 0.3, 0.6]), dtype="Int64"),
        completed_on=np.where(is_recall & ~open_still, done, np.datetime64("NaT", "D")),
    )  # fmt: skip
    completed = days(frame["completed_on"])
    over = ~np.isnat(completed) & (completed < world.history.end)
    frame["completed_on"] = np.full(len(frame), np.datetime64("NaT", "D"))
    after = frame["known_at"].to_numpy().astype("datetime64[us]")[over] + np.timedelta64(1, "D")
    known = np.maximum(known_after(rng, completed[over], RECALL_ORIGIN.delay), after)
    later = frame[over].assign(known_at=known, completed_on=completed[over])
    return stack(frame, later)
