"""Looked-up answers of small trees are LightGBM's own: margins to the bit, contributions to rounding."""

from typing import Any

import lightgbm
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.booster import BULK_ROWS, BoosterBag, fit_bag
from model.split_tables import split_tables

ROWS, COLUMNS = 1200, 7


def rows_with_nulls(seed: int, share: float) -> np.ndarray:
    """Counts, amounts and flags, with nulls, zeros of both signs and infinities among them."""
    random = np.random.default_rng(seed)
    counts, amounts, flags = random.poisson(1.5, (ROWS, 3)), random.normal(0, 50, (ROWS, 3)), random.random(ROWS) < 0.2
    matrix = np.column_stack([counts, amounts, flags])
    matrix[random.random(matrix.shape) < share] = np.nan
    matrix[random.random(matrix.shape) < 0.02] = random.choice([0.0, -0.0, 1e-36, np.inf, -np.inf])
    return matrix


def fitted(matrix: np.ndarray, seed: int, rounds: int = 10, **parameters: Any) -> BoosterBag:
    random = np.random.default_rng(seed)
    outcome = (random.random(len(matrix)) < np.where(np.nan_to_num(matrix[:, 0]) > 1, 0.6, 0.2)).astype(float)
    recipe = {"num_leaves": 8, "min_data_in_leaf": 10, "bagging_fraction": 0.7, "bagging_freq": 1, **parameters}
    return fit_bag(
        np.where(np.isinf(matrix), 1e6, matrix),
        outcome,
        random.random(len(matrix)) + 0.5,
        directions=[1, 0, -1, 0, 1, 0, 0],
        parameters=recipe,
        rounds=rounds,
        seeds=(seed, seed + 1),
    )


def at_thresholds(bag: BoosterBag, matrix: np.ndarray) -> np.ndarray:
    """The same rows, and as many whose values lie exactly on a border between two sides."""
    on_border = matrix.copy()
    for tree in (tree for booster in bag.boosters for tree in booster.dump_model()["tree_info"]):
        root = tree["tree_structure"]
        if "split_feature" in root:
            on_border[tree["tree_index"] :: 10, root["split_feature"]] = root["threshold"]
    return np.concatenate([matrix, on_border])


def from_lightgbm(bag: BoosterBag, matrix: np.ndarray, **asked: bool) -> np.ndarray:
    return sum(booster.predict(matrix, num_threads=1, **asked) for booster in bag.boosters) / len(bag.boosters)


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    nulls=st.sampled_from([0.0, 0.1, 0.6]),
    leaves=st.integers(2, 9),
    zero_as_missing=st.booleans(),
    use_missing=st.booleans(),
)
@example(seed=2360, nulls=0.1, leaves=4, zero_as_missing=False, use_missing=True)  # splits at an infinite threshold
def test_many_rows_are_answered_as_lightgbm_answers_them(
    seed: int, nulls: float, leaves: int, zero_as_missing: bool, use_missing: bool
) -> None:
    matrix = rows_with_nulls(seed, nulls)
    bag = fitted(matrix, seed, num_leaves=leaves, zero_as_missing=zero_as_missing, use_missing=use_missing)
    asked = at_thresholds(bag, matrix)
    names = [str(column) for column in range(COLUMNS)]
    baseline, added = bag.contributions(asked, names)
    exact = from_lightgbm(bag, asked, pred_contrib=True)
    np.testing.assert_allclose(added, exact[:, :-1], rtol=0, atol=1e-9)
    assert baseline == pytest.approx(exact[0, -1], abs=1e-9)
    assert bag.margins(asked, names).tobytes() == from_lightgbm(bag, asked, raw_score=True).tobytes()


def test_two_threads_give_the_bits_of_one() -> None:
    matrix = np.tile(rows_with_nulls(1, 0.1), (30, 1))
    bag = fitted(matrix[:ROWS], 1)
    assert bag.contributions(matrix, (), 2)[1].tobytes() == bag.contributions(matrix, (), 1)[1].tobytes()


def test_a_bag_that_was_saved_is_looked_up_alike() -> None:
    matrix = rows_with_nulls(2, 0.1)
    bag = fitted(matrix, 2)
    again = BoosterBag.from_texts(bag.to_texts())
    assert again.contributions(matrix, ())[1].tobytes() == bag.contributions(matrix, ())[1].tobytes()


@pytest.mark.parametrize(
    "parameters", [{"num_leaves": 31}, {"boosting": "rf"}, {"linear_tree": True, "monotone_constraints": [0] * COLUMNS}]
)
def test_other_trees_than_ours_are_left_to_lightgbm(parameters: dict[str, Any]) -> None:
    matrix = rows_with_nulls(3, 0.1)
    bag = fitted(matrix, 3, **parameters)
    assert [split_tables(booster.dump_model()) for booster in bag.boosters] == [None, None]
    assert bag.margins(matrix, ()).tobytes() == from_lightgbm(bag, matrix, raw_score=True).tobytes()


def test_categories_are_left_to_lightgbm() -> None:
    matrix = np.random.default_rng(0).integers(0, 5, (ROWS, 1)).astype(float)
    data = lightgbm.Dataset(matrix, (matrix[:, 0] % 2).ravel(), categorical_feature=[0])
    booster = lightgbm.train({"objective": "binary", "verbose": -1, "num_leaves": 4}, data, 2)
    assert split_tables(booster.dump_model()) is None


def test_few_rows_need_no_tables() -> None:
    matrix = rows_with_nulls(4, 0.1)
    bag = fitted(matrix, 4)
    bag.contributions(matrix[: BULK_ROWS - 1], [str(column) for column in range(COLUMNS)])
    assert "_tables" not in vars(bag)
