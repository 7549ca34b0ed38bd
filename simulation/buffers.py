"""Buffers before a listing (R12): found away from the address, but reachable and otherwise clean."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, days_after, known_later
from simulation.clues import enterprise_numbers
from simulation.history import DAY
from simulation.inspections import Inspected
from simulation.rows import Origin, amended, days, events, instants, stack
from simulation.world import World

ORIGIN = Origin("BF", "金平区市场监督管理局信用监管台账", Delay(typical_days=1, spread=0.5, late_share=0.01))
BUFFERED_SHARE = 0.75
"""Enterprises not found at their address that can be reached otherwise."""
BUFFER_DAYS = 7
"""As in Kunming; the plan gives no length."""
CORRECTED_SHARE = 0.9
"""Buffers of enterprises that were not listed afterwards and had put things right."""
LISTED_WITHIN_DAYS = 60


def buffers(world: World, inspected: Inspected, listings: pd.DataFrame) -> pd.DataFrame:
    """All versions: as opened, and as corrected or expired; who was listed afterwards had not corrected."""
    rng = world.rng("buffers")
    lost = (inspected.severity == "unreachable") & (rng.random(len(inspected.severity)) < BUFFERED_SHARE)
    enterprise = world.risk.unit_enterprise[inspected.visits.unit[lost]]
    opened = days_after(rng, inspected.visits.day[lost], 1, 8)
    kept = world.happens(enterprise, opened)
    enterprise, opened = enterprise[kept], opened[kept]
    count = len(enterprise)
    expired = _is_listed(world, enterprise, opened, listings) | (rng.random(count) >= CORRECTED_SHARE)
    corrected_on = days_after(rng, opened, 1, BUFFER_DAYS - 1)
    frame = events(
        world, rng, "buffers", ORIGIN, enterprise, opened,
        reason=np.full(count, "not_at_address", dtype=object),
        due_on=opened + BUFFER_DAYS * DAY,
        state=np.where(expired, "expired", "corrected").astype(object),
        closed_on=np.where(expired, opened + BUFFER_DAYS * DAY, corrected_on),
    )  # fmt: skip
    closed = days(frame["closed_on"])
    over = closed < world.history.end
    first = frame.assign(state="open", closed_on=np.full(count, np.datetime64("NaT", "D")))
    return stack(
        first, amended(frame, over, known_later(rng, instants(frame.loc[over, "known_at"]), closed[over], ORIGIN.delay))
    )


def _is_listed(world: World, enterprise: np.ndarray, opened: np.ndarray, listings: pd.DataFrame) -> np.ndarray:
    """Whether each enterprise was listed as unreachable in the weeks after."""
    lists = listings[listings["cause"] == "unreachable"].drop_duplicates("record_id")
    pairs = pd.DataFrame({"enterprise": enterprise, "opened": opened, "buffer": np.arange(len(enterprise))}).merge(
        pd.DataFrame({"enterprise": enterprise_numbers(world, lists), "listed": days(lists["occurred_on"])}),
        on="enterprise",
    )
    soon = (pairs["listed"] >= pairs["opened"]) & (
        pairs["listed"] <= pairs["opened"] + pd.Timedelta(days=LISTED_WITHIN_DAYS)
    )
    return np.isin(np.arange(len(enterprise)), pairs.loc[soon, "buffer"])
