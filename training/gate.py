"""The gate: which candidate answers for a sector? The simplest that is not beaten beyond noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rated:
    """What the gate saw of one candidate.

    `log_loss` is the mean over the judged rows (smaller is better), `difference` that minus the best candidate's,
    `standard_error` the standard error of the difference, clustered by enterprise; 0 for the best itself.
    """

    name: str
    log_loss: float
    difference: float
    standard_error: float
    chosen: bool


def row_losses(outcome: Array, margin: Array) -> Array:
    """Log-loss of each row, in nats."""
    return np.logaddexp(0, margin) - outcome * margin


def choose(
    names: Sequence[str],
    losses: Sequence[Array],
    weight: Array,
    enterprise: pd.Series,
    *,
    errors: float = 1.0,
    is_settled: bool = False,
) -> tuple[Rated, ...]:
    """Judge candidates, simplest first, on the same rows (one array of row losses each).

    Snapshots of one enterprise share its outcome, so a plain standard error would be too small: rows are added up by
    enterprise first. A candidate stays in while the best is at most `errors` standard errors better, and the first that
    stays in is chosen (the standard-error rule of Breiman and others, 1984, on paired differences). Where the choice
    `is_settled` the first is taken, and the others are rated beside it.
    """
    means = [float(np.average(loss, weights=weight)) for loss in losses]
    best = int(np.argmin(means))
    deviations = [_clustered_error(loss - losses[best], weight, enterprise) for loss in losses]
    within = [mean - means[best] <= errors * error for mean, error in zip(means, deviations, strict=True)]
    winner = 0 if is_settled else within.index(True)
    return tuple(
        Rated(name, mean, mean - means[best], error, position == winner)
        for position, (name, mean, error) in enumerate(zip(names, means, deviations, strict=True))
    )


def _clustered_error(difference: Array, weight: Array, enterprise: pd.Series) -> float:
    mean = np.average(difference, weights=weight)
    by_enterprise = pd.Series(weight * (difference - mean)).groupby(enterprise.to_numpy()).sum()
    return float(np.sqrt((by_enterprise**2).sum()) / weight.sum())
