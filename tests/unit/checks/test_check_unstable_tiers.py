"""Tiers that move far from the champion's are refused, unless chance or a better model explains it."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from model.calibration import Calibration
from model.saved import SavedModel
from model.stability import BLOCKING_INDEX, WARNING_INDEX
from tests.small_training import OWN, POINTS, SNAPSHOT, finding, small_training, with_model
from training.checks.champion import LEAST_ENTERPRISES
from training.checks.unstable_tiers import _find, checks_against, index_by_chance
from training.fitted import Training

SURE = Calibration(1.0, 0.0, ((1.0, 0.0), (1.0, 0.0)))
"""A calibration in which chance has no part."""


def _training() -> Training:
    """The invented training, its answers those of its own model, calibrated without doubt."""
    training = with_model(small_training(), OWN, calibration=SURE)
    fitted = training.models[OWN]
    matrix = training.examples.values[training.examples.of(OWN)].astype(float)
    rows = fitted.rows.assign(margin=fitted.model.margins(matrix))
    return replace(training, models={**training.models, OWN: replace(fitted, rows=rows)})


def _champion(offset: float, days: int = 300) -> SavedModel:
    """The same model with every margin `offset` higher, trained `days` after the snapshot."""
    model = _training().models[OWN].model
    lineage = {**model.lineage, "as_of": str(SNAPSHOT.date() + timedelta(days=days))}
    return replace(model, calibration=Calibration(1.0, offset, SURE.replicates), lineage=lineage)


def _verdicts(training: Training, champion: SavedModel | None) -> list[str]:
    return [finding(check, training, OWN).verdict for check in checks_against(champion)]


def test_a_model_like_the_champion_passes() -> None:
    assert _verdicts(_training(), _champion(0.0)) == ["passed", "passed"]


def test_a_move_of_everybody_is_refused_with_the_share_that_moves() -> None:
    many, some = (finding(check, _training(), OWN) for check in checks_against(_champion(1.5)))
    assert many.is_blocking
    assert "of 666 enterprises move" in many.sentence
    assert some.verdict == "failed"
    assert not some.is_blocking


def test_both_bounds_hold_on_either_side() -> None:
    seen = set()
    for offset in np.linspace(-0.25, 0.25, 11):
        fitted, champion = _training().models[OWN], _champion(float(offset))
        above = [_find(_training(), fitted, champion, bound) is not None for bound in (BLOCKING_INDEX, WARNING_INDEX)]
        assert _verdicts(_training(), champion) == ["failed" if one else "passed" for one in above]
        seen.add(tuple(above))
    assert seen == {(False, False), (False, True), (True, True)}


def test_what_chance_makes_of_one_model_is_not_refused() -> None:
    unsure = Calibration(1.0, 0.0, tuple((1.0, offset) for offset in np.random.default_rng(0).normal(0, 1.0, 200)))
    training = _training()
    doubtful = replace(training.models[OWN], model=replace(training.models[OWN].model, calibration=unsure))
    assert index_by_chance(training.models[OWN]) == 0
    assert index_by_chance(doubtful) > BLOCKING_INDEX
    training = replace(training, models={**training.models, OWN: doubtful})
    assert _verdicts(training, _champion(0.8)) == ["passed", "failed"]


def test_a_model_that_is_better_on_what_happened_since_may_move_tiers() -> None:
    assert _verdicts(_training(), _champion(1.5, days=0)) == ["not_applicable", "failed"]
    many, _ = checks_against(_champion(1.5, days=0))
    assert "better than the champion beyond noise" in finding(many, _training(), OWN).sentence


def test_cuts_that_the_office_moved_are_not_the_models_doing() -> None:
    champion = _champion(0.0)
    moved = replace(champion, standard=replace(champion.standard, cuts=(0.01, 0.02, 0.03)))
    assert _verdicts(_training(), moved) == ["passed", "passed"]


def test_an_enterprise_counts_once_however_many_snapshots_see_it() -> None:
    few = _training().models[OWN].rows.head(LEAST_ENTERPRISES - 1)
    training = _training()
    training = replace(training, models={**training.models, OWN: replace(training.models[OWN], rows=few)})
    assert _verdicts(training, _champion(1.5)) == ["not_applicable", "not_applicable"]


@pytest.mark.parametrize("sector", [OWN, POINTS])
def test_without_a_champion_there_is_no_answer(sector: str) -> None:
    for check in checks_against(None):
        assert finding(check, small_training(), sector).verdict == "not_applicable"
