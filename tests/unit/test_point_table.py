"""Points and tiers of the published point table."""

import numpy as np

from model.point_table import point_ranks, points_of
from model.standard_terms import Band, PointTable

TABLE = PointTable(
    cuts=(10.0, 20.0, 30.0),
    scale=40.0,
    base=5.0,
    bands={"a": (Band(1.0, 3.0), Band(2.0, 10.0))},
    per_unit={"b": 2.0},
)


def _points(a: float, b: float) -> float:
    return float(points_of(TABLE, np.array([[a, b]]), ["a", "b"])[0])


def test_a_band_begins_at_its_value_and_gives_none_below_the_first() -> None:
    assert [_points(value, 0) for value in (0.9, 1.0, 1.9, 2.0, 99.0)] == [5.0, 8.0, 8.0, 15.0, 15.0]


def test_points_per_unit_are_in_proportion_and_null_gives_none() -> None:
    assert [_points(0, 3), _points(np.nan, np.nan)] == [11.0, 5.0]


def test_the_sum_stays_within_the_scale() -> None:
    assert [_points(0, 99), _points(0, -99)] == [40.0, 0.0]


def test_a_sum_equal_to_a_cut_is_in_the_lower_tier() -> None:
    assert point_ranks(TABLE, np.array([0, 10, 10.1, 20, 30, 30.1])).tolist() == [1, 1, 2, 2, 3, 4]
