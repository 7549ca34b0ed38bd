"""The codes of the yearly plan and of its tasks, one a sector, by which draws and their inspections find each other."""

import numpy as np

from simulation.history import Days, History
from simulation.population import Ints, Words


def plan_codes(history: History, day: Days) -> Words:
    """The plan that a draw, or an inspection it led to, belongs to: that of the last year start by then."""
    starts = history.year_starts()
    year = starts.astype("datetime64[Y]").astype(int) + 1970
    names = np.array([f"SJS{number}" for number in year], dtype=object)
    return names[np.maximum(np.searchsorted(starts, day, side="right") - 1, 0)]


def task_codes(history: History, sector: Ints, day: Days) -> Words:
    """The task of the plan in a sector, by the number of the sector."""
    numbers = np.array([f"-{number + 1:02d}" for number in range(int(sector.max(initial=0)) + 1)], dtype=object)
    return plan_codes(history, day) + numbers[sector]
