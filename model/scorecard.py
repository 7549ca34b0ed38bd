"""A scorecard: binned indicators, one weight each, written down as a table anyone can add up."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ScorecardRow:
    """What one indicator adds to the raw log-odds.

    A value v falls in bin i where `edges[i-1] <= v < edges[i]`; `points` has one entry more than `edges`.
    A null value adds `null_points`. `typical` is the mean of the points in training: contributions are
    counted from it, so that an average enterprise has none.
    """

    indicator: str
    edges: tuple[float, ...]
    points: tuple[float, ...]
    null_points: float
    typical: float


@dataclass(frozen=True)
class Scorecard:
    """An additive model of log-odds: intercept plus the points of each row."""

    intercept: float
    rows: tuple[ScorecardRow, ...]

    def points(self, matrix: Array, names: Sequence[str]) -> Array:
        """Points per matrix column, shape (rows, columns); indicators without a row add 0 everywhere."""
        column = {name: position for position, name in enumerate(names)}
        added = np.zeros(matrix.shape, dtype=np.float64)
        for row in self.rows:
            values = matrix[:, column[row.indicator]]
            binned = np.searchsorted(np.asarray(row.edges), values, side="right")
            added[:, column[row.indicator]] = np.where(
                np.isnan(values), row.null_points, np.asarray(row.points)[np.minimum(binned, len(row.edges))]
            )
        return added

    def margins(self, matrix: Array, names: Sequence[str]) -> Array:
        """Raw log-odds per row."""
        return self.intercept + self.points(matrix, names).sum(axis=1)

    def contributions(self, matrix: Array, names: Sequence[str]) -> tuple[float, Array]:
        """The baseline (log-odds at typical points) and each column's deviation from it; they sum to the margin."""
        typical = np.zeros(len(names))
        for row in self.rows:
            typical[list(names).index(row.indicator)] = row.typical
        return self.intercept + float(typical.sum()), self.points(matrix, names) - typical

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(content: Mapping[str, Any]) -> "Scorecard":
        rows = tuple(
            ScorecardRow(
                row["indicator"],
                tuple(row["edges"]),
                tuple(row["points"]),
                row["null_points"],
                row["typical"],
            )
            for row in content["rows"]
        )
        return Scorecard(content["intercept"], rows)
