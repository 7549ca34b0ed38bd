"""How stable are the tiers: how far do two score distributions lie apart, and who moved between two dates?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.stability import class_borders, class_counts, stability_index
from model.tiers import TIERS

Array = NDArray[np.float64]


def margin_stability(before: Array, after: Array) -> float:
    """The stability index of margins (`model.stability`), over classes that hold equal counts before.

    Null margins (point tables) are left out; NaN where a side has none.
    """
    before, after = before[~np.isnan(before)], after[~np.isnan(after)]
    if not len(before) or not len(after):
        return float("nan")
    borders = class_borders(before)
    return stability_index(class_counts(before, borders), class_counts(after, borders))


@dataclass(frozen=True)
class Migration:
    """Where the tiered of two dates went. A row is an enterprise in a sector.

    `counts` (4 x 4) has the tier before as index and the tier after as columns, ids in ascending risk; `shares` are the
    same as parts of each row, null for a tier that nobody of both dates was in. `entered` and `left` count those tiered
    at one date only, by the tier that they came into or left. `raised` and `lowered` are shares of those tiered at
    both dates. `tier_psi` compares the shares of the tiers, `margin_psi` the margins, over all of each date.
    """

    counts: pd.DataFrame
    entered: pd.Series
    left: pd.Series
    tier_psi: float
    margin_psi: float

    @property
    def shares(self) -> pd.DataFrame:
        stayed = self.counts.sum(axis=1)
        return self.counts.div(stayed.where(stayed > 0), axis=0)

    @property
    def raised(self) -> float:
        return self._share(np.triu(self.counts, 1))

    @property
    def lowered(self) -> float:
        return self._share(np.tril(self.counts, -1))

    def _share(self, moved: NDArray[np.int64]) -> float:
        total = int(self.counts.to_numpy().sum())
        return float(moved.sum() / total) if total else float("nan")


def migration_between(before: pd.DataFrame, after: pd.DataFrame) -> Migration:
    """Follow every enterprise and sector from one date to another.

    Both have enterprise_id, sector, tier_rank (1 to 4; rows without a tier are left out) and margin, one row per
    enterprise and sector, such as `training.backtest.score_cohort` and a snapshot's answers give.
    """
    before, after = (side[side["tier_rank"] > 0] for side in (before, after))
    both = before.merge(
        after, on=["enterprise_id", "sector"], how="outer", suffixes=("_before", "_after"), indicator=True
    )
    stayed = both[both["_merge"] == "both"]
    ranks = [tier.rank for tier in TIERS]
    counts = pd.crosstab(stayed["tier_rank_before"], stayed["tier_rank_after"])
    counts = counts.reindex(index=ranks, columns=ranks, fill_value=0)
    ids = [tier.id for tier in TIERS]
    counts.index, counts.columns = pd.Index(ids, name="before"), pd.Index(ids, name="after")
    return Migration(
        counts.astype(int),
        _by_tier(both.loc[both["_merge"] == "right_only", "tier_rank_after"]),
        _by_tier(both.loc[both["_merge"] == "left_only", "tier_rank_before"]),
        _tier_stability(before["tier_rank"], after["tier_rank"]),
        margin_stability(before["margin"].to_numpy(dtype=float), after["margin"].to_numpy(dtype=float)),
    )


def _tier_stability(before: pd.Series, after: pd.Series) -> float:
    if before.empty or after.empty:
        return float("nan")
    return stability_index(_by_tier(before).to_numpy(dtype=float), _by_tier(after).to_numpy(dtype=float))


def _by_tier(ranks: pd.Series) -> pd.Series:
    return pd.Series({tier.id: int((ranks == tier.rank).sum()) for tier in TIERS})
