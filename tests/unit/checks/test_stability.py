"""The stability index: none without movement, the same both ways, and by its formula."""

import numpy as np
import pytest

from model.stability import stability_index


def test_the_same_shares_have_no_index_whatever_the_numbers() -> None:
    assert stability_index(np.array([50.0, 30, 20]), np.array([50.0, 30, 20])) == 0
    assert stability_index(np.array([5000.0, 3000, 2000]), np.array([500.0, 300, 200])) == pytest.approx(0, abs=1e-5)


def test_the_index_follows_its_formula() -> None:
    # (0.6 - 0.5) ln(0.6 / 0.5) + (0.4 - 0.5) ln(0.4 / 0.5) = 0.01823 + 0.02231
    assert stability_index(np.array([5e6, 5e6]), np.array([6e6, 4e6])) == pytest.approx(0.04055, abs=1e-4)


def test_there_and_back_is_the_same() -> None:
    before, after = np.array([10.0, 20, 70]), np.array([40.0, 40, 20])
    assert stability_index(before, after) == pytest.approx(stability_index(after, before))


def test_a_class_that_empties_is_a_large_finite_move() -> None:
    assert 1 < stability_index(np.array([100.0, 100]), np.array([200.0, 0])) < 10
