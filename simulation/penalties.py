"""Penalties: months after the finding or the report that led to them; display periods and repairs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_later
from simulation.clues import enterprise_numbers
from simulation.history import Days
from simulation.inspections import Inspected
from simulation.population import Ints, Words
from simulation.rows import Origin, blanked, days, events, instants, stack, withdrawn
from simulation.sectors import SECTOR_IDS, SECTORS
from simulation.world import World

ORIGIN = Origin("PN", "广东省行政处罚信息公示平台", Delay(typical_days=14, spread=0.6, late_share=0.04))
"""A penalty is to be displayed within 20 working days of its decision."""
CORRECTION_DELAY = Delay(typical_days=45, spread=0.6, late_share=0.05)
PENALISED_SHARE = {"minor": 0.02, "general": 0.30, "serious": 0.80}
"""Findings that end in a penalty, by severity; the others are put right on the spot."""
REPORT_PENALTY_SHARE = 0.25
"""Verified reports that end in a penalty without an inspection of their own."""
CASE_MEDIAN_DAYS = 110
CASE_SPREAD = 0.45
"""Days from finding to decision: 90 days by rule, often extended, some nine months in all."""
OTHER_RATE = 0.006
OTHER_LOADING = 0.7
"""Penalties a year from other departments, following the temper."""
MILDER_SHARE = 0.15
"""Decisions one step milder than the finding."""
KINDS = {
    "minor": (("warning", "criticism", "fine"), (0.5, 0.2, 0.3)),
    "general": (("fine", "confiscation", "other"), (0.80, 0.15, 0.05)),
    "serious": (
        ("fine", "confiscation", "suspension", "withhold_licence", "revoke_licence", "closure"),
        (0.62, 0.18, 0.10, 0.04, 0.04, 0.02),
    ),
}
FINE_MEDIAN_YUAN = {"minor": 800.0, "general": 5_000.0, "serious": 40_000.0}
FINE_SPREAD = 0.9
NO_SECTOR_SHARE = 0.12
CORRECTED_SHARE = 0.02
WITHDRAWN_SHARE = 0.012
"""Annulled on review or in court."""
LEVELS = ("minor", "general", "serious")


@dataclass(frozen=True)
class Regime:
    """How long penalties are displayed and used, from a day on (handbook 2.5); days by severity.

    `longest` is when use ends by itself; `before_repair` how long a repair must wait (None: not needed).
    """

    since: np.datetime64
    longest: dict[str, int]
    before_repair: dict[str, int | None]


REGIMES = (
    Regime(
        np.datetime64("2021-09-01", "D"),
        {"minor": 91, "general": 3 * 365, "serious": 3 * 365},
        {"minor": None, "general": 182, "serious": 365},
    ),
    Regime(
        np.datetime64("2025-12-25", "D"),
        {"minor": 91, "general": 365, "serious": 3 * 365},
        {"minor": None, "general": 91, "serious": 365},
    ),
)
"""SAMR Orders 45 (2021) and 107 (2025); the first one is taken to hold before its time, too."""


def by_regime(decided: Days, severity: Words, field: str) -> np.ndarray:
    """The number of days that the regime of each decision sets for its severity (NaN: none)."""
    regime = np.maximum(np.searchsorted([entry.since for entry in REGIMES], decided, side="right") - 1, 0)
    table = [[getattr(entry, field)[level] for level in LEVELS] for entry in REGIMES]
    place = pd.Index(LEVELS).get_indexer(pd.Index(severity))
    return np.array(table, dtype=float)[regime, place]


def penalties(world: World, inspected: Inspected, complaints: pd.DataFrame) -> pd.DataFrame:
    """All versions of all penalties decided within the history."""
    rng = world.rng("penalties")
    cases = [_from_inspections(rng, world, inspected), _from_reports(rng, world, complaints), _others(rng, world)]
    return _decided(rng, world, pd.concat(cases, ignore_index=True))


def inspection_penalties(world: World, inspected: Inspected) -> pd.DataFrame:
    """All versions of the penalties that these inspections led to, and of no others."""
    rng = world.rng("penalties")
    return _decided(rng, world, _from_inspections(rng, world, inspected))


def _decided(rng: np.random.Generator, world: World, cases: pd.DataFrame) -> pd.DataFrame:
    decided = days(cases["decided"])
    cases = cases[world.happens(cases["enterprise"].to_numpy(), decided)].reset_index(drop=True)
    decided, sector = days(cases["decided"]), cases["sector"].to_numpy().astype(int)
    severity = cases["severity"].to_numpy().astype(object)
    kind = _kinds(rng, severity)
    offices = np.array([*(entry.office for entry in SECTORS), "执法稽查股"], dtype=object)
    names = np.array([*SECTOR_IDS, None], dtype=object)
    unnamed = rng.random(len(cases)) < NO_SECTOR_SHARE
    final = events(
        world, rng, "penalties", ORIGIN, cases["enterprise"].to_numpy(), decided,
        producer=offices[sector],
        use_until=decided + by_regime(decided, severity, "longest").astype(int),
        sector=blanked(names[sector], unnamed),
        kind=kind,
        severity=severity,
        fine_yuan=_fines(rng, severity, kind),
    )  # fmt: skip
    return _versions(rng, final)


def _versions(rng: np.random.Generator, final: pd.DataFrame) -> pd.DataFrame:
    """A few first versions had another amount; a few penalties are annulled."""
    mistaken = (rng.random(len(final)) < CORRECTED_SHARE) & final["fine_yuan"].notna().to_numpy()
    right = final[mistaken]
    first = right.assign(fine_yuan=(right["fine_yuan"] * rng.choice([0.1, 0.5, 10.0], len(right))).round(0))
    known = known_later(rng, instants(right["known_at"]), days(right["occurred_on"]), CORRECTION_DELAY)
    annulled = withdrawn(rng, final[~mistaken], WITHDRAWN_SHARE, CORRECTION_DELAY)
    return stack(final[~mistaken], first, right.assign(known_at=known), annulled)


def _cases(rng: np.random.Generator, enterprise: Ints, found: Days, severity: Words, sector: Ints) -> pd.DataFrame:
    """Decisions after findings; sector -1 stands for none."""
    wait = CASE_MEDIAN_DAYS * np.exp(CASE_SPREAD * rng.standard_normal(len(found)))
    rank = pd.Index(LEVELS).get_indexer(pd.Index(severity))
    rank = np.maximum(rank - (rng.random(len(rank)) < MILDER_SHARE), 0)
    return pd.DataFrame(
        {
            "enterprise": enterprise,
            "decided": found + wait.astype(int),
            "severity": np.array(LEVELS, dtype=object)[rank],
            "sector": sector,
        }
    )


def _from_inspections(rng: np.random.Generator, world: World, inspected: Inspected) -> pd.DataFrame:
    chance = np.array([PENALISED_SHARE.get(level, 0.0) for level in inspected.severity])
    punished = rng.random(len(chance)) < chance
    unit = inspected.visits.unit[punished]
    enterprise, sector = world.risk.unit_enterprise[unit], world.risk.unit_sector[unit]
    return _cases(rng, enterprise, inspected.visits.day[punished], inspected.severity[punished], sector)


def _from_reports(rng: np.random.Generator, world: World, complaints: pd.DataFrame) -> pd.DataFrame:
    true = complaints["verified"].fillna(False).astype(bool) & (complaints["kind"] == "report")
    cases = complaints[true].drop_duplicates("record_id")
    cases = cases[rng.random(len(cases)) < REPORT_PENALTY_SHARE]
    severity = rng.choice(np.array(LEVELS, dtype=object), size=len(cases), p=[0.3, 0.62, 0.08])
    sector = pd.Index(SECTOR_IDS).get_indexer(pd.Index(cases["sector"]))
    return _cases(rng, enterprise_numbers(world, cases), days(cases["occurred_on"]), severity, sector)


def _others(rng: np.random.Generator, world: World) -> pd.DataFrame:
    everyone = np.arange(world.population.size)
    enterprise, day = world.scatter(rng, OTHER_RATE * np.exp(OTHER_LOADING * world.risk.temper), everyone)
    severity = rng.choice(np.array(LEVELS, dtype=object), size=len(day), p=[0.4, 0.52, 0.08])
    return pd.DataFrame({"enterprise": enterprise, "decided": day, "severity": severity, "sector": -1})


def _kinds(rng: np.random.Generator, severity: Words) -> Words:
    kind = np.empty(len(severity), dtype=object)
    for level, (kinds, shares) in KINDS.items():
        is_level = severity == level
        kind[is_level] = rng.choice(np.array(kinds, dtype=object), size=int(is_level.sum()), p=shares)
    return kind


def _fines(rng: np.random.Generator, severity: Words, kind: Words) -> np.ndarray:
    """Fines in yuan, rounded to hundreds; null where nothing is to be paid."""
    median = np.array([FINE_MEDIAN_YUAN[level] for level in severity], dtype=float)
    fine = np.maximum((median * np.exp(FINE_SPREAD * rng.standard_normal(len(severity)))).round(-2), 100)
    return np.where(np.isin(kind, ("warning", "criticism", "closure", "revoke_licence")), np.nan, fine)
