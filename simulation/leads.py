"""Leads: what monitoring, platforms, media and other departments pass on, whether it was true, when it was handled."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_later, waiting_after
from simulation.matters import matters_of
from simulation.population import Ints
from simulation.risk import expit
from simulation.rows import Origin, amended, blanked, days, events, instants, stack
from simulation.sectors import SECTOR_IDS
from simulation.world import World

ORIGIN = Origin("LD", "广东省协同监管平台", Delay(typical_days=4, spread=0.7, late_share=0.02))
CHECK_DELAY = Delay(typical_days=16, spread=0.5, late_share=0.04, late_days=(40, 150))
HANDLED_DELAY = Delay(typical_days=3, spread=0.6, late_share=0.02)
LEAD_LOADING = 0.7
VERIFIED_BASE = -0.3
VERIFIED_LOADING = 0.8
"""Log-odds that a lead proves true: what monitoring sees is often so."""
UNCHECKED_SHARE = 0.06
HANDLING_DAYS = 30
"""Mean days from the lead to its end, beyond ten."""
UNHANDLED_SHARE = 0.05
PASSED_ON_SHARE = 0.15
"""Leads found untrue here that belong to another department."""
DEPARTMENTS = ("城市管理和综合执法局", "公安分局", "文化广电旅游体育局", "卫生健康局")


@dataclass(frozen=True)
class Source:
    """Leads of one kind in a sector: how many a unit gives in a year at average margin.

    `matter` is what they are about ("" for the usual mix of the sector).
    """

    sector: str
    kind: str
    matter: str
    yearly: float


SOURCES = (
    Source("advertising", "monitoring", "advertising", 0.5),
    Source("advertising", "media", "advertising", 0.08),
    Source("special_food", "monitoring", "advertising", 0.06),
    Source("medical_devices", "monitoring", "advertising", 0.03),
    Source("cosmetics", "media", "advertising", 0.04),
    Source("online_trading", "monitoring", "online_display", 0.30),
    Source("online_trading", "platform", "online_display", 0.15),
    Source("online_trading", "platform", "infringement", 0.06),
    Source("intellectual_property", "platform", "infringement", 0.12),
    Source("standards", "monitoring", "standard_gap", 0.35),
    Source("inspection_testing", "transfer", "false_report", 0.12),
    Source("certification", "transfer", "certificate", 0.10),
    *(Source(sector, "transfer", "", 0.012) for sector in SECTOR_IDS),
)


def leads(world: World) -> pd.DataFrame:
    """All versions: as received, as checked, and as handled."""
    rng = world.rng("leads")
    unit, day, source = _arrivals(rng, world)
    sector = np.array(SECTOR_IDS, dtype=object)[world.risk.unit_sector[unit]]
    stated = np.array([entry.matter or None for entry in SOURCES], dtype=object)[source]
    usual = matters_of(rng, pd.Series(sector, dtype="object"))
    margin = VERIFIED_BASE + VERIFIED_LOADING * world.own_on(unit, day)
    true = rng.random(len(unit)) < expit(margin)
    received = events(
        world, rng, "leads", ORIGIN, world.risk.unit_enterprise[unit], day,
        sector=sector,
        kind=np.array([entry.kind for entry in SOURCES], dtype=object)[source],
        matter=np.where(pd.isna(stated), usual, stated),
        verified=true,
        handled_on=np.full(len(unit), np.datetime64("NaT", "D")),
    )  # fmt: skip
    return _followed(rng, world, received)


def _arrivals(rng: np.random.Generator, world: World) -> tuple[Ints, np.ndarray, Ints]:
    """The unit, the day and the number of the source of each lead."""
    found = []
    for number, entry in enumerate(SOURCES):
        units = np.flatnonzero(world.risk.unit_sector == SECTOR_IDS.index(entry.sector))
        rate = entry.yearly * np.exp(LEAD_LOADING * world.risk.own[units])
        row, day = world.scatter(rng, rate, world.risk.unit_enterprise[units])
        found.append((units[row], day, np.full(len(row), number)))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))  # type: ignore[return-value]


def _followed(rng: np.random.Generator, world: World, received: pd.DataFrame) -> pd.DataFrame:
    true = received["verified"].to_numpy().astype(bool)
    received = received.assign(verified=pd.array([pd.NA] * len(received), dtype="boolean"))
    day = days(received["occurred_on"])
    checked = rng.random(len(received)) >= UNCHECKED_SHARE
    known = known_later(rng, instants(received.loc[checked, "known_at"]), day[checked], CHECK_DELAY)
    passed_on = ~true & (rng.random(len(received)) < PASSED_ON_SHARE)
    department = np.array(DEPARTMENTS, dtype=object)[rng.integers(len(DEPARTMENTS), size=len(received))]
    sent_to = blanked(department, ~passed_on)
    found = amended(
        received, checked, known, verified=pd.array(true[checked], dtype="boolean"), sent_to=sent_to[checked]
    )
    ended = waiting_after(rng, days(found["occurred_on"]), HANDLING_DAYS, at_least=10)
    # Nobody closes a lead before it was checked.
    ended = np.maximum(ended, known.astype("datetime64[D]"))
    over = (rng.random(len(found)) >= UNHANDLED_SHARE) & (ended < world.history.end)
    told = known_later(rng, instants(found.loc[over, "known_at"]), ended[over], HANDLED_DELAY)
    return stack(received, found, amended(found, over, told, handled_on=ended[over]))
