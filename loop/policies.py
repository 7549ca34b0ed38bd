"""Whom to inspect: each policy gives every unit of the pool its chance to be drawn, all at the same effort."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.standard_terms import DEFAULT_SAMPLING
from model.tiers import TIERS

Array = NDArray[np.float64]

RATIOS = tuple(DEFAULT_SAMPLING[tier.id].ratio for tier in TIERS)
"""The least share of each tier that is drawn, low to high: what the shipped standards say (Henan 2021)."""
WITHOUT_FLOOR = (0.0, *RATIOS[1:])


@dataclass(frozen=True)
class Policy:
    """One way to spend a year's inspections.

    `chances` takes the pool (one row per unit, with `tier` and `points_tier`, ranks 1 to 4, and `probability`) and the
    number of inspections, and gives each row's chance; they add up to that number. `tier` names the column of the tiers
    that the policy goes by. A policy with the basis `directed` chooses, so that its inspections are no random draw.
    """

    id: str
    zh: str
    en: str
    chances: Callable[[pd.DataFrame, int], Array]
    tier: str = "tier"
    basis: str = "random"


def alike(pool: pd.DataFrame, count: int) -> Array:
    """Everyone has the same chance."""
    return np.full(len(pool), count / len(pool))


def by_tier(rank: pd.Series, count: int, ratios: Sequence[float] = RATIOS) -> Array:
    """Everyone has at least the ratio of the tier; what is left goes to the highest tier, then to the one below it.

    The plan sets no upper limit for the high tier (可不设上限). A tier of ratio 0 gets nothing, even if fewer than
    `count` are drawn then. Ratios that ask for more than `count` are scaled down alike.
    """
    tier = rank.to_numpy(dtype=int)
    chances = np.array(ratios)[tier - 1]
    if chances.sum() >= count:
        return chances * count / chances.sum()
    for place in reversed(range(len(ratios))):
        members = (tier == place + 1) & (chances > 0)
        room = float((1 - chances[members]).sum())
        if room > 0:
            chances[members] += (1 - chances[members]) * min(1.0, (count - chances.sum()) / room)
    return chances


def riskiest(pool: pd.DataFrame, count: int) -> Array:
    """The riskiest by probability for certain, nobody else."""
    chances = np.zeros(len(pool))
    chances[np.argsort(-pool["probability"].to_numpy(), kind="stable")[:count]] = 1.0
    return chances


OURS = "tiers"
RANDOM = "random"
GREEDY = "greedy"
POLICIES = (
    Policy(RANDOM, "纯随机", "pure random", alike),
    Policy(
        "point_table", "计分表分级", "tiers by point table",
        lambda pool, count: by_tier(pool["points_tier"], count), tier="points_tier",
    ),
    Policy(OURS, "本系统，保留随机底数", "ours, with a random floor", lambda pool, count: by_tier(pool["tier"], count)),
    Policy(
        "no_floor", "本系统，低类不抽", "ours, nothing in low",
        lambda pool, count: by_tier(pool["tier"], count, WITHOUT_FLOOR),
    ),
    Policy(GREEDY, "只查最高概率", "riskiest only", riskiest, basis="directed"),
)  # fmt: skip
"""In the order of the tables; the first is the yardstick."""
