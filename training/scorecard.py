"""Fit a scorecard: weight-of-evidence bins that keep each indicator's promised direction, and a logistic on top."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.isotonic import isotonic_regression

from model.scorecard import Scorecard, ScorecardRow
from training.recipe import SCORECARD_BINS, SCORECARD_INDICATORS, SCORECARD_RIDGE

Array = NDArray[np.float64]

PSEUDO_COUNT = 20.0
"""Rows at the base rate added to every bin, so that an empty or pure one has a finite weight of evidence."""


@dataclass(frozen=True)
class _Binned:
    """One indicator's bins: `evidence` per bin, the last entry for null; `value` is its information value."""

    column: int
    edges: Array
    evidence: Array
    value: float


def fit_scorecard(
    matrix: Array, names: Sequence[str], directions: Sequence[int], outcome: Array, weight: Array
) -> Scorecard:
    """Fit on a numeric matrix (rows x indicators).

    Bins are at quantiles, pooled until the evidence moves in the promised direction. The SCORECARD_INDICATORS with the
    most information value enter a ridge logistic regression whose weights may not be negative, so that every direction
    survives (Siddiqi, Credit Risk Scorecards, chapters 6-10, for weight of evidence and information value). Where no
    indicator varies, the base rate alone is the answer.
    """
    base = float(np.average(outcome, weights=weight))
    binned = [
        _bin(matrix[:, column], column, directions[column], outcome, weight, base) for column in range(matrix.shape[1])
    ]
    chosen = sorted((b for b in binned if b is not None), key=lambda b: -b.value)[:SCORECARD_INDICATORS]
    if not chosen:
        return Scorecard(float(np.log(base / (1 - base))), ())
    codes = np.column_stack([b.evidence[_positions(matrix[:, b.column], b.edges)] for b in chosen])
    intercept, slopes = _logistic(codes, outcome, weight, base)
    rows = tuple(
        _row(names[b.column], b, slope, codes[:, position], weight)
        for position, (b, slope) in enumerate(zip(chosen, slopes, strict=True))
        if slope > 0
    )
    return Scorecard(intercept, rows)


def _positions(values: Array, edges: Array) -> NDArray[np.int64]:
    positions = np.searchsorted(edges, values, side="right")
    return np.where(np.isnan(values), len(edges) + 1, positions)


def _bin(values: Array, column: int, direction: int, outcome: Array, weight: Array, base: float) -> _Binned | None:
    present = values[~np.isnan(values)]
    edges = np.unique(np.quantile(present, np.linspace(0, 1, SCORECARD_BINS + 1)[1:-1])) if len(present) else present
    edges = edges[edges > present.min()] if len(present) else edges
    if not len(edges):
        return None
    positions = _positions(values, edges)
    size = np.bincount(positions, weights=weight, minlength=len(edges) + 2)
    found = np.bincount(positions, weights=weight * outcome, minlength=len(edges) + 2)
    rate = (found + PSEUDO_COUNT * base) / (size + PSEUDO_COUNT)
    if direction:
        rate[:-1] = isotonic_regression(rate[:-1], sample_weight=size[:-1] + PSEUDO_COUNT, increasing=direction > 0)
    evidence = np.log(rate / (1 - rate)) - np.log(base / (1 - base))
    share_found = size * rate / (size * rate).sum()
    share_clean = size * (1 - rate) / (size * (1 - rate)).sum()
    return _Binned(column, edges, evidence, float(((share_found - share_clean) * evidence).sum()))


def _logistic(codes: Array, outcome: Array, weight: Array, base: float) -> tuple[float, Array]:
    start = np.concatenate([[np.log(base / (1 - base))], np.full(codes.shape[1], 0.1)])

    def loss(parameters: Array) -> tuple[float, Array]:
        margin = parameters[0] + codes @ parameters[1:]
        residual = weight * (1 / (1 + np.exp(-margin)) - outcome)
        slopes = parameters[1:]
        value = float((weight * (np.logaddexp(0, margin) - outcome * margin)).sum())
        gradient = np.concatenate([[residual.sum()], codes.T @ residual + SCORECARD_RIDGE * slopes])
        return value + SCORECARD_RIDGE / 2 * float(slopes @ slopes), gradient

    bounds = [(None, None)] + [(0.0, None)] * codes.shape[1]
    fitted = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 200})
    return float(fitted.x[0]), fitted.x[1:]


def _row(name: str, binned: _Binned, slope: float, codes: Array, weight: Array) -> ScorecardRow:
    points = slope * binned.evidence
    return ScorecardRow(
        indicator=name,
        edges=tuple(float(edge) for edge in binned.edges),
        points=tuple(float(point) for point in points[:-1]),
        null_points=float(points[-1]),
        typical=float(slope * np.average(codes, weights=weight)),
    )
