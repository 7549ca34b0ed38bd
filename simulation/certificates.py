"""Certificates that are suspended, given back or revoked, and the proficiency tests of laboratories."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, days_after, known_after
from simulation.clues import enterprise_numbers
from simulation.history import DAY
from simulation.population import Ints
from simulation.risk import expit
from simulation.rows import Origin, changed_from, days, events
from simulation.sectors import SECTOR_IDS
from simulation.world import World

CERTIFIED = ("certification", "inspection_testing")
SUSPENDED_BASE = -1.2
SUSPENDED_LOADING = 0.9
"""Log-odds that a certificate is suspended once in its term."""
REVOKED_SHARE = 0.3
"""Suspensions that end in revocation; the others end well after SUSPENDED_DAYS."""
SUSPENDED_DAYS = (60, 200)
STATUS_DELAY = Delay(typical_days=9, spread=0.6, late_share=0.03)
TEST_ORIGIN = Origin(
    "PT", "检验检测机构能力验证系统", Delay(typical_days=40, spread=0.3, late_share=0.03),
    producer="认证监管股", responsible="认证监管股",
)  # fmt: skip
TESTS_A_YEAR = 1.2
TEST_FAILED_BASE = -2.3
TEST_LOADING = 0.9


def with_suspensions(world: World, licences: pd.DataFrame) -> pd.DataFrame:
    """The versions, where some certificates are suspended for a time and some of these revoked."""
    rng = world.rng("suspensions")
    running = licences[licences["sector"].isin(CERTIFIED)]
    # A certificate that ran out or was handed back was not suspended before: its end stays its last word.
    running = running[~running["record_id"].duplicated(keep=False)]
    begun = np.maximum(days(running["valid_from"]), world.history.start)
    on = begun + np.floor(rng.random(len(running)) * 4 * 365).astype(int)
    margin = SUSPENDED_BASE + SUSPENDED_LOADING * world.temper_on(enterprise_numbers(world, running), on)
    chosen = (rng.random(len(running)) < expit(margin)) & (
        on < np.minimum(world.history.end, days(running["valid_to"]))
    )
    ids, on = running["record_id"].to_numpy()[chosen], on[chosen]
    revoked = rng.random(len(ids)) < REVOKED_SHARE
    over = days_after(rng, on, *SUSPENDED_DAYS)
    suspended, ended = (known_after(rng, day, STATUS_DELAY) for day in (on, over))
    ended = np.maximum(ended, suspended + DAY)
    frame = changed_from(licences, ids, suspended, state=np.full(len(ids), "suspended", dtype=object))
    seen = over < world.history.end
    state = np.where(revoked, "revoked", "valid").astype(object)
    return changed_from(frame, ids[seen], ended[seen], state=state[seen])


def proficiency_tests(world: World) -> pd.DataFrame:
    """Blind samples sent to laboratories, as samplings of their sector."""
    rng = world.rng("proficiency_tests")
    rate = np.where(world.risk.unit_sector == SECTOR_IDS.index("inspection_testing"), TESTS_A_YEAR, 0.0)
    unit, day = world.scatter(rng, rate[:, None], world.risk.unit_enterprise)
    failed = rng.random(len(unit)) < expit(TEST_FAILED_BASE + TEST_LOADING * world.own_on(unit, day))
    return events(
        world, rng, "samplings", TEST_ORIGIN, world.risk.unit_enterprise[unit], day,
        sector=_all("inspection_testing", unit),
        category=_all("能力验证", unit),
        result=np.where(failed, "fail", "pass"),
        failed_items=failed.astype(int),
        exceedance=np.full(len(unit), np.nan),
        level=_all("province", unit),
    )  # fmt: skip


def _all(word: str, unit: Ints) -> np.ndarray:
    return np.full(len(unit), word, dtype=object)
