"""The statistics of the quality benchmark against truths known by hand, by theory or from another library."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from benchmarks.comparison import (
    Difference,
    compare,
    figures,
    pooled_log_loss,
    precision_in_first,
    ranks,
    row_losses,
    weighted_auc,
)

ROWS = 800


def drawn(seed: int, rows: int = ROWS) -> tuple[np.ndarray, np.ndarray, pd.Series]:
    """Outcomes, the true probabilities that they were drawn from, and a name for each row."""
    generator = np.random.default_rng(seed)
    truth = generator.beta(1.5, 5.0, rows)
    return (generator.random(rows) < truth).astype(float), truth, pd.Series(np.arange(rows))


def test_the_interval_of_a_mean_difference_is_the_one_of_theory() -> None:
    outcome, truth, enterprise = drawn(1)
    flat = np.full(ROWS, outcome.mean())
    found = compare(outcome, truth, flat, enterprise)["log_loss"]
    differences = row_losses(outcome, flat) - row_losses(outcome, truth)
    error = differences.std() / np.sqrt(ROWS)
    assert found.value == pytest.approx(differences.mean())
    assert found.low == pytest.approx(differences.mean() - 1.96 * error, abs=0.25 * error)
    assert found.high == pytest.approx(differences.mean() + 1.96 * error, abs=0.25 * error)


def test_intervals_cover_the_true_difference_as_often_as_they_say() -> None:
    """The expected difference is the divergence between two known models, here over a large population."""
    population = np.random.default_rng(99).beta(1.5, 5.0, 200_000)
    wrong = np.clip(population * 1.5, 0.01, 0.99)
    expected = population * np.log(population / wrong) + (1 - population) * np.log((1 - population) / (1 - wrong))
    covered = 0
    for seed in range(20):
        outcome, truth, enterprise = drawn(seed, 300)
        found = compare(outcome, truth, np.clip(truth * 1.5, 0.01, 0.99), enterprise)["log_loss"]
        covered += found.low <= expected.mean() <= found.high
    # 16 or fewer of 20 would happen once in 60.
    assert covered >= 17


def test_the_same_model_differs_by_nothing_and_a_better_one_by_more_than_noise() -> None:
    outcome, truth, enterprise = drawn(2)
    same = compare(outcome, truth, truth, enterprise)
    assert same == {"auc": Difference(0, 0, 0), "log_loss": Difference(0, 0, 0)}
    assert same["auc"].is_within_noise
    shuffled = np.random.default_rng(5).permutation(truth)
    found = compare(outcome, truth, shuffled, enterprise)
    assert found["auc"].high < 0 < found["log_loss"].low
    assert not found["auc"].is_within_noise
    assert found["auc"].value == pytest.approx(roc_auc_score(outcome, shuffled) - roc_auc_score(outcome, truth))


def test_rows_of_one_enterprise_are_drawn_together() -> None:
    outcome, truth, enterprise = drawn(3, 300)
    flat = np.full(300, outcome.mean())
    once = compare(outcome, truth, flat, enterprise)["log_loss"]
    five = [np.tile(values, 5) for values in (outcome, truth, flat, enterprise)]
    together = compare(five[0], five[1], five[2], pd.Series(five[3]))["log_loss"]
    apart = compare(five[0], five[1], five[2], pd.Series(np.arange(1_500)))["log_loss"]
    assert together.high - together.low == pytest.approx(once.high - once.low)
    assert apart.high - apart.low < 0.6 * (once.high - once.low)


def test_the_weighted_auc_is_that_of_repeated_rows_also_with_ties() -> None:
    generator = np.random.default_rng(4)
    outcome, probability = generator.integers(0, 2, 60).astype(float), generator.integers(1, 9, 60) / 10
    counts = generator.integers(0, 4, (3, 60)).astype(float)
    expected = [roc_auc_score(outcome.repeat(c), probability.repeat(c)) for c in counts.astype(int)]
    assert weighted_auc(outcome, probability, counts) == pytest.approx(expected)
    assert np.isnan(weighted_auc(np.zeros(60), probability, counts)).all()


def test_row_losses_are_those_of_scikit_learn_at_certainty_too() -> None:
    outcome, probability = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.9, 0.2])
    assert row_losses(outcome, probability).mean() == pytest.approx(log_loss(outcome, probability))


def test_precision_in_the_first_tenth_by_hand_and_ties_by_expectation() -> None:
    outcome = np.array([1.0, 0.0] + [0.0] * 17 + [1.0])
    assert precision_in_first(outcome, np.linspace(1, 0, 20)) == 1 / 2
    # Two of twenty are looked at: the first for sure, and any of four others of which one has a problem.
    tied = np.array([0.9, 0.5, 0.5, 0.5] + [0.1] * 15 + [0.5])
    assert precision_in_first(outcome, tied) == pytest.approx((1 + 1 / 4) / 2)
    assert precision_in_first(outcome, np.full(20, 0.3)) == pytest.approx(2 / 20)


def test_equal_figures_share_their_ranks() -> None:
    assert ranks({"a": 0.7, "b": 0.8, "c": 0.7}, largest_first=True) == {"a": 2.5, "b": 1.0, "c": 2.5}
    assert ranks({"a": 0.5, "b": 0.6}, largest_first=False) == {"a": 1.0, "b": 2.0}


def test_pooled_log_loss_is_that_of_all_rows_and_the_mean_of_the_sets() -> None:
    (first, one), (second, two) = [drawn(seed, rows)[:2] for seed, rows in ((6, 100), (7, 300))]
    means = {"a": (log_loss(first, one), 100), "b": (log_loss(second, two), 300)}
    pooled = pooled_log_loss(means)
    assert pooled["by_row"] == pytest.approx(log_loss(np.r_[first, second], np.r_[one, two]))
    assert pooled["by_set"] == pytest.approx((means["a"][0] + means["b"][0]) / 2)


def test_a_calibrated_model_is_within_its_bound_and_a_shifted_one_is_not() -> None:
    within = []
    for seed in range(20):
        outcome, truth, enterprise = drawn(seed, 400)
        found = figures(outcome, truth, np.ones(400, dtype=int), enterprise)
        within.append(found["calibration_error"] <= found["calibration_bound"])
        assert found["calibration_bound"] > 0.02
    # Each is within with a chance of 95 %: 16 or fewer of 20 happen once in 60.
    assert sum(within) >= 17
    outcome, truth, enterprise = drawn(8, 400)
    shifted = figures(outcome, np.clip(truth + 0.15, 0, 1), np.ones(400, dtype=int), enterprise)
    assert shifted["calibration_error"] > shifted["calibration_bound"]


def test_many_rows_leave_the_fixed_bound() -> None:
    outcome, truth, enterprise = drawn(9, 20_000)
    assert figures(outcome, truth, np.ones(20_000, dtype=int), enterprise)["calibration_bound"] == 0.02


def test_tiers_state_their_share_and_what_was_found_in_them() -> None:
    outcome = np.array([0.0, 0.0, 1.0, 1.0])
    found = figures(outcome, np.array([0.1, 0.2, 0.3, 0.4]), np.array([1, 1, 1, 4]), pd.Series(range(4)))["tiers"]
    assert found["low"]["share"] == 3 / 4
    assert found["low"]["rate"] == pytest.approx(1 / 3)
    assert found["high"] == {"share": 1 / 4, "rate": 1.0, "low": pytest.approx(0.147, abs=0.001), "high": 1.0}
    assert found["medium"] == {"share": 0.0, "rate": None, "low": None, "high": None}
