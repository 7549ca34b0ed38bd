"""Inspections: half-year by half-year, since whom officers visit depends on what they have seen before."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulation.clocks import Delay, days_after, known_after, known_later
from simulation.clues import PROBLEM_WEIGHTS, Clues, enterprise_numbers, joined
from simulation.draws import Draw, draw_year
from simulation.places import Floats
from simulation.population import Ints, Words
from simulation.rows import Origin, blanked, days, events, instants, stack, withdrawn
from simulation.sectors import SECTOR_IDS, SECTORS
from simulation.tasks import task_codes
from simulation.visits import (
    Visits,
    drawn_visits,
    findings_of,
    follow_ups,
    joined_visits,
    planned_visits,
    visits_of,
)
from simulation.world import World

ORIGIN = Origin("IN", "广东省“双随机、一公开”监管综合平台", Delay(typical_days=8, spread=0.6, late_share=0.04))
CORRECTION_DELAY = Delay(typical_days=50, spread=0.5, late_share=0.05)
CORRECTED_SHARE = 0.015
"""Inspections entered one step of severity off and put right later."""
WITHDRAWN_SHARE = 0.004
COMPLAINT_VISIT_SHARE = {"complaint": 0.12, "report": 0.35}
"""Complaints and reports that lead to a visit of their own."""
NATIVE_BASE = 38.0
NATIVE_LOADING = 8.0
NATIVE_NOISE = 8.0
"""The official 0-100 score follows the unit's margin with much noise; higher is riskier."""
NO_NATIVE_SHARE = 0.15
RANKED = ("none", "minor", "general", "serious")


@dataclass(frozen=True)
class Inspected:
    """`records`: all versions. `visits` with `severity` and `record_ids`: the true result of each, by day.

    `draws`: one per year.
    """

    records: pd.DataFrame
    visits: Visits
    severity: Words
    record_ids: Words
    draws: tuple[Draw, ...]


def inspections(world: World, complaints: pd.DataFrame, clues: Clues) -> Inspected:
    """Plan and hold the inspections of the history, and write them down."""
    rng = world.rng("inspections")
    visits, severity, draws = _hold(rng, world, complaints, clues)
    return _written(rng, world, visits, severity, draws)


def complaint_inspections(world: World, complaints: pd.DataFrame) -> tuple[Inspected, Clues]:
    """The visits of the whole history that only complaints led to, and the clues that they gave."""
    rng = world.rng("inspections")
    visits, found = _with_follow_ups(rng, world, _complaint_visits(rng, world, complaints))
    return _written(rng, world, visits, found, ()), _clues_from(rng, world, visits, found)


def inspections_of_year(world: World, draw: Draw, clues: Clues) -> tuple[Inspected, Clues]:
    """The visits of the year that begins with a draw, all but those after complaints; and all clues after it.

    Each half-year's plan has a stream of its own: where officers saw the same, they plan the same, whatever was drawn.
    """
    first = np.searchsorted(world.history.edges, draw.day)
    held, results = [], []
    for half, day in enumerate(world.history.edges[[first, first + 2]]):
        visits = planned_visits(world.rng(f"planned {half}"), world, day, clues.visible_at(day, world.population.size))
        if day == draw.day:
            visits = joined_visits(visits, drawn_visits(world.rng("drawn"), draw))
        visits, found, clues = _lived(world.rng(f"held {half}"), world, visits, clues)
        held.append(visits)
        results.append(found)
    return _written(world.rng("inspections"), world, joined_visits(*held), np.concatenate(results), (draw,)), clues


def _written(
    rng: np.random.Generator, world: World, visits: Visits, severity: Words, draws: tuple[Draw, ...]
) -> Inspected:
    order = np.argsort(visits.day, kind="stable")
    visits, severity = visits.where(order), severity[order]
    final = _final_records(rng, world, visits, severity)
    records = _with_corrections(rng, final)
    annulled = withdrawn(rng, final, WITHDRAWN_SHARE, CORRECTION_DELAY)
    return Inspected(
        stack(records, annulled[~annulled["record_id"].isin(_amended_ids(records))]),
        visits, severity, final["record_id"].to_numpy(), draws,
    )  # fmt: skip


def _amended_ids(records: pd.DataFrame) -> pd.Series:
    return records.loc[records["record_id"].duplicated(), "record_id"]


def _hold(
    rng: np.random.Generator, world: World, complaints: pd.DataFrame, clues: Clues
) -> tuple[Visits, Words, tuple[Draw, ...]]:
    called = _complaint_visits(rng, world, complaints)
    called, found = _with_follow_ups(rng, world, called)
    held, results = [called], [found]
    clues = joined(clues, _clues_from(rng, world, called, found))
    draws: list[Draw] = []
    year_starts = set(world.history.year_starts())
    for day in world.history.edges[: world.history.years * 4 : 2]:
        visible = clues.visible_at(day, world.population.size)
        visits = planned_visits(rng, world, day, visible)
        if day in year_starts:
            draws.append(draw_year(rng, world, day, visible))
            visits = joined_visits(visits, drawn_visits(rng, draws[-1]))
        visits, found, clues = _lived(rng, world, visits, clues)
        held.append(visits)
        results.append(found)
    return joined_visits(*held), np.concatenate(results), tuple(draws)


def _lived(rng: np.random.Generator, world: World, visits: Visits, clues: Clues) -> tuple[Visits, Words, Clues]:
    """The visits and their follow-ups, what each found, and the clues that there are after them."""
    visits, found = _with_follow_ups(rng, world, visits)
    return visits, found, joined(clues, _clues_from(rng, world, visits, found))


