"""The more models are asked, the further each may stray by chance; together they stay at one level."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.small_training import OWN, small_training
from training.checks.noise import FAMILY_LEVEL, SINGLE_DEVIATIONS, deviations_of_each, level_of_each


def _models(number: int):
    fitted = small_training().models[OWN]
    return replace(small_training(), models={f"sector {position}": fitted for position in range(number)})


def test_one_model_is_asked_at_the_whole_level() -> None:
    assert level_of_each(_models(1)) == FAMILY_LEVEL
    assert deviations_of_each(_models(1)) == pytest.approx(SINGLE_DEVIATIONS)
    assert pytest.approx(stats.norm.ppf(0.95)) == SINGLE_DEVIATIONS


def test_twenty_one_sound_models_pass_together_as_often_as_the_level_says() -> None:
    bound = deviations_of_each(_models(21))
    deviates = np.random.default_rng(0).normal(size=(20_000, 21))
    assert (deviates.max(axis=1) <= bound).mean() == pytest.approx(FAMILY_LEVEL, abs=0.005)
    assert (deviates.max(axis=1) <= SINGLE_DEVIATIONS).mean() < 0.4


def test_several_comparisons_a_model_count_like_as_many_models() -> None:
    assert level_of_each(_models(7), comparisons=3) == pytest.approx(level_of_each(_models(21)))


def test_a_point_table_is_not_counted() -> None:
    assert level_of_each(small_training()) == pytest.approx(FAMILY_LEVEL ** (1 / 3))
