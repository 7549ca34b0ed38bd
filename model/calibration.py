"""From a model's raw log-odds to calibrated ones: one slope and one offset per sector, with their uncertainty."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

INTERVAL_LEVEL = 0.90
"""Share of the bootstrap replicates inside an answer's interval (project decision)."""
_GRID = np.linspace(-20.0, 20.0, 1025)
"""Raw log-odds at which intervals are worked out, far beyond what a model gives."""


def probability_of(margin: Array) -> Array:
    """Probability of calibrated log-odds, elementwise; null (NaN) stays null."""
    return 1.0 / (1.0 + np.exp(-np.asarray(margin, dtype=np.float64)))


def margin_of(probability: Array) -> Array:
    """Log-odds of probabilities strictly between 0 and 1, elementwise."""
    probability = np.asarray(probability, dtype=np.float64)
    return np.log(probability) - np.log1p(-probability)


@dataclass(frozen=True)
class Calibration:
    """An affine map in log-odds, `margin = slope * raw + offset` with `slope > 0`.

    `replicates` holds one (slope, offset) pair per bootstrap sample of enterprises, shape (samples, 2).
    An affine map keeps contributions additive, which an isotonic or binned one would not.
    """

    slope: float
    offset: float
    replicates: tuple[tuple[float, float], ...]

    def margins(self, raw: Array) -> Array:
        """Calibrated log-odds of raw ones, elementwise."""
        return self.slope * np.asarray(raw, dtype=np.float64) + self.offset

    def replicated(self, raw: float) -> Array:
        """The problem rate at one raw margin by each replicate, shape (samples,)."""
        pairs = np.asarray(self.replicates, dtype=np.float64).reshape(-1, 2)
        return probability_of(pairs[:, 0] * raw + pairs[:, 1])

    def interval(self, raw: Array) -> Array:
        """The interval of the problem rate at each raw margin, shape (rows, 2), INTERVAL_LEVEL wide.

        How sure are we of the *rate* among enterprises at this margin in this sector? It says nothing about
        one enterprise's own outcome. The point estimate always lies inside.
        """
        raw = np.asarray(raw, dtype=np.float64)
        pairs = np.asarray(self.replicates, dtype=np.float64).reshape(-1, 2)
        tail = (1 - INTERVAL_LEVEL) / 2
        # Replicates are straight lines, so their quantile curves are smooth: a fixed grid is exact to far below the
        # sampling error, costs the same for any number of samples, and gives a row the same interval in any company.
        bounds = np.quantile(pairs[:, :1] * _GRID + pairs[:, 1:], [tail, 1 - tail], axis=0)
        point = self.margins(raw)
        lower = np.minimum(np.interp(raw, _GRID, bounds[0]), point)
        upper = np.maximum(np.interp(raw, _GRID, bounds[1]), point)
        return probability_of(np.column_stack([lower, upper]))
