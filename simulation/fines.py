"""What became of fines: until when they are due, and when they are paid."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_after, waiting_after
from simulation.clues import enterprise_numbers
from simulation.history import DAY
from simulation.risk import expit
from simulation.rows import changed_from, days
from simulation.world import World

TERM_DAYS = 22
"""Fifteen days from the day the decision was served, which takes a week."""
LATE_BASE = -1.6
LATE_LOADING = 0.7
"""Log-odds that a fine is not paid in time."""
NEVER_BASE = -1.4
LATE_MEAN_DAYS = 120
PAYMENT_DELAY = Delay(typical_days=6, spread=0.7, late_share=0.03)


def with_payments(world: World, penalties: pd.DataFrame) -> pd.DataFrame:
    """The versions with the day each fine is due, and from when its payment was known with the day it was paid."""
    rng = world.rng("payments")
    fined = penalties["fine_yuan"].notna().to_numpy()
    due = days(penalties["occurred_on"]) + TERM_DAYS * DAY
    never = np.datetime64("NaT", "D")
    frame = penalties.assign(due_on=np.where(fined, due, never), performed_on=np.full(len(penalties), never))
    first = frame[fined].drop_duplicates("record_id")
    decided, due = days(first["occurred_on"]), days(first["due_on"])
    temper = world.temper_on(enterprise_numbers(world, first), decided)
    late = rng.random(len(first)) < expit(LATE_BASE + LATE_LOADING * temper)
    unpaid = late & (rng.random(len(first)) < expit(NEVER_BASE + LATE_LOADING * temper))
    in_time = decided + 3 * DAY + np.floor(rng.random(len(first)) * (TERM_DAYS - 3)).astype(int)
    paid = np.where(late, waiting_after(rng, due, LATE_MEAN_DAYS, at_least=1), in_time)
    known = known_after(rng, paid, PAYMENT_DELAY)
    done = ~unpaid & (paid < world.history.end)
    return changed_from(frame, first["record_id"].to_numpy()[done], known[done], performed_on=paid[done])
