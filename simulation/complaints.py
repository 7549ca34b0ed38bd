"""Complaints (投诉) and reports (举报): what the public says, and whether it was found to be true."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_later
from simulation.places import Floats
from simulation.population import Ints
from simulation.risk import expit
from simulation.rows import Origin, amended, blanked, events, instants, stack, withdrawn
from simulation.sectors import SECTOR_IDS, SECTORS
from simulation.world import World

ORIGIN = Origin("CP", "全国12315平台", Delay(typical_days=2, spread=0.8, late_share=0.02))
VERIFICATION_DELAY = Delay(typical_days=28, spread=0.5, late_share=0.05, late_days=(60, 180))
"""Checking a report takes 15 working days and may take 15 more; mediation ends at 45 days."""
YEARLY_RATE = 0.16
"""Complaints and reports a year at an enterprise of average temper, exposure and complaint weight 1."""
TEMPER_LOADING = 0.75
"""How fast the logarithm of the rate grows with the temper: complaints follow how a business is run."""
EXPOSURE_LOADING = 0.8
"""Busy places draw complaints whatever their conduct; this is noise to a model of risk."""
REPORT_SHARE = 0.25
VERIFIED_BASE = -1.0
VERIFIED_LOADING = 0.9
"""Log-odds that a complaint proves true: a quarter at average temper, more where business is badly run."""
UNRESOLVED_SHARE = 0.08
"""Complaints withdrawn by the complainant or never decided: `verified` stays null."""
NO_SECTOR_SHARE = 0.3
WITHDRAWN_SHARE = 0.004


def complaints(world: World) -> pd.DataFrame:
    """All versions: first as received, then with the result of the verification."""
    rng = world.rng("complaints")
    enterprise, day = _arrivals(rng, world)
    truth = rng.random(len(day)) < expit(VERIFIED_BASE + VERIFIED_LOADING * world.temper_on(enterprise, day))
    received = events(
        world, rng, "complaints", ORIGIN, enterprise, day,
        kind=np.where(rng.random(len(day)) < REPORT_SHARE, "report", "complaint"),
        sector=_sectors(rng, world, enterprise),
        verified=truth,
    )  # fmt: skip
    truth = received["verified"].to_numpy().astype(bool)
    received["verified"] = pd.array([pd.NA] * len(received), dtype="boolean")
    decided = rng.random(len(received)) >= UNRESOLVED_SHARE
    occurred = received.loc[decided, "occurred_on"].to_numpy().astype("datetime64[D]")
    known = known_later(rng, instants(received.loc[decided, "known_at"]), occurred, VERIFICATION_DELAY)
    verified = amended(received, decided, known, verified=pd.array(truth[decided], dtype="boolean"))
    return stack(received, verified, withdrawn(rng, verified, WITHDRAWN_SHARE, VERIFICATION_DELAY))


def _arrivals(rng: np.random.Generator, world: World) -> tuple[Ints, np.ndarray]:
    everyone = np.arange(world.population.size)
    weight = _complaint_weight(world) * world.population.exposure**EXPOSURE_LOADING
    rate = YEARLY_RATE * weight[:, None] * np.exp(TEMPER_LOADING * world.risk.temper)
    return world.scatter(rng, rate, everyone)


def _complaint_weight(world: World) -> Floats:
    """The highest complaint weight among an enterprise's sectors; 0.5 without a sector."""
    weights = np.array([sector.complaint_weight for sector in SECTORS])
    return np.maximum((world.population.membership * weights).max(axis=1), 0.5)


def _sectors(rng: np.random.Generator, world: World, enterprise: Ints) -> np.ndarray:
    """A sector of the enterprise, chosen by complaint weight; null where the platform did not sort it."""
    weights = np.array([sector.complaint_weight for sector in SECTORS])
    chance = world.population.membership[enterprise] * weights
    total = chance.cumsum(axis=1)
    chosen = (total < rng.random((len(enterprise), 1)) * total[:, -1:]).sum(axis=1)
    chosen = np.minimum(chosen, len(SECTORS) - 1)
    unsorted = (rng.random(len(enterprise)) < NO_SECTOR_SHARE) | (total[:, -1] == 0)
    return blanked(np.array(SECTOR_IDS, dtype=object)[chosen], unsorted)
