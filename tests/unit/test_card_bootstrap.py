"""Intervals of figures: the weighted figures are those of repeated rows, and the intervals cover the truth."""

import numpy as np
import pandas as pd
import pytest

from training.cards.bootstrap import LEAST_ENTERPRISES, figure_intervals, weighted_figures
from training.metrics import captured, evaluate


def answers(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    probability = generator.beta(1, 5, n).round(2).clip(0.01, 0.99)  # many ties
    return (generator.random(n) < probability).astype(float), probability


def names(n: int) -> pd.Series:
    return pd.Series([f"E{number}" for number in range(n)])


@pytest.mark.parametrize("seed", range(10))
def test_weights_count_rows_as_often_as_they_say(seed: int) -> None:
    outcome, probability = answers(seed)
    weight = np.random.default_rng(seed + 100).integers(0, 4, len(outcome))
    found = weighted_figures(outcome, probability)(weight.astype(float))
    repeated = np.repeat(outcome, weight), np.repeat(probability, weight)
    expected = evaluate(*repeated)
    expected.pop("n")
    expected |= {f"captured_{part}": value for part, value in captured(*repeated).items()}
    assert found == pytest.approx(expected, abs=1e-9)


def test_fewer_rows_than_bins_are_still_measured() -> None:
    outcome, probability = np.array([0.0, 1.0, 0.0]), np.array([0.1, 0.6, 0.2])
    found = weighted_figures(outcome, probability)(np.ones(3))
    assert found["calibration_error"] == pytest.approx(evaluate(outcome, probability)["calibration_error"])


def test_what_is_undefined_without_a_problem_has_no_interval() -> None:
    _, probability = answers(1)
    found = figure_intervals(np.zeros(400), probability, names(400))
    assert set(found) == {"base_rate", "log_loss", "calibration_error"}


def test_too_few_enterprises_have_no_intervals() -> None:
    outcome, probability = answers(1)
    enough = pd.Series(np.arange(400) % LEAST_ENTERPRISES)
    assert figure_intervals(outcome, probability, enough.clip(upper=LEAST_ENTERPRISES - 2)) == {}
    assert "log_loss" in figure_intervals(outcome, probability, enough)


def test_snapshots_of_one_enterprise_do_not_narrow_an_interval() -> None:
    outcome, probability = answers(1)
    once = figure_intervals(outcome, probability, names(400))
    often = figure_intervals(np.tile(outcome, 3), np.tile(probability, 3), pd.concat([names(400)] * 3))
    assert often["log_loss"] == pytest.approx(once["log_loss"], rel=1e-9)
    assert often["auc"] == pytest.approx(once["auc"], rel=1e-9)


def test_the_same_rows_have_the_same_intervals() -> None:
    outcome, probability = answers(1)
    assert figure_intervals(outcome, probability, names(400)) == figure_intervals(outcome, probability, names(400))


def test_the_interval_of_the_log_loss_covers_its_expectation() -> None:
    covered = 0
    for seed in range(40):
        outcome, probability = answers(seed)
        expected = float(-(probability * np.log(probability) + (1 - probability) * np.log1p(-probability)).mean())
        low, high = figure_intervals(outcome, probability, names(400), samples=100)["log_loss"]
        covered += low <= expected <= high
    # The interval also allows for other enterprises being drawn: 38 of 40 on average, fewer than 34 in one of 500.
    assert covered >= 34