def _with_follow_ups(rng: np.random.Generator, world: World, visits: Visits) -> tuple[Visits, Words]:
    """The visits and those that follow up their problems, with what each found."""
    found = findings_of(rng, world, visits)
    again = follow_ups(rng, world, visits, found)
    return joined_visits(visits, again), np.concatenate([found, findings_of(rng, world, again)])


def _complaint_visits(rng: np.random.Generator, world: World, complaints: pd.DataFrame) -> Visits:
    """Visits after complaints: in the sector complained of, or one of the enterprise's if none is named."""
    received = complaints.drop_duplicates("record_id")
    chance = received["kind"].map(COMPLAINT_VISIT_SHARE).to_numpy()
    received = received[rng.random(len(received)) < chance]
    enterprise = enterprise_numbers(world, received)
    first, count = _units_of_enterprises(world)
    unit = first[enterprise] + np.floor(rng.random(len(enterprise)) * count[enterprise]).astype(int)
    named = _unit_numbers(world, enterprise, pd.Index(SECTOR_IDS).get_indexer(pd.Index(received["sector"])))
    unit = np.where(named >= 0, named, unit)
    day = days_after(rng, instants(received["known_at"]).astype("datetime64[D]"), 2, 25)
    kept = (count[enterprise] > 0) & world.happens(enterprise, day)
    return visits_of(unit[kept], day[kept], "complaint")


def _units_of_enterprises(world: World) -> tuple[Ints, Ints]:
    """The first unit of each enterprise and how many it has; units are sorted by enterprise."""
    count = np.bincount(world.risk.unit_enterprise, minlength=world.population.size)
    return np.concatenate([[0], np.cumsum(count)[:-1]]), count


def _unit_numbers(world: World, enterprise: Ints, sector: Ints) -> Ints:
    """The unit of each pair; -1 where there is no such pair."""
    known = pd.Index(world.risk.unit_enterprise * len(SECTORS) + world.risk.unit_sector)
    return known.get_indexer(pd.Index(np.where(sector < 0, -1, enterprise * len(SECTORS) + sector)))


def _clues_from(rng: np.random.Generator, world: World, visits: Visits, severity: Words) -> Clues:
    """Problems found become clues when the result is entered."""
    bad = np.isin(severity, tuple(PROBLEM_WEIGHTS))
    occurred = visits.day[bad]
    return Clues(
        world.risk.unit_enterprise[visits.unit[bad]],
        occurred,
        known_after(rng, occurred, ORIGIN.delay),
        np.array([PROBLEM_WEIGHTS[level] for level in severity[bad]], dtype=float),
    )


def _final_records(rng: np.random.Generator, world: World, visits: Visits, severity: Words) -> pd.DataFrame:
    sector = world.risk.unit_sector[visits.unit]
    return events(
        world, rng, "inspections", ORIGIN, world.risk.unit_enterprise[visits.unit], visits.day,
        producer=np.array([entry.office for entry in SECTORS], dtype=object)[sector],
        sector=np.array(SECTOR_IDS, dtype=object)[sector],
        basis=visits.basis,
        inclusion_probability=np.where(visits.basis == "random", visits.probability, np.nan),
        severity=severity,
        native_score=_native_scores(rng, world, visits, severity),
        task_code=blanked(task_codes(world.history, sector, visits.day), visits.basis != "random"),
        **_counts(rng, severity),
    )  # fmt: skip


def _counts(rng: np.random.Generator, severity: Words) -> dict[str, Any]:
    """Findings by severity: at least one of the worst, some of the milder, none of the graver."""
    rank = np.array([RANKED.index(level) if level in RANKED else 0 for level in severity], dtype=int)
    counts = {}
    for place, level in enumerate(RANKED[1:], start=1):
        milder = rng.poisson(0.8, len(severity)) * (rank > place)
        worst = (1 + rng.poisson(0.4, len(severity))) * (rank == place)
        counts[f"findings_{level}"] = milder + worst
    return counts


def _native_scores(rng: np.random.Generator, world: World, visits: Visits, severity: Words) -> Floats:
    scored = np.array([sector.has_native_score for sector in SECTORS])[world.risk.unit_sector[visits.unit]]
    scored &= np.isin(severity, RANKED) & (rng.random(len(visits)) >= NO_NATIVE_SHARE)
    score = NATIVE_BASE + NATIVE_LOADING * world.own_on(visits.unit, visits.day)
    score += NATIVE_NOISE * rng.standard_normal(len(visits))
    return np.where(scored, np.clip(score, 0, 100).round(1), np.nan)


def _with_corrections(rng: np.random.Generator, final: pd.DataFrame) -> pd.DataFrame:
    """The records with, for a few, a first version that was one step of severity off."""
    ranked = final["severity"].isin(RANKED).to_numpy()
    mistaken = ranked & (rng.random(len(final)) < CORRECTED_SHARE)
    right = final[mistaken]
    rank = right["severity"].map(RANKED.index).to_numpy(dtype=int)
    wrong = np.where((rank == 0) | ((rank < 3) & (rng.random(len(rank)) < 0.5)), rank + 1, rank - 1)
    severity = np.array(RANKED, dtype=object)[wrong]
    first = right.assign(severity=severity, **_counts(rng, severity))
    known = known_later(rng, instants(right["known_at"]), days(right["occurred_on"]), CORRECTION_DELAY)
    return stack(final[~mistaken], first, right.assign(known_at=known))
