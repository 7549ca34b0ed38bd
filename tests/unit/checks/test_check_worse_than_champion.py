"""A model that does worse than the champion on what happened since is refused; else chance or silence has its say."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from model.calibration import Calibration
from model.saved import SavedModel
from tests.small_training import AS_OF, OWN, POINTS, SNAPSHOT, finding, small_training, with_keys, with_rows
from training.checks.champion import LEAST_ENTERPRISES, compare_losses, unseen_rows
from training.checks.noise import SINGLE_DEVIATIONS
from training.checks.worse_than_champion import check_against

CHAMPION_AS_OF = SNAPSHOT.date() + timedelta(days=30)


def _champion(as_of: date = CHAMPION_AS_OF, **changes: object) -> SavedModel:
    """The sector's model as an earlier training might have left it."""
    model = small_training().models[OWN].model
    return replace(model, **{"lineage": {**model.lineage, "as_of": str(as_of)}, **changes})


def _noisier(noise: float):
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(margin=rows["margin"] + np.random.default_rng(1).normal(0, noise, len(rows)))

    return with_rows(small_training(), OWN, change)


def test_a_model_as_good_as_the_champion_passes() -> None:
    assert finding(check_against(_champion()), small_training(), OWN).verdict == "passed"


def test_a_model_without_any_skill_is_refused_and_the_champion_is_named() -> None:
    training = with_rows(small_training(), OWN, lambda rows: rows.assign(margin=-rows["margin"] - 2))
    found = finding(check_against(_champion()), training, OWN)
    assert found.is_blocking
    assert f"the champion of {CHAMPION_AS_OF}" in found.sentence


def test_the_border_is_the_noise_of_one_comparison() -> None:
    verdicts = set()
    for noise in np.linspace(0.0, 2.0, 9):
        training = _noisier(noise)
        compared = compare_losses(training, training.models[OWN], _champion())
        is_worse = compared.difference > SINGLE_DEVIATIONS * compared.standard_error
        assert finding(check_against(_champion()), training, OWN).is_blocking is is_worse
        verdicts.add(is_worse)
    assert verdicts == {True, False}


def test_only_inspections_from_the_champions_own_date_on_are_compared() -> None:
    training = small_training()
    days = sorted(training.examples.keys.loc[training.examples.of(OWN), "occurred_on"])
    for day in (days[50], days[50] + timedelta(days=1)):
        rows = unseen_rows(training, training.models[OWN], _champion(day.date()))
        assert len(rows) == sum(one >= day for one in days)


def test_rows_in_another_order_than_the_examples_get_their_own_answer() -> None:
    shuffled = with_rows(small_training(), OWN, lambda rows: rows.sample(frac=1, random_state=0, ignore_index=True))
    straight = compare_losses(small_training(), small_training().models[OWN], _champion())
    assert compare_losses(shuffled, shuffled.models[OWN], _champion()).difference == pytest.approx(straight.difference)


def test_several_snapshots_of_an_enterprise_are_no_more_evidence() -> None:
    training = _noisier(0.5)
    once = compare_losses(training, training.models[OWN], _champion())
    later = with_keys(training, as_of=training.examples.keys["as_of"] + pd.Timedelta(days=1))
    keys = pd.concat([training.examples.keys, later.examples.keys], ignore_index=True)
    examples = replace(training.examples, keys=keys, values=np.tile(training.examples.values, (2, 1)))
    twice = with_rows(
        replace(training, examples=examples),
        OWN,
        lambda rows: pd.concat([rows, rows.assign(as_of=rows["as_of"] + pd.Timedelta(days=1))], ignore_index=True),
    )
    compared = compare_losses(twice, twice.models[OWN], _champion())
    assert compared.standard_error == pytest.approx(once.standard_error)


@pytest.mark.parametrize(
    "champion",
    [
        None,
        _champion(AS_OF),
        _champion(calibration=None),
        _champion(indicators=("gone_count", "penalties_count_365d", "complaints_count_365d")),
        _champion(standard=replace(small_training().models[OWN].model.standard, outcome_severity="serious")),
    ],
    ids=["none", "trained today", "point table", "indicator gone", "another outcome"],
)
def test_where_nothing_can_be_compared_there_is_no_answer(champion: SavedModel | None) -> None:
    assert finding(check_against(champion), small_training(), OWN).verdict == "not_applicable"


def test_too_few_enterprises_say_nothing() -> None:
    training = with_rows(small_training(), OWN, lambda rows: rows.head(LEAST_ENTERPRISES - 1))
    early = _champion(SNAPSHOT.date())
    assert finding(check_against(early), training, OWN).verdict == "not_applicable"
    enough = with_rows(small_training(), OWN, lambda rows: rows.head(LEAST_ENTERPRISES))
    assert finding(check_against(early), enough, OWN).verdict == "passed"


def test_a_point_table_has_nothing_to_compare() -> None:
    champion = _champion(calibration=Calibration(1.0, 0.0, ()))
    assert finding(check_against(champion), small_training(), POINTS).verdict == "not_applicable"
