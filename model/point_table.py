"""The published point table: the tier of a sector in which no model may answer."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.standard_terms import Band, PointTable

Array = NDArray[np.float64]


def points_of(table: PointTable, values: Array, names: Sequence[str]) -> Array:
    """How many points does the table give each row, within [0, scale]?

    `values` has one column per name. A null indicator gives no points, nor does a value below its first band.
    """
    column = {name: values[:, position] for position, name in enumerate(names)}
    total = np.full(len(values), table.base, dtype=np.float64)
    for name, bands in table.bands.items():
        total += _band_points(bands, column[name])
    for name, each in table.per_unit.items():
        total += np.nan_to_num(column[name]) * each
    return np.clip(total, 0, table.scale)


def _band_points(bands: Sequence[Band], values: Array) -> Array:
    starts = np.array([band.start for band in bands])
    points = np.array([0.0, *[band.points for band in bands]])
    return np.where(np.isnan(values), 0.0, points[np.searchsorted(starts, values, side="right")])


def point_ranks(table: PointTable, points: Array) -> NDArray[np.uint8]:
    """The tier rank, 1 to 4, of each sum of points; a sum equal to a cut is still in the lower tier.

    The published scales close their classes above, unlike our cuts on the probability (handbook 3.1).
    """
    return (np.searchsorted(np.asarray(table.cuts), points, side="left") + 1).astype(np.uint8)
