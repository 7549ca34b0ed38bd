"""How far do sectors lie apart, and at which level does each lie?

Problems are found far more often in some sectors than in others, and strong regularisation lets small trees say so only
in part. So every sector has a level of its own, pulled to the common one as far as its outcomes leave room (a random
intercept): large sectors speak for themselves, small ones hardly, and how far sectors differ is learned from the data
(Paule and Mandel, 1982; DerSimonian and Kacker, 2007, on the estimate of the spread).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from model.calibration import margin_of, probability_of
from training.recipe import SECTORS_AS_PRIOR, SPREAD_AS_PRIOR

Array = NDArray[np.float64]
Words = NDArray[np.object_]

_SMALLEST_SPREAD, _LARGEST_SPREAD = 1e-3, 10.0
_STEPS = 50


@dataclass(frozen=True)
class SectorLevels:
    """Log-odds of a problem in each sector; `common` answers for a sector nothing was learned of.

    `deviation_by_sector` says how far the level may be off (posterior standard deviation in log-odds): little for a
    sector of many outcomes, as much as sectors lie apart (`apart`) for one nothing was learned of.
    """

    common: float
    by_sector: Mapping[str, float]
    apart: float
    deviation_by_sector: Mapping[str, float]

    def deviation_of(self, sector: str) -> float:
        """How far the level of a sector may be off, in log-odds."""
        return self.deviation_by_sector.get(sector, self.apart)

    def of(self, sector: str) -> float:
        return self.by_sector.get(sector, self.common)

    def of_rows(self, sector: Words) -> Array:
        """The level of each row, shape (rows,)."""
        return np.array([self.of(str(one)) for one in sector], dtype=np.float64)


def fit_levels(sector: Words, outcome: Array, weight: Array) -> SectorLevels:
    """The level of every sector: maximum of the weighted likelihood with a normal prior around the common level.

    `weight` counts each inspection once in all, however many snapshots saw it: otherwise small sectors would seem
    better known than they are. The common level is the mean of the sectors', not of the rows.
    """
    sums = pd.DataFrame({"sector": sector, "weight": weight, "found": weight * outcome}).groupby("sector").sum()
    size, found = sums["weight"].to_numpy(), sums["found"].to_numpy()
    common, apart = float(margin_of(found.sum() / size.sum())), np.zeros(len(sums))
    for _ in range(_STEPS):
        probability = probability_of(np.full(len(sums), common))
        information = size * probability * (1 - probability)
        precision = spread_of(found - size * probability, information) ** -2
        apart = _pulled(size, found, common, precision, apart)
        shift = float(apart.mean())
        common, apart = common + shift, apart - shift
        if abs(shift) < 1e-6:
            break
    probability = probability_of(common + apart)
    deviation = (precision + size * probability * (1 - probability)) ** -0.5
    names = [str(name) for name in sums.index]
    return SectorLevels(
        common,
        dict(zip(names, (common + apart).tolist(), strict=True)),
        precision**-0.5,
        dict(zip(names, deviation.tolist(), strict=True)),
    )


def _pulled(size: Array, found: Array, common: float, precision: float, apart: Array) -> Array:
    """How far each sector lies from the common level, by Newton's steps."""
    for _ in range(_STEPS):
        probability = probability_of(common + apart)
        gradient = found - size * probability - precision * apart
        step = np.clip(gradient / (size * probability * (1 - probability) + precision), -1.0, 1.0)
        apart = apart + step
        if np.abs(step).max() < 1e-8:
            break
    return apart


def spread_of(score: Array, information: Array) -> float:
    """The standard deviation of sectors around what is expected of them, in log-odds.

    One entry per sector: `score`, problems found minus expected, and `information`, the sum of weight * p * (1 - p).
    Sampling alone gives a score the variance of its information, sectors that differ by a standard deviation s add
    (s * information)**2: s is where the standardised squares have the mean they should have (Paule and Mandel's
    estimate). SECTORS_AS_PRIOR imagined sectors that differ by SPREAD_AS_PRIOR steady it where there are few.
    """
    informed = information > 0
    score, information = score[informed], information[informed]
    expected = len(score) + SECTORS_AS_PRIOR

    def excess(spread: float) -> float:
        squares = score**2 / (information + (spread * information) ** 2)
        return float(squares.sum() + SECTORS_AS_PRIOR * (SPREAD_AS_PRIOR / spread) ** 2 - expected)

    return float(brentq(excess, _SMALLEST_SPREAD, _LARGEST_SPREAD))
