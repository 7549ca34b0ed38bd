"""Is the promise of direction kept: does a larger value of a directed indicator never move the margin the wrong way?"""

import numpy as np
from numpy.typing import NDArray

from features.catalogue.everything import BY_NAME
from training.checks.check import Check, NotApplicable
from training.checks.sample import example_matrix
from training.fitted import Fitted, Training

ROWS = 20
TOLERANCE = 1e-9


def find(training: Training, fitted: Fitted) -> str | None:
    """Raise each directed indicator on real rows, one at a time, to larger values seen in other rows.

    Null values are left alone: nothing is promised about becoming known.
    """
    matrix = example_matrix(training, fitted, ROWS)
    directions = np.array([_direction(name) for name in fitted.model.indicators])
    directed = np.flatnonzero(directions).tolist()
    trials = [_raised(matrix, position) for position in directed]
    column = np.repeat(np.array(directed, dtype=int), [len(rows) for _, rows in trials])
    if not len(column):
        raise NotApplicable("No directed indicator has a larger value to be raised to.")
    rows = np.concatenate([rows for _, rows in trials])
    # One call for all trials: many small ones would cost a hundred times the arithmetic.
    raised = fitted.model.raw_margins(np.concatenate([part for part, _ in trials]))
    moved = directions[column] * (raised - fitted.model.raw_margins(matrix)[rows])
    broken = sorted({fitted.model.indicators[position] for position in column[moved < -TOLERANCE]})
    if not broken:
        return None
    return (
        f"A promised direction must hold on every row, it does not for {', '.join(broken)}; "
        "fit with the constraints of the catalogue and with no negative weights."
    )


def _direction(name: str) -> int:
    """The catalogue's direction; none where nothing is promised."""
    return BY_NAME[name].direction if name in BY_NAME else 0


def _raised(matrix: NDArray[np.float64], position: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Rows with one column set to another row's larger value, or to the largest; and the rows that they come from."""
    values = matrix[:, position]
    parts, origins = [matrix[:0]], [np.arange(0)]
    for larger in (np.roll(values, len(values) // 2), np.full(len(values), _largest(values))):
        rows = np.flatnonzero(larger > values)
        part = matrix[rows].copy()
        part[:, position] = larger[rows]
        parts.append(part)
        origins.append(rows)
    return np.concatenate(parts), np.concatenate(origins)


def _largest(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.max()) if len(known) else np.nan


CHECK = Check("monotone_promise", "风险方向承诺成立", "promised directions hold", "blocking", find)
