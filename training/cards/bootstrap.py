"""Intervals of the headline figures: enterprises are drawn again with replacement, with all their snapshots."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.metrics import CALIBRATION_BINS, CAPTURE_SHARES, INTERVAL

Array = NDArray[np.float64]
Figures = dict[str, float]

SAMPLES = 300
LEAST_ENTERPRISES = 20
"""Fewer enterprises drawn again and again say nothing about those never seen (project decision)."""
_TINY = np.finfo(np.float64).eps


def figure_intervals(
    outcome: Array, probability: Array, enterprise: pd.Series, samples: int = SAMPLES
) -> dict[str, tuple[float, float]]:
    """The INTERVAL of each figure of `training.metrics.evaluate` and `captured`, by name (`captured_10` and so on).

    Percentiles over `samples` draws of as many enterprises as there are, always the same draws. A figure without any
    defined draw has no interval, and nothing has below LEAST_ENTERPRISES.
    """
    codes, distinct = pd.factorize(enterprise)
    if len(distinct) < LEAST_ENTERPRISES:
        return {}
    generator = np.random.default_rng(0)
    figures = weighted_figures(outcome, probability)
    draws = (
        np.bincount(generator.integers(0, len(distinct), len(distinct)), minlength=len(distinct))
        for _ in range(samples)
    )
    table = pd.DataFrame([figures(drawn[codes].astype(float)) for drawn in draws]).dropna(axis=1, how="all")
    tail = (1 - INTERVAL) / 2
    return {
        str(name): (float(values.quantile(tail)), float(values.quantile(1 - tail))) for name, values in table.items()
    }


def weighted_figures(outcome: Array, probability: Array) -> Callable[[Array], Figures]:
    """The figures as a function of how often each row counts; sorting is done once.

    With whole numbers as weights they are those of the rows repeated that often. NaN where a figure is not defined.
    """
    down, up = np.argsort(-probability, kind="stable"), np.argsort(probability, kind="stable")
    clipped = np.clip(probability, _TINY, 1 - _TINY)
    loss = -(outcome * np.log(clipped) + (1 - outcome) * np.log1p(-clipped))
    starts = np.flatnonzero(np.diff(probability[down], prepend=np.inf))

    def figures(weight: Array) -> Figures:
        problems = weight * outcome
        return {
            "base_rate": float(problems.sum() / weight.sum()),
            "log_loss": float((weight * loss).sum() / weight.sum()),
            "calibration_error": _calibration_error(weight[up], problems[up], (weight * probability)[up]),
            **_ranking(np.add.reduceat(problems[down], starts), np.add.reduceat((weight - problems)[down], starts)),
            **_captured(weight[down], problems[down]),
        }

    return figures


def _ranking(found: Array, clean: Array) -> Figures:
    """From problems and clean rows per distinct probability, highest first."""
    above, seen = np.cumsum(found), np.cumsum(found + clean)
    if above[-1] == 0 or above[-1] == seen[-1]:
        return {"auc": np.nan, "average_precision": np.nan}
    pairs = (clean * (above - found / 2)).sum()
    precision = np.divide(above, seen, out=np.zeros_like(above), where=seen > 0)
    return {
        "auc": float(pairs / (above[-1] * clean.sum())),
        "average_precision": float((found * precision).sum() / above[-1]),
    }


def _captured(weight: Array, problems: Array) -> Figures:
    looked_at, found = np.cumsum(weight), np.cumsum(problems)
    names = [f"captured_{part:.0%}".rstrip("%") for part in CAPTURE_SHARES]
    if found[-1] == 0:
        return dict.fromkeys(names, np.nan)
    wanted = np.ceil(np.multiply(CAPTURE_SHARES, looked_at[-1]))
    return dict(zip(names, (_at(wanted, looked_at, found) / found[-1]).tolist(), strict=True))


def _calibration_error(weight: Array, problems: Array, promised: Array) -> float:
    total = weight.sum()
    whole, rest = divmod(int(total), min(CALIBRATION_BINS, int(total)))
    edges = np.cumsum([0] + [whole + 1] * rest + [whole] * (min(CALIBRATION_BINS, int(total)) - rest))
    excess = _at(edges, np.cumsum(weight), np.cumsum(promised - problems))
    return float(np.abs(np.diff(excess)).sum() / total)


def _at(wanted: Array, looked_at: Array, summed: Array) -> Array:
    """The running sum after `wanted` of the counted rows."""
    return np.interp(wanted, np.concatenate([[0.0], looked_at]), np.concatenate([[0.0], summed]))
