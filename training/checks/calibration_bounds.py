"""Are the probabilities as good as their word?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.checks.check import Check, NotApplicable
from training.checks.noise import FAMILY_LEVEL, level_of_each
from training.checks.sample import judged_rows
from training.fitted import Fitted, Training
from training.metrics import CALIBRATION_BINS, calibration_error

ALWAYS_GOOD_ENOUGH = 0.02
"""A calibration error that no one would act on, however many rows show it (project decision)."""
LEAST_ROWS = 100
SIMULATIONS = 2_000
"""Enough for the level that each of twenty-one models is asked at: five of them lie beyond it."""


def find(training: Training, fitted: Fitted) -> str | None:
    """Compare the calibration error with what a perfectly calibrated model would show on as many enterprises.

    The level is that of all models together (`training.checks.noise`): at 95 % each, one small sector after another
    was refused for nothing but chance.
    """
    rows = judged_rows(fitted)
    if len(rows) < LEAST_ROWS:
        raise NotApplicable(f"A calibration error needs at least {LEAST_ROWS} rows, there are {len(rows)}.")
    probability = rows["probability"].to_numpy(dtype=float)
    error = calibration_error(rows["outcome"].to_numpy(dtype=float), probability)
    if error <= ALWAYS_GOOD_ENOUGH:
        return None
    bound = max(ALWAYS_GOOD_ENOUGH, error_by_chance(probability, rows["enterprise_id"], level_of_each(training)))
    if error <= bound:
        return None
    return (
        f"The calibration error must be at most {bound:.3f}, got {error:.3f} on {len(rows)} rows; "
        "look at the reliability plot and at what changed in the last snapshots."
    )


def error_by_chance(probability: NDArray[np.float64], enterprise: pd.Series, level: float = FAMILY_LEVEL) -> float:
    """The calibration error that a perfectly calibrated model stays below at `level`.

    Snapshots a quarter apart mostly see the same inspection, so all rows of an enterprise share one draw; outcomes
    drawn row by row would call ordinary noise a fault.
    """
    generator = np.random.default_rng(0)
    order = np.argsort(probability, kind="stable")
    codes = pd.factorize(enterprise)[0]
    starts = np.cumsum([0, *map(len, np.array_split(order, min(CALIBRATION_BINS, len(order))))])[:-1]
    sizes = np.diff([*starts, len(order)])
    errors = []
    for _ in range(SIMULATIONS):
        drawn = generator.random(codes.max() + 1)[codes] < probability
        excess = np.add.reduceat((drawn - probability)[order], starts)
        errors.append(np.abs(excess).sum() / sizes.sum())
    return float(np.quantile(errors, level))


CHECK = Check("calibration_bounds", "概率校准误差在允许范围内", "calibration error within bounds", "blocking", find)
