"""A directed indicator that lowers the margin when raised breaks the promise."""

import numpy as np

from model.booster import fit_bag
from model.saved import Component
from model.scorecard import Scorecard, ScorecardRow
from tests.small_training import NAMES, OWN, POINTS, finding, small_training, with_model
from training.checks.monotone_promise import CHECK


def _card(indicator: str, points: tuple[float, float]):
    row = ScorecardRow(indicator, edges=(1.0,), points=points, null_points=5.0, typical=0.0)
    return with_model(small_training(), OWN, components=(Component(1.0, Scorecard(-1.0, (row,))),))


def test_constrained_trees_keep_the_promise() -> None:
    assert finding(CHECK, small_training(), OWN).verdict == "passed"


def test_a_scorecard_with_a_wrong_sign_is_refused_by_name() -> None:
    found = finding(CHECK, _card("penalties_count_365d", (0.2, 0.1)), OWN)
    assert found.is_blocking
    assert "penalties_count_365d" in found.sentence
    assert "complaints_count_365d" not in found.sentence


def test_a_scorecard_with_the_right_sign_passes() -> None:
    assert finding(CHECK, _card("penalties_count_365d", (0.1, 0.2)), OWN).verdict == "passed"


def test_nothing_is_promised_of_an_undirected_indicator() -> None:
    assert finding(CHECK, _card("enterprises_tenure_days", (0.2, 0.1)), OWN).verdict == "passed"


def test_trees_without_constraints_on_a_reversed_outcome_are_refused() -> None:
    examples = small_training().examples
    clean = 1 - examples.keys["outcome"].to_numpy()
    parameters = {"num_leaves": 4, "min_data_in_leaf": 20, "num_threads": 1}
    bag = fit_bag(
        examples.values.astype(float),
        clean,
        np.ones(len(clean)),
        directions=[0] * 3,
        parameters=parameters,
        rounds=5,
        seeds=(1,),
    )
    found = finding(CHECK, with_model(small_training(), OWN, components=(Component(1.0, bag),)), OWN)
    assert found.is_blocking
    assert all(name in found.sentence for name in NAMES[1:])


def test_a_point_table_is_not_asked() -> None:
    assert finding(CHECK, small_training(), POINTS).verdict == "not_applicable"
