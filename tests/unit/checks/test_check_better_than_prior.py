"""A model worse than the constant base rate beyond noise is refused; one that chance may excuse is a warning."""

import pandas as pd
import pytest

from tests.small_training import BORROWED, OWN, POINTS, finding, small_training, with_rows
from training.checks.better_than_prior import CHECK, CHECK_SMALL, LEAST_ROWS, compare
from training.checks.noise import deviations_of_each


def _backwards(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(probability=1 - rows["probability"])


def _shifted(log_odds: float):
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        odds = rows["probability"] / (1 - rows["probability"]) * 2.718281828**log_odds
        return rows.assign(probability=odds / (1 + odds))

    return change


@pytest.mark.parametrize("check", [CHECK, CHECK_SMALL])
def test_a_useful_model_passes(check) -> None:
    assert finding(check, small_training(), OWN).verdict == "passed"
    assert finding(check, small_training(), "general").verdict == "passed"


@pytest.mark.parametrize("sector", ["general", OWN, BORROWED])
def test_a_model_that_loses_beyond_noise_is_refused_whatever_its_size(sector: str) -> None:
    found = finding(CHECK, with_rows(small_training(), sector, _backwards), sector)
    assert found.is_blocking
    assert "must not be worse than the constant base rate" in found.sentence


def test_a_model_that_equals_the_base_rate_is_a_warning() -> None:
    training = with_rows(small_training(), OWN, lambda rows: rows.assign(probability=rows["outcome"].mean()))
    assert finding(CHECK, training, OWN).verdict == "passed"
    assert finding(CHECK_SMALL, training, OWN).verdict == "failed"
    assert not finding(CHECK_SMALL, training, OWN).is_blocking


def test_losing_just_within_noise_is_a_warning_and_just_beyond_is_refused() -> None:
    verdicts = []
    for log_odds in (1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0):
        training = with_rows(small_training(), OWN, _shifted(log_odds))
        lost = compare(training.models[OWN])
        is_beyond = lost.difference > deviations_of_each(training) * lost.standard_error
        assert finding(CHECK, training, OWN).is_blocking is is_beyond
        assert (finding(CHECK_SMALL, training, OWN).verdict == "failed") is (lost.difference >= 0)
        verdicts.append((lost.difference >= 0, is_beyond))
    assert {(True, False), (True, True)} <= set(verdicts)


@pytest.mark.parametrize("check", [CHECK, CHECK_SMALL])
def test_a_point_table_has_no_log_loss(check) -> None:
    assert finding(check, small_training(), POINTS).verdict == "not_applicable"


def test_too_few_rows_say_nothing() -> None:
    training = with_rows(small_training(), BORROWED, lambda rows: _backwards(rows.head(LEAST_ROWS - 1)))
    assert finding(CHECK, training, BORROWED).verdict == "not_applicable"


def test_one_kind_of_outcome_says_nothing() -> None:
    training = with_rows(small_training(), OWN, lambda rows: rows[rows["outcome"] == 0])
    assert finding(CHECK, training, OWN).verdict == "not_applicable"
