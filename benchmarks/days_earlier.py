"""How much earlier would problems have been found, had the same days been filled in the order of a score?

The City of Chicago's published evaluation of its food inspections asks this. Its definition, as it gives exactly the
figures of the stored scores (7.59 days, 0.544 -> 0.684):

- The plan keeps the number of inspections of every day. The highest score gets the first place of the first day, and
  so on; equal scores keep the order in which they are given. The order within a day counts for nothing.
- A positive is an inspection that found the problem. It is found `own day - new day` calendar days earlier (below zero:
  later), and the figure is the mean over the positives.
- The first half are the days before the day of the median inspection, that day left out, in both plans: as many
  inspections in the one as in the other, and a little fewer than half.

An order drawn at random does not give 0 but the mean day of the positives minus the mean day of all inspections.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.metrics import INTERVAL

Array = NDArray[np.float64]

SAMPLES = 2000


@dataclass(frozen=True)
class Earlier:
    """`days`: mean over the positives, larger is better; `first_half`: the share of the positives found in it."""

    days: float
    first_half: float


def days_earlier(day: Array, score: Array, is_positive: NDArray[np.bool_]) -> Earlier:
    """Fill the plan's days by falling score.

    One value per inspection: `day` a whole number, `score` the higher the sooner; at least one inspection is positive.
    """
    filled = np.empty_like(day)
    filled[np.argsort(-score, kind="stable")] = np.sort(day)
    return Earlier(
        days=float((day - filled)[is_positive].mean()),
        first_half=float((filled < np.median(day))[is_positive].mean()),
    )


def as_inspected(day: Array, is_positive: NDArray[np.bool_]) -> Earlier:
    """The plan as it was carried out: 0 days earlier."""
    return days_earlier(day, -day, is_positive)


def at_random(day: Array, is_positive: NDArray[np.bool_]) -> float:
    """The mean of `Earlier.days` over all orders, each as likely as the other."""
    return float(day[is_positive].mean() - day.mean())


def resampled(plan: pd.DataFrame, scores: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """`Earlier.days` of every column of `scores` in SAMPLES bootstrap samples of enterprises.

    `plan` has day, is_positive and enterprise_id, `scores` the same rows. An enterprise is drawn with all its
    inspections, and the days are filled anew in each sample. One row per sample: the quantiles of a column are its
    interval, those of a difference of two columns the paired one.
    """
    generator = np.random.default_rng(seed)
    members = list(plan.reset_index(drop=True).groupby("enterprise_id").indices.values())
    day, is_positive = plan["day"].to_numpy(dtype=float), plan["is_positive"].to_numpy(dtype=bool)
    columns = scores.to_numpy(dtype=float).T
    samples = []
    for _ in range(SAMPLES):
        rows = np.concatenate([members[one] for one in generator.integers(0, len(members), len(members))])
        samples.append([days_earlier(day[rows], score[rows], is_positive[rows]).days for score in columns])
    return pd.DataFrame(samples, columns=scores.columns)


def bounds(sample: pd.Series) -> tuple[float, float]:
    """The percentile interval (INTERVAL wide) of one figure over the bootstrap samples."""
    low, high = sample.quantile([(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    return float(low), float(high)
