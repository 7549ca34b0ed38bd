"""The gate takes the simplest candidate that the best one does not beat by more than one standard error."""

import numpy as np
import pandas as pd
import pytest

from training.gate import Rated, choose, row_losses

NAMES = ("simple", "middle", "complex")


def judged(*losses: list[float], weight: list[float] | None = None, enterprise: list[str] | None = None) -> list[Rated]:
    size = len(losses[0])
    ids = pd.Series(enterprise or [f"E{number}" for number in range(size)])
    arrays = [np.array(loss, dtype=float) for loss in losses]
    return list(choose(NAMES[: len(losses)], arrays, np.array(weight or [1.0] * size), ids))


def winner(rated: list[Rated]) -> str:
    (chosen,) = [one.name for one in rated if one.chosen]
    return chosen


NOISE = [0.5, -0.5] * 50


def test_a_clear_winner_wins() -> None:
    rated = judged([1.0] * 100, [0.9] * 100, [0.5 + 0.01 * noise for noise in NOISE])
    assert winner(rated) == "complex"


def test_the_simplest_within_one_standard_error_wins() -> None:
    rated = judged([0.60] * 100, [0.56] * 100, [0.55 + noise for noise in NOISE])
    assert rated[0].difference == pytest.approx(0.05)
    assert rated[0].standard_error == pytest.approx(0.05)
    assert winner(rated) == "simple"
    assert winner(judged([0.61] * 100, [0.59] * 100, [0.55 + noise for noise in NOISE])) == "middle"


def test_the_simplest_of_equals_wins() -> None:
    rated = judged([0.4] * 10, [0.4] * 10)
    assert winner(rated) == "simple"
    assert rated[0].standard_error == rated[0].difference == 0


def test_snapshots_of_the_same_enterprises_make_the_difference_no_surer() -> None:
    once = judged([0.6] * 100, [0.55 + noise for noise in NOISE])
    ids = [f"E{number}" for number in range(100)]
    again = judged([0.6] * 400, [0.55 + noise for noise in NOISE] * 4, enterprise=ids * 4)
    apart = judged([0.6] * 400, [0.55 + noise for noise in NOISE] * 4)
    assert again[0].standard_error == pytest.approx(once[0].standard_error)
    assert apart[0].standard_error == pytest.approx(once[0].standard_error / 2)
    assert (winner(again), winner(apart)) == ("simple", "middle")


def test_rows_count_by_their_weight() -> None:
    rated = judged([1.0, 0.0], [0.0, 0.5], weight=[3, 1])
    assert [one.log_loss for one in rated] == pytest.approx([0.75, 0.125])


def test_the_loss_of_a_row_is_minus_the_logarithm_of_what_was_said_of_the_outcome() -> None:
    margin = np.array([-2.0, 0.0, 3.0, 3.0])
    probability = 1 / (1 + np.exp(-margin))
    expected = -np.log([1 - probability[0], 0.5, probability[2], 1 - probability[3]])
    np.testing.assert_allclose(row_losses(np.array([0, 1, 1, 0]), margin), expected)


def test_the_loss_of_an_extreme_margin_is_finite() -> None:
    assert row_losses(np.array([1.0]), np.array([-1000.0]))[0] == pytest.approx(1000)


def test_more_standard_errors_keep_the_simplest_longer() -> None:
    generator = np.random.default_rng(1)
    shift = generator.normal(0, 1, 400)
    # The second is better by one and a half standard errors of the paired difference.
    shift = (shift - shift.mean()) / shift.std() * 0.02 + 1.5 * 0.02 / np.sqrt(400)
    losses = [np.full(400, 0.4), 0.4 - shift]
    ids = pd.Series(np.arange(400)).astype(str)
    taken = {errors: choose(("simple", "close"), losses, np.ones(400), ids, errors=errors) for errors in (1.0, 2.0)}
    assert [[rated.chosen for rated in rows] for rows in taken.values()] == [[False, True], [True, False]]


def test_a_settled_choice_is_the_first_and_the_others_are_rated_beside_it() -> None:
    ids = pd.Series(["a", "b"])
    gate = choose(("first", "best"), [np.full(2, 0.9), np.full(2, 0.1)], np.ones(2), ids, is_settled=True)
    assert [rated.chosen for rated in gate] == [True, False]
    assert gate[0].difference == pytest.approx(0.8)
