"""Contributions that do not add up are refused."""

from dataclasses import dataclass

import numpy as np

from model.saved import Component
from tests.small_training import NAMES, OWN, POINTS, finding, small_training, with_model
from training.checks.contributions_sum import CHECK, TOLERANCE


@dataclass(frozen=True)
class Leaky:
    """A part whose contributions miss its margin by a given amount."""

    gap: float

    def margins(self, matrix: np.ndarray, names: tuple[str, ...], threads: int = 1) -> np.ndarray:
        return np.zeros(len(matrix))

    def contributions(self, matrix: np.ndarray, names: tuple[str, ...], threads: int = 1) -> tuple[float, np.ndarray]:
        return self.gap, np.zeros((len(matrix), len(NAMES)))


def _with_gap(gap: float):
    return with_model(small_training(), OWN, components=(Component(1.0, Leaky(gap)),))


def test_the_reasons_of_trees_add_up() -> None:
    assert finding(CHECK, small_training(), OWN).verdict == "passed"


def test_a_part_that_is_not_additive_is_refused_with_the_gap() -> None:
    found = finding(CHECK, _with_gap(0.01), OWN)
    assert found.is_blocking
    assert "0.011" in found.sentence  # scaled by the slope 1.1


def test_a_gap_within_the_tolerance_passes() -> None:
    assert finding(CHECK, _with_gap(TOLERANCE / 2), OWN).verdict == "passed"


def test_a_point_table_has_no_contributions() -> None:
    assert finding(CHECK, small_training(), POINTS).verdict == "not_applicable"
