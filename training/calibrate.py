"""Fit the affine calibration of raw margins: per sector, shrunk to the general one."""

import numpy as np
from numpy.typing import NDArray

from model.calibration import Calibration
from training.recipe import GENERAL_SLOPE_PRIOR_DEVIATION, LEVEL_PRIOR_DEVIATION, SLOPE_PRIOR_DEVIATION

Array = NDArray[np.float64]

ALONE = (1.0, 0.0)
"""Slope and offset of a margin that is taken as it is."""
FLAT = np.array([1e-4, 1e-4])
"""Prior precision of (slope, offset) that hardly says anything."""
STEADY = np.array([GENERAL_SLOPE_PRIOR_DEVIATION**-2, LEVEL_PRIOR_DEVIATION**-2])
"""Of the general calibration: its slope stays near 1, its offset goes where the last year's outcomes are."""
SMALLEST_SLOPE = 0.05
"""A slope must stay positive: ranking within a sector is the model's, not the calibration's."""


def shrunk(spread: float) -> Array:
    """Prior precision of a sector's calibration around the general one, where sectors lie `spread` apart (log-odds)."""
    return np.array([SLOPE_PRIOR_DEVIATION**-2, spread**-2])


def fit_calibration(
    raw: Array,
    outcome: Array,
    weight: Array,
    *,
    toward: tuple[float, float] = ALONE,
    precision: Array = FLAT,
) -> Calibration:
    """Fit `margin = slope * raw + offset` by weighted maximum likelihood with a normal prior around `toward`.

    Without any row the prior is the answer. Replicates come later, of all sectors together (`training.tiers.rates`).
    """
    slope, offset = _solve(raw, outcome, weight, np.asarray(toward, dtype=float), precision)
    return Calibration(slope, offset, ())


def centre_of(choice: str, toward: tuple[float, float]) -> tuple[float, float]:
    """Where the calibration of a candidate, by name, is shrunk to: as far to the general one as it is made of it."""
    if choice.startswith("general"):
        return toward
    if choice.startswith("average of general"):
        return (1 + toward[0]) / 2, toward[1] / 2
    return ALONE


def _solve(raw: Array, outcome: Array, weight: Array, centre: Array, precision: Array) -> tuple[float, float]:
    """Slope and offset; where the slope would fall below the smallest, that one and the best offset beside it."""
    slope, offset = _newton(np.column_stack([raw, np.ones_like(raw)]), 0.0, outcome, weight, centre, precision)
    if slope < SMALLEST_SLOPE:
        # The offset that went with the refused slope would put every rate in the wrong place.
        slope, held = SMALLEST_SLOPE, SMALLEST_SLOPE * raw
        (offset,) = _newton(np.ones((len(raw), 1)), held, outcome, weight, centre[1:], precision[1:])
    return float(slope), float(offset)


def _newton(
    design: Array, held: Array | float, outcome: Array, weight: Array, centre: Array, precision: Array
) -> Array:
    """The maximum of the penalised log-likelihood of `margin = design @ estimate + held`."""
    estimate = centre.copy()
    for _ in range(25):
        probability = 1 / (1 + np.exp(-(design @ estimate + held)))
        gradient = design.T @ (weight * (outcome - probability)) - precision * (estimate - centre)
        curvature = (design * (weight * probability * (1 - probability))[:, None]).T @ design + np.diag(precision)
        step = np.linalg.solve(curvature, gradient)
        estimate = estimate + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-8:
            break
    return estimate
