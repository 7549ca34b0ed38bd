"""Is the difference between two models real? Paired bootstrap, ranks, pooled log-loss, bounds of calibration."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from model.tiers import TIERS
from training.checks.calibration_bounds import ALWAYS_GOOD_ENOUGH, error_by_chance
from training.metrics import INTERVAL, evaluate, jeffreys

Array = NDArray[np.float64]

SAMPLES = 1_000
SEED = 0
CHUNK = 50
FIRST_SHARE = 0.10


@dataclass(frozen=True)
class Difference:
    """A peer's figure minus ours with its paired bootstrap interval (INTERVAL wide, percentiles)."""

    value: float
    low: float
    high: float

    @property
    def is_within_noise(self) -> bool:
        """Whether the interval leaves open which of the two is better."""
        return self.low <= 0 <= self.high


def compare(outcome: Array, ours: Array, peer: Array, enterprise: pd.Series) -> dict[str, Difference]:
    """The peer's AUC and log-loss minus ours on the same rows.

    Enterprises are drawn with replacement SAMPLES times, all rows of one together, and both models are judged on each
    draw; the same draws serve every peer. A draw with one kind of outcome has no AUC and is left out of its interval.
    """
    loss = row_losses(outcome, peer) - row_losses(outcome, ours)
    drawn_auc, drawn_loss = [], []
    for counts in _resampled(enterprise):
        drawn_auc.append(weighted_auc(outcome, peer, counts) - weighted_auc(outcome, ours, counts))
        drawn_loss.append(counts @ loss / counts.sum(axis=1))
    once = np.ones((1, len(outcome)))
    auc = float((weighted_auc(outcome, peer, once) - weighted_auc(outcome, ours, once))[0])
    return {
        "auc": _with_interval(auc, np.concatenate(drawn_auc)),
        "log_loss": _with_interval(float(loss.mean()), np.concatenate(drawn_loss)),
    }


def _resampled(enterprise: pd.Series) -> Iterator[Array]:
    """How often each row is drawn: chunks of draws, one draw per line."""
    generator = np.random.default_rng(SEED)
    codes, groups = pd.factorize(enterprise)
    for start in range(0, SAMPLES, CHUNK):
        draws = [
            np.bincount(generator.integers(0, len(groups), len(groups)), minlength=len(groups))[codes]
            for _ in range(start, min(start + CHUNK, SAMPLES))
        ]
        yield np.asarray(draws, dtype=float)


def _with_interval(value: float, drawn: Array) -> Difference:
    tail = (1 - INTERVAL) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail]) if np.isfinite(drawn).any() else (np.nan, np.nan)
    return Difference(value, float(low), float(high))


def weighted_auc(outcome: Array, probability: Array, counts: Array) -> Array:
    """AUC of each line of `counts` (draws x rows), ties as one half; NaN where a draw has one kind of outcome."""
    order = np.argsort(probability, kind="stable")
    starts = np.flatnonzero(np.diff(probability[order], prepend=-np.inf))
    problems = np.add.reduceat((counts * outcome)[:, order], starts, axis=1)
    clean = np.add.reduceat((counts * (1 - outcome))[:, order], starts, axis=1)
    below = np.cumsum(clean, axis=1) - clean
    pairs = problems.sum(axis=1) * clean.sum(axis=1)
    won = (problems * (below + clean / 2)).sum(axis=1)
    return np.divide(won, pairs, out=np.full(len(counts), np.nan), where=pairs > 0)


def row_losses(outcome: Array, probability: Array) -> Array:
    """Log-loss of each row, in nats, with scikit-learn's smallest distance from 0 and 1."""
    smallest = np.finfo(np.float64).eps
    kept = np.clip(probability, smallest, 1 - smallest)
    return -(outcome * np.log(kept) + (1 - outcome) * np.log1p(-kept))


def figures(outcome: Array, probability: Array, tier_rank: NDArray[np.integer], enterprise: pd.Series) -> dict:
    """The figures of one model on one set: those of `training.metrics.evaluate` and

    `calibration_bound`: the larger of 0.02 and the calibration error that a perfectly calibrated model with these
    probabilities stays below 95 times in 100. `precision_in_first_10`: share of problems among the first tenth.
    `tiers`: per tier its share of enterprises and its observed rate with the Jeffreys interval (null where empty).
    """
    return {
        **evaluate(outcome, probability),
        "calibration_bound": max(ALWAYS_GOOD_ENOUGH, error_by_chance(probability, enterprise)),
        "precision_in_first_10": precision_in_first(outcome, probability),
        "tiers": {tier.id: _tier(outcome[tier_rank == tier.rank], len(outcome)) for tier in TIERS},
    }


def _tier(outcome: Array, total: int) -> dict[str, float | None]:
    if not len(outcome):
        return {"share": 0.0, "rate": None, "low": None, "high": None}
    return {"share": len(outcome) / total, **vars(jeffreys(float(outcome.sum()), len(outcome)))}


def precision_in_first(outcome: Array, probability: Array, share: float = FIRST_SHARE) -> float:
    """Problems per inspection if the first `share` of the rows by probability were inspected (rounded up to a row).

    Among equal probabilities at the border every row is as likely to be in: the expected value over random orders.
    """
    wanted = int(np.ceil(share * len(outcome)))
    border = np.sort(probability)[::-1][wanted - 1]
    above, tied = probability > border, probability == border
    found = outcome[above].sum() + outcome[tied].mean() * (wanted - above.sum())
    return float(found / wanted)


def ranks(values: Mapping[str, float], *, largest_first: bool) -> dict[str, float]:
    """Rank of each name, 1 is best; equal values share the mean of their places."""
    signed = np.array(list(values.values()), dtype=float) * (-1 if largest_first else 1)
    return dict(zip(values, map(float, rankdata(signed)), strict=True))


def pooled_log_loss(losses: Mapping[str, tuple[float, int]]) -> dict[str, float]:
    """Log-loss over several sets, each given as (mean, rows): `by_row` over all rows, `by_set` the mean of means."""
    means, rows = np.array(list(losses.values()), dtype=float).T
    return {"by_row": float(np.average(means, weights=rows)), "by_set": float(means.mean())}
