"""Indicators that moved hold a model back as far as it leans on them; chance and trifles do not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.small_training import NAMES, OWN, POINTS, finding, small_training
from training.checks.drifted_inputs import (
    BLOCKING_SHARE,
    CHECK,
    CHECK_SOME,
    LEAST_ENTERPRISES,
    WARNING_SHARE,
    drift_table,
)
from training.fitted import Training

TENURE, PENALTIES, COMPLAINTS = NAMES


def _two_years(**later: object) -> Training:
    """The invented examples seen a year earlier too; `later` changes indicators of the last year's by a function."""
    small = small_training()
    keys, values = small.examples.keys, small.examples.values.copy()
    earlier = keys.assign(as_of=keys["as_of"] - pd.Timedelta(days=365), is_recent=False)
    for name, change in later.items():
        values[:, NAMES.index(name)] = change(values[:, NAMES.index(name)])
    both = np.concatenate([small.examples.values, values])
    examples = replace(small.examples, keys=pd.concat([earlier, keys], ignore_index=True), values=both)
    return replace(small, examples=examples)


def _nothing(values: np.ndarray) -> np.ndarray:
    return np.zeros_like(values)


def _share(training: Training) -> float:
    table = drift_table(training, training.models[OWN])
    return float(table.loc[table["is_drifted"], "share"].sum())


def test_the_same_records_have_not_drifted() -> None:
    table = drift_table(_two_years(), small_training().models[OWN])
    assert table["index"].max() < 0.01
    assert table["share"].sum() == pytest.approx(1)
    assert finding(CHECK, _two_years(), OWN).verdict == "passed"
    assert finding(CHECK_SOME, _two_years(), OWN).verdict == "passed"


def test_a_strong_indicator_whose_records_cease_is_refused_by_name() -> None:
    training = _two_years(**{PENALTIES: _nothing})
    found = finding(CHECK, training, OWN)
    assert _share(training) > BLOCKING_SHARE
    assert found.is_blocking
    assert PENALTIES in found.sentence


def test_an_indicator_that_the_model_hardly_uses_may_move() -> None:
    training = _two_years(**{TENURE: lambda values: values + 100_000})
    assert finding(CHECK, training, OWN).verdict == "passed"


def test_days_that_grow_by_a_year_are_no_drift() -> None:
    training = _two_years(**{TENURE: lambda values: values + 365})
    assert finding(CHECK_SOME, training, OWN).verdict == "passed"


def test_the_shares_decide_on_either_side_of_both_bounds() -> None:
    seen = set()
    for part in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        for name in (PENALTIES, COMPLAINTS):
            training = _two_years(**{name: lambda values, part=part: np.floor(values * (1 - part))})
            share = _share(training)
            assert finding(CHECK, training, OWN).is_blocking is (share > BLOCKING_SHARE)
            assert (finding(CHECK_SOME, training, OWN).verdict == "failed") is (share > WARNING_SHARE)
            seen.add(share > BLOCKING_SHARE)
    assert seen == {True, False}


def test_a_drift_that_chance_explains_is_none() -> None:
    """In many pairs of samples of the same records no indicator is ever drifted."""
    for seed in range(10):
        generator = np.random.default_rng(seed)
        change = dict.fromkeys(NAMES, generator.permutation)
        assert not drift_table(_two_years(**change), small_training().models[OWN])["is_drifted"].any()


def test_an_enterprise_counts_as_it_was_last_seen_in_each_period() -> None:
    training = _two_years()
    keys = training.examples.keys
    earliest = keys[~keys["is_recent"]].assign(as_of=keys["as_of"].min() - pd.Timedelta(days=90))
    values = np.concatenate([np.full_like(training.examples.values[: len(earliest)], 99), training.examples.values])
    examples = replace(training.examples, keys=pd.concat([earliest, keys], ignore_index=True), values=values)
    assert finding(CHECK, replace(training, examples=examples), OWN).verdict == "passed"


def test_a_first_year_has_nothing_before_it() -> None:
    assert finding(CHECK, small_training(), OWN).verdict == "not_applicable"


def test_too_few_enterprises_in_either_period_say_nothing() -> None:
    training = _two_years(**{PENALTIES: _nothing})
    keys = training.examples.keys
    of_sector = np.flatnonzero((keys["sector"] == OWN) & keys["is_recent"])
    for left, verdict in ((LEAST_ENTERPRISES - 1, "not_applicable"), (LEAST_ENTERPRISES, "failed")):
        kept = np.setdiff1d(np.arange(len(keys)), of_sector[left:])
        examples = replace(
            training.examples, keys=keys.iloc[kept].reset_index(drop=True), values=training.examples.values[kept]
        )
        assert finding(CHECK, replace(training, examples=examples), OWN).verdict == verdict


def test_a_point_table_has_no_inputs_to_weigh() -> None:
    assert finding(CHECK, _two_years(), POINTS).verdict == "not_applicable"
