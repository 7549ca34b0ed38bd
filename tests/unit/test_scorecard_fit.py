"""The scorecard keeps every promised direction, leaves out what says nothing, and finds what does."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.calibration import probability_of
from model.scorecard import Scorecard
from training.recipe import SCORECARD_INDICATORS
from training.scorecard import fit_scorecard

NAMES = ("raises", "lowers", "free")
DIRECTIONS = (1, -1, 0)


def random_data(seed: int, size: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts with gaps, outcomes that follow them in any direction, and weights."""
    generator = np.random.default_rng(seed)
    matrix = generator.poisson(generator.uniform(0.2, 4, len(NAMES)), (size, len(NAMES))).astype(float)
    margin = -1.5 + matrix @ generator.normal(0, 0.7, len(NAMES))
    outcome = (generator.random(size) < probability_of(margin)).astype(float)
    outcome[:2] = (0.0, 1.0)
    matrix[generator.random(matrix.shape) < 0.1] = np.nan
    return matrix, outcome, generator.uniform(0.2, 5, size)


def fitted(seed: int) -> Scorecard:
    matrix, outcome, weight = random_data(seed)
    return fit_scorecard(matrix, NAMES, DIRECTIONS, outcome, weight)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_points_move_only_in_the_promised_direction(seed: int) -> None:
    for row in fitted(seed).rows:
        steps = np.diff(row.points) * DIRECTIONS[NAMES.index(row.indicator)]
        assert (steps >= -1e-12).all(), row
        assert len(row.points) == len(row.edges) + 1


@settings(max_examples=20, derandomize=True, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_a_larger_count_of_what_raises_the_risk_never_lowers_the_margin(seed: int) -> None:
    card = fitted(seed)
    values = np.tile([1.0, 1.0, 1.0], (12, 1))
    values[:, 0] = np.arange(12)
    assert (np.diff(card.margins(values, NAMES)) >= -1e-12).all()


@pytest.mark.parametrize("seed", range(5))
def test_contributions_sum_to_the_margin(seed: int) -> None:
    matrix, *_ = random_data(seed)
    card = fitted(seed)
    baseline, added = card.contributions(matrix, NAMES)
    np.testing.assert_allclose(baseline + added.sum(axis=1), card.margins(matrix, NAMES), atol=1e-12)


def test_an_average_row_of_the_training_has_no_contribution() -> None:
    matrix, outcome, weight = random_data(3)
    _, added = fit_scorecard(matrix, NAMES, DIRECTIONS, outcome, weight).contributions(matrix, NAMES)
    np.testing.assert_allclose(np.average(added, axis=0, weights=weight), 0, atol=1e-12)


def test_a_strong_signal_is_found_with_its_size() -> None:
    generator = np.random.default_rng(5)
    matrix = np.column_stack([generator.uniform(-2, 2, 20_000), generator.normal(size=20_000)])
    outcome = (generator.random(20_000) < probability_of(-1 + 1.5 * matrix[:, 0])).astype(float)
    card = fit_scorecard(matrix, ("signal", "noise"), (1, 1), outcome, np.ones(20_000))
    assert card.rows[0].indicator == "signal"
    margin = card.margins(np.array([[-1.0, 0.0], [1.0, 0.0]]), ("signal", "noise"))
    # Bins blur and the ridge shrinks: a true difference of 3 must mostly survive.
    assert 2.4 < margin[1] - margin[0] < 3.3
    noise = [row.points for row in card.rows if row.indicator == "noise"]
    assert np.ptp(noise) < 0.2 if noise else True


def test_a_signal_against_its_promised_direction_is_not_used() -> None:
    generator = np.random.default_rng(6)
    values = generator.uniform(-2, 2, (5_000, 1))
    outcome = (generator.random(5_000) < probability_of(-1 - 1.5 * values[:, 0])).astype(float)
    margins = fit_scorecard(values, ("wrong",), (1,), outcome, np.ones(5_000)).margins(values, ("wrong",))
    assert np.ptp(margins) < 1e-6


def test_a_null_has_points_of_its_own_whatever_the_direction() -> None:
    generator = np.random.default_rng(7)
    values = generator.integers(0, 5, 4_000).astype(float)
    outcome = (generator.random(4_000) < 0.1 + 0.05 * values).astype(float)
    values[:800], outcome[:800] = np.nan, (generator.random(800) < 0.8)
    (row,) = fit_scorecard(values[:, None], ("gappy",), (1,), outcome, np.ones(4_000)).rows
    assert row.null_points > max(row.points)


def test_a_null_never_seen_in_training_adds_nothing() -> None:
    generator = np.random.default_rng(8)
    values = generator.integers(0, 5, 2_000).astype(float)
    outcome = (generator.random(2_000) < 0.1 + 0.1 * values).astype(float)
    (row,) = fit_scorecard(values[:, None], ("full",), (1,), outcome, np.ones(2_000)).rows
    assert row.null_points == 0


def test_what_is_constant_or_always_null_is_left_out() -> None:
    matrix, outcome, weight = random_data(1)
    wide = np.column_stack([np.full(len(matrix), 3.0), matrix, np.full(len(matrix), np.nan)])
    card = fit_scorecard(wide, ("constant", *NAMES, "null"), (1, *DIRECTIONS, 0), outcome, weight)
    assert {row.indicator for row in card.rows} <= set(NAMES)
    assert card.rows


def test_without_any_indicator_that_varies_the_base_rate_is_the_answer() -> None:
    outcome = np.array([1.0, 0, 0, 0, 0])
    card = fit_scorecard(np.full((5, 1), 2.0), ("constant",), (1,), outcome, np.ones(5))
    assert card.rows == ()
    assert probability_of(card.margins(np.array([[7.0]]), ("constant",))) == pytest.approx(0.2)


def test_only_the_most_informative_indicators_enter() -> None:
    generator = np.random.default_rng(9)
    columns = SCORECARD_INDICATORS + 5
    outcome = (generator.random(1_000) < 0.3).astype(float)
    matrix = generator.normal(size=(1_000, columns)) + outcome[:, None] * (np.arange(columns) >= 5)
    names = tuple(f"i{number}" for number in range(columns))
    card = fit_scorecard(matrix, names, [1] * columns, outcome, np.ones(1_000))
    assert {row.indicator for row in card.rows} <= set(names[5:])


def test_rare_extremes_and_many_equal_values_stay_finite() -> None:
    values = np.concatenate([np.zeros(900), np.full(99, 1.0), [1e12]])[:, None]
    outcome = np.concatenate([np.zeros(900), np.ones(100)])
    margins = fit_scorecard(values, ("skewed",), (1,), outcome, np.ones(1_000)).margins(values, ("skewed",))
    assert np.isfinite(margins).all()


def test_json_gives_the_same_scorecard_back() -> None:
    card = fitted(2)
    again = Scorecard.from_json(json.loads(json.dumps(card.to_json())))
    assert again == card
    matrix, *_ = random_data(2)
    assert again.margins(matrix, NAMES).tobytes() == card.margins(matrix, NAMES).tobytes()
