"""How far did a distribution move? The population stability index."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WARNING_INDEX, BLOCKING_INDEX = 0.10, 0.25
"""Credit scoring's conventional bounds: up to the first little moved, above the second much (project decision)."""
_PRIOR_COUNT = 0.5
"""Added to every count, so that a class that stands empty on one side does not make the index infinite."""


CLASSES = 10
"""Equal-count classes of the values before."""


def class_borders(before: Array) -> Array:
    """The borders of the classes that hold equal counts of these values; none of them may be null."""
    return np.unique(np.quantile(before, np.linspace(0, 1, CLASSES + 1)[1:-1]))


def class_counts(values: Array, borders: Array) -> Array:
    """How many values lie in each class; a value at a border belongs to the class above it."""
    inside = np.searchsorted(borders, values, side="right")
    return np.bincount(inside, minlength=len(borders) + 1).astype(np.float64)


def stability_index(before: Array, after: Array) -> float:
    """The stability index of two sets of counts per class: sum((q - p) ln(q / p)) over their shares; 0 for the same."""
    p, q = ((counts + _PRIOR_COUNT) / (counts + _PRIOR_COUNT).sum() for counts in (before, after))
    return float(np.sum((q - p) * np.log(q / p)))
