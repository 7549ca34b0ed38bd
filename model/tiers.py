"""The four tiers: which one a probability falls into under a standard's cuts, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.standard import Standard

TierId = Literal["low", "medium", "medium_high", "high"]


@dataclass(frozen=True)
class Tier:
    """One tier; `rank` 1 is the lowest risk, 4 the highest, whatever letters other schemes use."""

    id: TierId
    rank: int
    zh: str
    en: str


TIERS = (
    Tier("low", 1, "低", "low"),
    Tier("medium", 2, "中", "medium"),
    Tier("medium_high", 3, "中高", "medium-high"),
    Tier("high", 4, "高", "high"),
)
"""In ascending risk; the names are those of the district's scheme (handbook 1.3, R6)."""

HIGH_RANK = TIERS[-1].rank
NO_TIER = 0
"""The rank of a row without a tier."""


def tier_ranks(probability: NDArray[np.float64], cuts: Sequence[float]) -> NDArray[np.uint8]:
    """Which tier does each probability fall into?

    `cuts` are the three ascending borders. A tier is closed below and open above: a probability equal to a cut
    belongs to the higher tier (project decision: at the border the stricter promise holds). Null gives NO_TIER.
    """
    probability = np.asarray(probability, dtype=np.float64)
    ranks = np.searchsorted(np.asarray(cuts, dtype=np.float64), probability, side="right") + 1
    return np.where(np.isnan(probability), NO_TIER, ranks).astype(np.uint8)


def is_borderline(interval: NDArray[np.float64], cuts: Sequence[float]) -> NDArray[np.bool_]:
    """Does the interval of each row, shape (rows, 2), cross a cut: are its two ends in different tiers?

    A null interval crosses nothing.
    """
    return tier_ranks(interval[:, 0], cuts) != tier_ranks(interval[:, 1], cuts)


def tier_shares(probabilities: NDArray[np.float64], cuts: Sequence[float]) -> tuple[float, ...]:
    """What share of several estimates of one rate falls into each tier, in ascending rank? At least one is needed."""
    counts = np.bincount(tier_ranks(probabilities, cuts), minlength=HIGH_RANK + 1)[1:]
    return tuple((counts / len(probabilities)).tolist())


def tier_of_rank(rank: int) -> Tier:
    """The tier with a rank of 1 to 4."""
    return TIERS[rank - 1]


def hard_rule_hits(standard: Standard, values: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.bool_]:
    """Which of the standard's hard rules hold for each row, shape (rows, rules)?

    `values` has one column per name and holds every indicator that the rules rest on. A null indicator fulfils
    no rule. A row with any hit is in the high tier, whatever the model says.
    """
    hits = np.zeros((len(values), len(standard.direct_high)), dtype=np.bool_)
    for position, rule in enumerate(standard.direct_high):
        column = values[:, list(names).index(rule.condition.indicator)]
        hits[:, position] = column >= rule.condition.at_least
    return hits
