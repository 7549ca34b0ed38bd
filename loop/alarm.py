"""How soon is a new kind of problem noticed? A shock in one sector, and a sequential test that watches it.

Each year is lived a second time from the same day and with the same draw, but from the second quarter on the log-odds
of a problem are larger by SHOCK in the sector. No record tells of it but inspections. What the records of drawn and
statutory inspections say, in the order in which they become known, is held against the probabilities stated at the
start of the year.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loop.measures import PROBLEMS
from loop.years import Year
from simulation.course import inspections_after
from simulation.inspections import RANKED, Inspected
from simulation.risk import expit, logit, shifted
from simulation.sectors import SECTOR_IDS
from simulation.truth import horizon_truth

Array = NDArray[np.float64]

SECTOR = "food_operation"
"""The largest sector."""
SHOCK = 2.0
"""Odds seven times what they were: a problem that one in six had, more than half have now."""
WATCHED_STEP = 1.0
"""The smallest rise of the log-odds that the test is made for."""
ALARM = float(np.log(100))
"""An alarm that nothing stands behind comes after 100 inspections on average at the earliest (Lorden, 1971)."""
MONTHS = 9
"""From the shock at the start of the second quarter to the end of the year."""


def notice(year: Year) -> dict[str, Any]:
    """After how many months the shock is noticed, in the whole sector and where only its better half has it.

    `whole`, `better_half`: the first month end, counted from the shock, by which the alarm was there; null where it was
    not by the end of the year, or had been there before the shock. `false_alarm`: whether there is one in this year
    without any shock; `watched`: how many inspections the test could see.
    """
    risk = year.world.risk
    in_sector = risk.unit_sector == SECTOR_IDS.index(SECTOR)
    problem, _ = horizon_truth(year.world, year.before.today)
    better = in_sector & (problem < np.median(problem[in_sector]))
    assert year.after.inspected is not None, "a year was lived"
    calm = watched(year, year.after.inspected)
    since = year.world.history.edges[4 * year.before.years + 1]
    early = first_alarm(calm[calm["known_at"] < since]) is not None
    return {
        "year": year.number,
        "watched": len(calm),
        "false_alarm": first_alarm(calm) is not None,
        "early": early,
        "whole": None if early else _months(year, in_sector, since),
        "better_half": None if early else _months(year, better, since),
    }


def _months(year: Year, units: NDArray[np.bool_], since: np.datetime64) -> int | None:
    world = year.world
    quarters = world.history.edges[:-1] >= since
    shocked = replace(world, risk=shifted(world.risk, units, quarters, SHOCK))
    inspected, _ = inspections_after(replace(year.before, world=shocked), year.draw)
    at = first_alarm(watched(year, inspected))
    if at is None:
        return None
    ends = (since.astype("datetime64[M]") + np.arange(1, MONTHS + 1)).astype("datetime64[s]")
    later = int(np.searchsorted(ends, np.datetime64(at, "s"), side="left")) + 1
    return later if later <= MONTHS else None


def watched(year: Year, inspected: Inspected) -> pd.DataFrame:
    """The year's drawn and statutory inspections of the sector, as first entered, in the order in which they are known.

    Columns known_at, probability (as stated at the start of the year) and outcome (0/1).
    """
    visits = inspected.visits
    seen = ~np.isnan(visits.probability) | (visits.basis == "statutory")
    records = inspected.records.sort_values("known_at", kind="stable").drop_duplicates("record_id")
    records = records[
        records["record_id"].isin(inspected.record_ids[seen])
        & (records["sector"] == SECTOR)
        & records["severity"].isin(RANKED)
    ]
    stated = year.pool[["enterprise_id", "sector", "probability"]]
    known = records[["enterprise_id", "sector", "known_at", "severity"]].merge(stated, on=["enterprise_id", "sector"])
    known = known.assign(outcome=known["severity"].isin(PROBLEMS).astype(float))
    return known.sort_values("known_at", kind="stable", ignore_index=True)[["known_at", "probability", "outcome"]]


def first_alarm(seen: pd.DataFrame) -> pd.Timestamp | None:
    """When a one-sided CUSUM first reaches ALARM; null if it does not (Page, 1954).

    Each inspection adds how much better log-odds larger by WATCHED_STEP explain it than the stated ones; below nothing
    the sum does not fall.
    """
    gains = log_likelihood_ratio(seen["probability"].to_numpy(dtype=float), seen["outcome"].to_numpy(dtype=float))
    total = 0.0
    for known_at, gain in zip(seen["known_at"], gains, strict=True):
        total = max(0.0, total + gain)
        if total >= ALARM:
            return pd.Timestamp(known_at)
    return None


def log_likelihood_ratio(probability: Array, outcome: Array) -> Array:
    """What each outcome says for the larger log-odds against the stated ones, in nats."""
    larger = expit(logit(probability) + WATCHED_STEP)
    return np.where(outcome > 0, np.log(larger / probability), np.log((1 - larger) / (1 - probability)))
