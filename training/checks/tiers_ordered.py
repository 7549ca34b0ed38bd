"""Does a higher tier hold more problems?"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from model.tiers import TIERS
from training.checks.check import Check, NotApplicable
from training.checks.noise import deviations_of_each
from training.checks.sample import judged_rows
from training.fitted import Fitted, Training

LEAST_ENTERPRISES = 30
"""A tier with fewer enterprises is not compared: its rate says too little."""


def find(training: Training, fitted: Fitted) -> str | None:
    """Compare the observed rates of neighbouring tiers; tiers with too few enterprises are passed over.

    The level is that of all comparisons in all models together (`training.checks.noise`).
    """
    tiers = _rates(judged_rows(fitted))
    if len(tiers) < 2:
        raise NotApplicable(f"Fewer than two tiers have {LEAST_ENTERPRISES} enterprises.")
    deviations = deviations_of_each(training, len(TIERS) - 1)
    for lower, upper in pairwise(tiers):
        if lower.rate - upper.rate > deviations * np.hypot(lower.error, upper.error):
            return (
                f"A higher tier must not show fewer problems, {upper.name} has {upper.rate:.1%} "
                f"and {lower.name} {lower.rate:.1%}; look at the ranking and at the cuts of the standard."
            )
    return None


@dataclass(frozen=True)
class _Observed:
    """The share of rows with a problem in one tier, and its standard error."""

    name: str
    rate: float
    error: float


def _rates(rows: pd.DataFrame) -> list[_Observed]:
    """The tiers with enough enterprises, ascending; rows of one enterprise count as one towards the error."""
    tiers = []
    for tier in TIERS:
        members = rows[rows["tier_rank"] == tier.rank]
        enterprises = members["enterprise_id"].nunique()
        if enterprises >= LEAST_ENTERPRISES:
            rate = float(members["outcome"].mean())
            # Agresti's two added successes and failures: a tier without any problem still has an error.
            shifted = (rate * enterprises + 2) / (enterprises + 4)
            tiers.append(_Observed(tier.en, rate, float(np.sqrt(shifted * (1 - shifted) / enterprises))))
    return tiers


CHECK = Check("tiers_ordered", "问题率随风险等级上升", "tiers in order of observed rate", "blocking", find)
