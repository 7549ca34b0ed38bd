"""A sector with too few problems is told that it fell back."""

from dataclasses import replace

import pandas as pd

from tests.small_training import OWN, POINTS, finding, small_training, with_keys
from training.checks.enough_outcomes import CHECK
from training.recipe import SECTOR_PROBLEMS


def _with_problems(problems: int):
    keys = small_training().examples.keys
    own = keys["sector"] == OWN
    return with_keys(small_training(), outcome=(own & (own.cumsum() <= problems)).astype(float))


def test_as_many_problems_as_the_recipe_asks_for_pass() -> None:
    assert finding(CHECK, _with_problems(SECTOR_PROBLEMS), OWN).verdict == "passed"


def test_one_problem_less_is_a_warning_with_the_count() -> None:
    found = finding(CHECK, _with_problems(SECTOR_PROBLEMS - 1), OWN)
    assert found.verdict == "failed"
    assert not found.is_blocking
    assert f"there are {SECTOR_PROBLEMS - 1};" in found.sentence


def test_a_problem_seen_from_several_snapshots_counts_once() -> None:
    training = _with_problems(SECTOR_PROBLEMS - 1)
    examples = training.examples
    later = examples.keys.assign(as_of=examples.keys["as_of"] + pd.Timedelta(days=90))
    doubled = replace(examples, keys=pd.concat([examples.keys, later], ignore_index=True))
    assert finding(CHECK, replace(training, examples=doubled), OWN).verdict == "failed"


def test_the_general_model_counts_every_sector() -> None:
    assert finding(CHECK, _with_problems(SECTOR_PROBLEMS), "general").verdict == "passed"


def test_a_sector_without_any_outcome_is_warned_about() -> None:
    assert "there are 0" in finding(CHECK, small_training(), POINTS).sentence
