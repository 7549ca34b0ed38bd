"""Licences of the licensed sectors, their renewals and lapses, and the commitments made for them."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_later, waiting_after
from simulation.history import DAY
from simulation.places import Floats
from simulation.risk import expit
from simulation.rows import Origin, amended, days, events, instants, stack
from simulation.sectors import SECTOR_IDS, SECTORS
from simulation.world import World

ORIGIN = Origin("LC", "广东省行政许可审批系统", Delay(typical_days=3, spread=0.6), producer="行政许可股")
COMMITMENT_ORIGIN = Origin("CM", "广东省行政许可审批系统", Delay(typical_days=4, spread=0.7), producer="行政许可股")
VERIFICATION_DELAY = Delay(typical_days=80, spread=0.5, late_share=0.05)
TERM_DAYS = 5 * 365
"""Licences run for five years."""
LATE_RENEWAL_BASE = -2.3
LATE_RENEWAL_LOADING = 0.9
"""Log-odds of renewing only after the licence has run out."""
LATE_RENEWAL_DAYS = 120
COMMITMENT_RATES = {"permit": 0.05, "proof": 0.04, "voluntary": 0.06}
"""Commitments a year by kind."""
BROKEN_BASE = -2.4
BROKEN_LOADING = 1.0
"""Log-odds of not fulfilling a commitment."""
UNVERIFIED_SHARE = 0.15


def licences(world: World) -> pd.DataFrame:
    """All versions: as issued, and later as expired (not renewed in time) or cancelled (the holder left)."""
    rng = world.rng("licences")
    terms = _terms(rng, world)
    unit = terms["unit"].to_numpy()
    sector = world.risk.unit_sector[unit]
    frame = events(
        world, rng, "licences", ORIGIN, world.risk.unit_enterprise[unit], days(terms["issued"]),
        sector=np.array(SECTOR_IDS, dtype=object)[sector],
        licence_no=np.array([f"JY{number:012d}" for number in rng.integers(10**12, size=len(unit))], dtype=object),
        kind=np.array([entry.licence for entry in SECTORS], dtype=object)[sector],
        valid_from=days(terms["issued"]),
        valid_to=days(terms["issued"]) + TERM_DAYS * DAY,
        state=days(terms["over"]),
    )  # fmt: skip
    over = days(frame["state"])
    frame["state"] = "valid"
    ends = ~np.isnat(over) & (over < world.history.end)
    known = known_later(rng, instants(frame.loc[ends, "known_at"]), over[ends], ORIGIN.delay)
    state = np.where(over[ends] < days(frame["valid_to"])[ends], "cancelled", "expired")
    return stack(frame, amended(frame, ends, known, state=state))


def _terms(rng: np.random.Generator, world: World) -> pd.DataFrame:
    """One row per licence term that reaches into the history: unit, day of issue, day it stopped (NaT: not)."""
    licensed = np.array([bool(sector.licence) for sector in SECTORS])[world.risk.unit_sector]
    unit = np.flatnonzero(licensed)
    enterprise = world.risk.unit_enterprise[unit]
    gone = world.population.gone[enterprise]
    never = np.datetime64("NaT", "D")
    issued = world.population.established[enterprise] + rng.integers(0, 90, size=len(unit))
    rows = []
    while len(unit):
        runs_out = issued + TERM_DAYS * DAY
        lateness = _lateness(rng, world.temper_on(enterprise, runs_out))
        over = np.where(gone < runs_out, gone, np.where(lateness > 0, runs_out, never))
        shown = (issued < np.minimum(gone, world.history.end)) & (runs_out >= world.history.start)
        rows.append(pd.DataFrame({"unit": unit, "issued": issued, "over": over})[shown])
        renewed = runs_out + lateness
        going_on = renewed < np.minimum(gone, world.history.end)
        unit, enterprise, gone = unit[going_on], enterprise[going_on], gone[going_on]
        issued = renewed[going_on]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame({"unit": [], "issued": [], "over": []})


def _lateness(rng: np.random.Generator, temper: Floats) -> np.ndarray:
    """Days between the end of a term and its renewal: 0 for those in time."""
    is_late = rng.random(len(temper)) < expit(LATE_RENEWAL_BASE + LATE_RENEWAL_LOADING * temper)
    return np.where(is_late, 1 + rng.exponential(LATE_RENEWAL_DAYS, len(temper)).astype(int), 0)


def commitments(world: World) -> pd.DataFrame:
    """All versions: as made, and later as verified."""
    rng = world.rng("commitments")
    everyone = np.arange(world.population.size)
    found = [world.scatter(rng, np.full((len(everyone), 1), rate), everyone) for rate in COMMITMENT_RATES.values()]
    enterprise = np.concatenate([enterprise for enterprise, _ in found])
    day = np.concatenate([day for _, day in found])
    broken = rng.random(len(day)) < expit(BROKEN_BASE + BROKEN_LOADING * world.temper_on(enterprise, day))
    frame = events(
        world, rng, "commitments", COMMITMENT_ORIGIN, enterprise, day,
        kind=np.repeat(list(COMMITMENT_RATES), [len(part) for part, _ in found]).astype(object),
        fulfilled=~broken,
        verified_on=waiting_after(rng, day, 60, at_least=20),
    )  # fmt: skip
    fulfilled, checked = frame["fulfilled"].to_numpy().astype(bool), days(frame["verified_on"])
    frame["fulfilled"] = pd.array([pd.NA] * len(frame), dtype="boolean")
    frame["verified_on"] = np.full(len(frame), np.datetime64("NaT", "D"))
    seen = (rng.random(len(frame)) >= UNVERIFIED_SHARE) & (checked < world.history.end)
    known = known_later(rng, instants(frame.loc[seen, "known_at"]), checked[seen], VERIFICATION_DELAY)
    verified = amended(
        frame, seen, known, fulfilled=pd.array(fulfilled[seen], dtype="boolean"), verified_on=checked[seen]
    )
    return stack(frame, verified)
