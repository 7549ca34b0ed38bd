"""Fit the affine calibration of raw margins: per sector, shrunk to the general one, with bootstrap replicates."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.calibration import Calibration
from training.recipe import CALIBRATION_SAMPLES, OFFSET_PRIOR_DEVIATION, SLOPE_PRIOR_DEVIATION

Array = NDArray[np.float64]

FLAT = np.array([1e-4, 1e-4])
"""Prior precision of (slope, offset) that hardly says anything: for the general calibration."""
SHRUNK = np.array([SLOPE_PRIOR_DEVIATION**-2, OFFSET_PRIOR_DEVIATION**-2])
SMALLEST_SLOPE = 0.05
"""A slope must stay positive: ranking within a sector is the model's, not the calibration's."""


def fit_calibration(
    raw: Array,
    outcome: Array,
    weight: Array,
    enterprise: pd.Series,
    *,
    toward: tuple[float, float] = (1.0, 0.0),
    precision: Array = FLAT,
    samples: int = CALIBRATION_SAMPLES,
    seed: int = 0,
) -> Calibration:
    """Fit `margin = slope * raw + offset` by weighted maximum likelihood with a normal prior around `toward`.

    Replicates resample enterprises with replacement (their snapshots together) and draw the prior's centre from the
    prior, so that a small sector's interval says how little is known there. Without any row the prior is the answer.
    """
    generator = np.random.default_rng(seed)
    centre = np.asarray(toward, dtype=float)
    slope, offset = _solve(raw, outcome, weight, centre, precision)
    codes, groups = pd.factorize(enterprise)
    is_informative = bool((precision > FLAT).any())
    replicates = []
    for _ in range(samples):
        drawn = np.bincount(generator.integers(0, max(len(groups), 1), len(groups)), minlength=len(groups))
        middle = generator.normal(centre, precision**-0.5) if is_informative else centre
        replicates.append(_solve(raw, outcome, weight * drawn[codes], middle, precision))
    return Calibration(slope, offset, tuple(replicates))


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
