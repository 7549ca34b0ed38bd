"""Is it safe to leave the low tier alone? An upper bound on its rate of serious problems, for each sector and pooled.

A bureau that does not disturb the low tier (无事不扰) must know that little of what is serious stays there unseen.
Where a sector's inspections are so few that not even a clean record could keep the bound, or that only luck would, the
sector says nothing for itself; all such sectors are judged together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from scipy import stats

from model.standard import GENERAL, Standard
from model.tiers import TIERS
from training.fitted import Fitted, Training
from training.metrics import PlainDraws, lower_bound, plain_draws, strata_of, upper_bound
from training.outcomes import is_drawn
from training.tiers.judged import judged_inspections

BOUND_LEVEL = 0.95
"""One-sided."""
LESSER_OUTCOME_SHARE = 0.5
"""Where a sector's outcome is milder than a serious problem, at most this part of what the low tier promises may be
serious (project decision): half the lowest cut, since serious problems are a tenth to a fifth of those found."""
SAFE_SHARE, SAFE_PASSES = 0.25, 0.90
"""Inspections are enough to judge by if a safe low tier, one with this part of the allowed rate, keeps the bound at
least so often (project decision). With fewer, one chance finding would hold back a release every other time."""
LOW_RANK = TIERS[0].rank


@dataclass(frozen=True)
class LowTier:
    """What inspections found in the low tier of a sector, or of several.

    `inspections` and `serious` are plain counts, each inspection once. `rate` is the estimate, and `lower` and `upper`
    are its one-sided bounds at BOUND_LEVEL: over probability draws weighted by 1 / pi where there are any, else over
    all untargeted inspections. `allowed` is the largest permitted upper bound. `is_enough` says whether so many
    inspections can tell a safe low tier from an unsafe one. Without any inspection the rate is null (NaN).
    """

    inspections: int
    serious: int
    rate: float
    lower: float
    upper: float
    allowed: float
    is_enough: bool


def allowed_serious_rate(standard: Standard) -> float:
    """The largest permitted bound on the rate of serious problems in a standard's low tier.

    The lowest cut is the low tier's promise. Where serious problems are the standard's outcome the cut itself applies,
    elsewhere LESSER_OUTCOME_SHARE of it.
    """
    return standard.cuts[0] * (1.0 if standard.outcome_severity == "serious" else LESSER_OUTCOME_SHARE)


def low_tier_of(training: Training, sector: str) -> LowTier:
    """The low tier of one sector, as the out-of-fold rows of its own model show it."""
    return _judge(low_inspections(training, sector), {sector: training.models[sector].model.standard})


def pooled_low_tier(training: Training) -> LowTier:
    """The low tiers of all sectors together that have too few inspections to be judged by themselves.

    The allowed bound is the mean of the sectors' own, by their inspections.
    """
    small = [sector for sector in _sectors(training) if not low_tier_of(training, sector).is_enough]
    rows = [low_inspections(training, sector) for sector in small]
    pooled = pd.concat(rows, ignore_index=True) if rows else low_inspections(training, GENERAL)[:0]
    return _judge(pooled, {sector: training.models[sector].model.standard for sector in small})


def low_inspections(training: Training, sector: str) -> pd.DataFrame:
    """One row per inspection of the low tier; for `general` those of enterprises in no sector."""
    judged = judged_inspections(training, _own_rows(training.models[sector], sector))
    return judged[judged["tier_rank"] == LOW_RANK].reset_index(drop=True)


def _own_rows(fitted: Fitted, sector: str) -> pd.DataFrame:
    if fitted.model.calibration is None:
        return fitted.rows.assign(tier_rank=0)[:0]
    return fitted.rows[fitted.rows["sector"] == sector]


def _sectors(training: Training) -> list[str]:
    return [sector for sector, fitted in training.models.items() if len(_own_rows(fitted, sector))]


def _judge(rows: pd.DataFrame, standards: Mapping[str, Standard]) -> LowTier:
    bounds = rows["sector"].map({sector: allowed_serious_rate(one) for sector, one in standards.items()})
    allowed = float(bounds.mean()) if len(rows) else 0.0
    draws = _draws(rows)
    return LowTier(
        inspections=len(rows),
        serious=int(rows["serious"].sum()),
        rate=draws.found / draws.looked_at if draws.looked_at else float("nan"),
        lower=lower_bound(draws.found, draws.looked_at, BOUND_LEVEL),
        upper=upper_bound(draws.found, draws.looked_at, BOUND_LEVEL),
        allowed=allowed,
        is_enough=is_enough(draws.looked_at, allowed),
    )


def is_enough(looked_at: float, allowed: float) -> bool:
    """Whether so many plain draws would pass a safe low tier at least SAFE_PASSES of the time.

    Never where even without any serious problem the upper bound would be above the allowed one.
    """
    whole = int(looked_at)
    kept = [found for found in range(int(whole * allowed) + 1) if upper_bound(found, whole, BOUND_LEVEL) <= allowed]
    return bool(kept) and bool(stats.binom.cdf(kept[-1], whole, SAFE_SHARE * allowed) >= SAFE_PASSES)


def _draws(rows: pd.DataFrame) -> PlainDraws:
    """The equally informative plain draws: of the probability draws where there are any, else of all inspections."""
    drawn = rows[is_drawn(rows)]
    probability = drawn["inclusion_probability"].to_numpy(dtype=float)
    found = plain_draws(drawn["serious"].to_numpy(dtype=float), probability, strata_of(drawn))
    return found or PlainDraws(float(rows["serious"].sum()), float(len(rows)))
