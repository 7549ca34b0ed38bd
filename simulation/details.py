"""What records of other steps say beyond their core: matters, mediation, decision numbers, cold chain, schools.

Each comes from a stream of its own, so that the events themselves are the same with and without it.
"""

import numpy as np
import pandas as pd

from simulation.clues import enterprise_numbers
from simulation.matters import with_matters
from simulation.risk import expit
from simulation.rows import blanked, days
from simulation.world import World

REFUSED_BASE = -1.9
REFUSED_LOADING = 0.7
"""Log-odds that the enterprise refuses to be mediated with: more where business is badly run."""
AGREED_SHARE = 0.6
"""Mediations not refused that end in an agreement."""
COLD_CHAIN_SHARE = 0.35
NEAR_SCHOOL_SHARE = 0.12


def with_complaint_details(world: World, complaints: pd.DataFrame) -> pd.DataFrame:
    """The versions with what they are about; complaints (not reports), once decided, with how mediation ended."""
    rng = world.rng("complaint_details")
    frame = with_matters(rng, complaints)
    first = frame.drop_duplicates("record_id")
    refused = rng.random(len(first)) < expit(
        REFUSED_BASE + REFUSED_LOADING * world.temper_on(enterprise_numbers(world, first), days(first["occurred_on"]))
    )
    agreed = rng.random(len(first)) < AGREED_SHARE
    outcome = pd.Series(np.select([refused, agreed], ["refused", "agreed"], "failed"), index=first["record_id"])
    ended = (frame["kind"] == "complaint") & frame["verified"].notna()
    mediation = outcome.reindex(frame["record_id"]).to_numpy(dtype=object)
    return frame.assign(mediation=blanked(mediation, ~ended.to_numpy(dtype=bool)))


def with_licence_details(world: World, licences: pd.DataFrame) -> pd.DataFrame:
    """The versions with, for the sale of food, whether goods are chilled and whether a school is near."""
    rng = world.rng("licence_details")
    chilled, near = (rng.random(world.population.size) < share for share in (COLD_CHAIN_SHARE, NEAR_SCHOOL_SHARE))
    enterprise = enterprise_numbers(world, licences)
    is_food = (licences["sector"] == "food_operation").to_numpy(dtype=bool)
    return licences.assign(
        has_cold_chain=pd.array(chilled[enterprise], dtype="boolean"),
        near_school=pd.array(near[enterprise], dtype="boolean"),
    ).assign(**{name: lambda f, n=name: f[n].where(is_food) for name in ("has_cold_chain", "near_school")})


def with_decision_numbers(frame: pd.DataFrame, word: str) -> pd.DataFrame:
    """The versions with the number of the decision that each record rests on: `word`, year, and a serial number."""
    year = pd.Series(days(frame["occurred_on"]).astype("datetime64[Y]").astype(int) + 1970, index=frame.index)
    serial = frame["record_id"].str.replace("-", "", regex=False)
    return frame.assign(decision_no=f"金市监{word}〔" + year.astype("str") + "〕" + serial + "号")
