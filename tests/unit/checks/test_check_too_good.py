"""A forecast that is nearly perfect is a warning, not a triumph."""

import pandas as pd

from tests.small_training import OWN, POINTS, finding, small_training, with_rows
from training.checks.too_good import CHECK, LEAST_OF_EACH


def _knowing(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(probability=0.1 + 0.8 * rows["outcome"])


def test_an_honest_model_passes() -> None:
    assert finding(CHECK, small_training(), OWN).verdict == "passed"


def test_a_model_that_knows_the_outcome_is_warned_about_but_not_blocked() -> None:
    found = finding(CHECK, with_rows(small_training(), OWN, _knowing), OWN)
    assert found.verdict == "failed"
    assert not found.is_blocking
    assert "got 1.000" in found.sentence


def test_perfection_on_a_handful_of_problems_may_be_luck() -> None:
    def few(rows: pd.DataFrame) -> pd.DataFrame:
        problems = rows[rows["outcome"] > 0].head(LEAST_OF_EACH - 1)
        return _knowing(pd.concat([problems, rows[rows["outcome"] == 0]]))

    assert finding(CHECK, with_rows(small_training(), OWN, few), OWN).verdict == "not_applicable"


def test_a_point_table_has_no_auc() -> None:
    assert finding(CHECK, small_training(), POINTS).verdict == "not_applicable"
