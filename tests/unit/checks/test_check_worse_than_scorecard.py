"""The plain scorecard is the mark: a choice that is worse beyond noise is refused, on the gate's own evidence."""

import pytest

from tests.small_training import BORROWED, OWN, finding, small_training, with_fitted
from training.checks.noise import SINGLE_DEVIATIONS
from training.checks.worse_than_scorecard import CHECK
from training.gate import Rated


def _gate(chosen: Rated, *others: Rated):
    return with_fitted(small_training(), OWN, gate=(*others, chosen))


def _booster(difference: float, error: float) -> Rated:
    return Rated("sector booster", 0.38 + difference, difference, error, chosen=True)


CARD = Rated("sector scorecard", 0.38, 0.0, 0.0, chosen=False)


def test_a_choice_better_than_the_scorecard_passes() -> None:
    worse = Rated("sector scorecard", 0.40, 0.02, 0.001, chosen=False)
    assert finding(CHECK, _gate(_booster(0.0, 0.0), worse), OWN).verdict == "passed"


@pytest.mark.parametrize(("errors_apart", "verdict"), [(0.99, "passed"), (1.01, "failed")])
def test_worse_than_the_scorecard_is_refused_just_beyond_noise(errors_apart: float, verdict: str) -> None:
    found = finding(CHECK, _gate(_booster(errors_apart * SINGLE_DEVIATIONS * 0.01, 0.01), CARD), OWN)
    assert found.verdict == verdict
    assert found.is_blocking is (verdict == "failed")


def test_where_a_third_is_best_both_errors_count() -> None:
    best = Rated("average of general and sector scorecard", 0.35, 0.0, 0.0, chosen=False)
    card = Rated("sector scorecard", 0.36, 0.01, 0.01, chosen=False)
    chosen = Rated("sector booster", 0.385, 0.035, 0.01, chosen=True)
    assert finding(CHECK, _gate(chosen, best, card), OWN).verdict == "passed"
    far = Rated("sector booster", 0.395, 0.045, 0.01, chosen=True)
    found = finding(CHECK, _gate(far, best, card), OWN)
    assert found.is_blocking
    assert "'sector booster' is 0.0350 higher" in found.sentence


def test_the_scorecard_itself_passes() -> None:
    card = Rated("sector scorecard", 0.4, 0.02, 0.001, chosen=True)
    assert finding(CHECK, _gate(card, Rated("general", 0.38, 0.0, 0.0, chosen=False)), OWN).verdict == "passed"


def test_without_a_scorecard_in_the_gate_there_is_no_answer() -> None:
    assert finding(CHECK, small_training(), BORROWED).verdict == "not_applicable"
    assert finding(CHECK, _gate(_booster(0.0, 0.0)), OWN).verdict == "not_applicable"
