"""A model must beat the constant base rate; a borrowed one on few rows is only warned about."""

import pandas as pd
import pytest

from tests.small_training import BORROWED, OWN, POINTS, finding, small_training, with_rows
from training.checks.better_than_prior import CHECK, CHECK_SMALL, LEAST_ROWS


def _backwards(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(probability=1 - rows["probability"])


def test_a_useful_model_passes() -> None:
    assert finding(CHECK, small_training(), OWN).verdict == "passed"
    assert finding(CHECK, small_training(), "general").verdict == "passed"


def test_a_sectors_own_model_that_loses_is_blocked() -> None:
    assert finding(CHECK, with_rows(small_training(), OWN, _backwards), OWN).is_blocking


def test_a_model_no_better_than_the_base_rate_is_blocked() -> None:
    training = with_rows(small_training(), OWN, lambda rows: rows.assign(probability=rows["outcome"].mean()))
    assert finding(CHECK, training, OWN).is_blocking


def test_the_general_model_that_loses_on_many_rows_is_blocked() -> None:
    assert finding(CHECK, with_rows(small_training(), "general", _backwards), "general").is_blocking


def test_the_general_model_that_loses_on_few_rows_is_a_warning() -> None:
    training = with_rows(small_training(), BORROWED, _backwards)
    assert finding(CHECK, training, BORROWED).verdict == "not_applicable"
    found = finding(CHECK_SMALL, training, BORROWED)
    assert found.verdict == "failed"
    assert not found.is_blocking


def test_the_small_question_is_not_asked_twice() -> None:
    assert finding(CHECK_SMALL, small_training(), OWN).verdict == "not_applicable"


@pytest.mark.parametrize("check", [CHECK, CHECK_SMALL])
def test_a_point_table_has_no_log_loss(check) -> None:
    assert finding(check, small_training(), POINTS).verdict == "not_applicable"


def test_too_few_rows_say_nothing() -> None:
    training = with_rows(small_training(), BORROWED, lambda rows: _backwards(rows.head(LEAST_ROWS - 1)))
    assert finding(CHECK_SMALL, training, BORROWED).verdict == "not_applicable"


def test_one_kind_of_outcome_says_nothing() -> None:
    training = with_rows(small_training(), OWN, lambda rows: rows[rows["outcome"] == 0])
    assert finding(CHECK, training, OWN).verdict == "not_applicable"
