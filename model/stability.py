"""How far did a distribution move? The population stability index."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WARNING_INDEX, BLOCKING_INDEX = 0.10, 0.25
"""Credit scoring's conventional bounds: up to the first little moved, above the second much (project decision)."""
_PRIOR_COUNT = 0.5
"""Added to every count, so that a class that stands empty on one side does not make the index infinite."""


def stability_index(before: Array, after: Array) -> float:
    """The stability index of two sets of counts per class: sum((q - p) ln(q / p)) over their shares; 0 for the same."""
    p, q = ((counts + _PRIOR_COUNT) / (counts + _PRIOR_COUNT).sum() for counts in (before, after))
    return float(np.sum((q - p) * np.log(q / p)))
