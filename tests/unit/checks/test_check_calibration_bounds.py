"""Probabilities that do not keep their word are refused; ordinary noise is not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.small_training import OWN, POINTS, finding, small_training, with_rows
from training.checks.calibration_bounds import ALWAYS_GOOD_ENOUGH, CHECK, LEAST_ROWS, error_by_chance
from training.checks.noise import FAMILY_LEVEL
from training.metrics import calibration_error

LEVELS = (FAMILY_LEVEL, FAMILY_LEVEL ** (1 / 22))
"""One model alone, and each of twenty-two."""


def test_true_probabilities_pass() -> None:
    assert finding(CHECK, small_training(), OWN).verdict == "passed"


def test_an_error_that_one_model_in_twenty_shows_by_chance_is_not_refused_among_twenty_one() -> None:
    rows = small_training().models[OWN].rows
    bounds = [error_by_chance(rows["probability"].to_numpy(), rows["enterprise_id"], level) for level in LEVELS]
    assert bounds[0] < bounds[1]
    refused = set()
    for factor in np.linspace(1.0, 1.6, 25):
        probability = (factor * rows["probability"]).clip(0, 1)
        training = with_rows(small_training(), OWN, lambda rows, p=probability: rows.assign(probability=p))
        alone = replace(training, models={OWN: training.models[OWN]})
        many = replace(training, models={f"sector {n}": training.models[OWN] for n in range(21)} | alone.models)
        refused.add((finding(CHECK, alone, OWN).is_blocking, finding(CHECK, many, OWN).is_blocking))
    assert refused == {(False, False), (True, False), (True, True)}


def test_probabilities_twice_too_high_are_refused() -> None:
    training = with_rows(
        small_training(), OWN, lambda rows: rows.assign(probability=(2 * rows["probability"]).clip(0, 1))
    )
    found = finding(CHECK, training, OWN)
    assert found.is_blocking
    assert "calibration error must be at most" in found.sentence


def test_too_few_rows_say_nothing() -> None:
    training = with_rows(small_training(), OWN, lambda rows: rows.head(LEAST_ROWS - 1))
    assert finding(CHECK, training, OWN).verdict == "not_applicable"


def test_a_point_table_has_no_probability() -> None:
    assert finding(CHECK, small_training(), POINTS).verdict == "not_applicable"


@pytest.mark.parametrize("seed", range(5))
def test_a_perfect_model_stays_below_its_bound_most_times(seed: int) -> None:
    generator = np.random.default_rng(seed)
    probability = generator.uniform(0.02, 0.4, 800)
    bound = error_by_chance(probability, pd.Series(np.arange(800)))
    errors = [calibration_error((generator.random(800) < probability).astype(float), probability) for _ in range(40)]
    # 95 in 100 are expected; 33 of 40 or fewer would come once in some thousand series.
    assert np.mean(np.array(errors) <= bound) > 33 / 40


def test_the_bound_shrinks_with_more_enterprises_but_not_with_more_snapshots_of_the_same() -> None:
    probability = np.random.default_rng(0).uniform(0.02, 0.4, 400)
    once = error_by_chance(probability, pd.Series(np.arange(400)))
    four_snapshots = error_by_chance(np.tile(probability, 4), pd.Series(np.tile(np.arange(400), 4)))
    four_times_as_many = error_by_chance(np.tile(probability, 4), pd.Series(np.arange(1600)))
    assert four_times_as_many < 0.7 * once
    assert four_snapshots == pytest.approx(once, rel=0.15)
    assert error_by_chance(np.tile(probability, 100), pd.Series(np.arange(40_000))) < ALWAYS_GOOD_ENOUGH
