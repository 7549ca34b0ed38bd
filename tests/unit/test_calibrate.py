"""The calibration finds a known truth again and keeps to the prior where little is known."""

import numpy as np
import pytest

from model.calibration import Calibration, margin_of, probability_of
from training.calibrate import FLAT, SMALLEST_SLOPE, STEADY, centre_of, fit_calibration, shrunk
from training.recipe import SLOPE_PRIOR_DEVIATION, SPREAD_AS_PRIOR

TRUE_SLOPE, TRUE_OFFSET = 0.7, -0.4
CENTRE = (0.9, 0.2)


def simulated(seed: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Raw margins, outcomes drawn from the true line, weight 1; one row per enterprise."""
    generator = np.random.default_rng(seed)
    raw = generator.normal(-1.5, 1.0, size)
    outcome = (generator.random(size) < probability_of(TRUE_SLOPE * raw + TRUE_OFFSET)).astype(float)
    return raw, outcome, np.ones(size)


def fitted(seed: int, size: int, **options) -> Calibration:
    return fit_calibration(*simulated(seed, size), **options)


def scattered(slope: float = 1.0, offset: float = 0.0) -> Calibration:
    """A calibration with replicates around it."""
    around = np.random.default_rng(0).normal((slope, offset), 0.1, (50, 2))
    return Calibration(slope, offset, tuple((float(one), float(other)) for one, other in around))


def test_a_known_slope_and_offset_are_found_again() -> None:
    found = np.array([(one.slope, one.offset) for one in (fitted(seed, 4000) for seed in range(30))])
    # The mean of 30 fits is some five times as precise as one, whose deviations are about 0.05 and 0.08.
    np.testing.assert_allclose(found.mean(axis=0), [TRUE_SLOPE, TRUE_OFFSET], atol=0.05)
    assert (found.std(axis=0) < [0.1, 0.15]).all()


def test_a_few_rows_hardly_move_the_prior_and_many_outweigh_it() -> None:
    few, many = (fitted(1, size, toward=CENTRE, precision=shrunk(SPREAD_AS_PRIOR)) for size in (20, 50_000))
    assert abs(few.slope - CENTRE[0]) < SLOPE_PRIOR_DEVIATION
    assert abs(few.offset - CENTRE[1]) < 1.5 * SPREAD_AS_PRIOR
    assert (many.slope, many.offset) == pytest.approx((TRUE_SLOPE, TRUE_OFFSET), abs=0.05)


def test_without_any_row_the_prior_is_the_answer() -> None:
    nothing = np.array([])
    found = fit_calibration(nothing, nothing, nothing, toward=CENTRE, precision=shrunk(SPREAD_AS_PRIOR))
    assert (found.slope, found.offset) == pytest.approx(CENTRE)


def test_a_severity_that_was_never_found_gets_a_low_and_finite_level() -> None:
    raw = np.random.default_rng(0).normal(-1.5, 1.0, 300)
    found = fit_calibration(raw, np.zeros(300), np.ones(300), precision=STEADY)
    assert 0 < probability_of(found.margins(raw)).mean() < 0.01
    assert found.offset > -10


def test_a_row_of_twice_the_weight_counts_as_two() -> None:
    raw, outcome, weight = simulated(3, 300)
    twice = fit_calibration(raw, outcome, 2 * weight, toward=CENTRE, precision=shrunk(SPREAD_AS_PRIOR))
    repeated = fit_calibration(
        *(np.tile(one, 2) for one in (raw, outcome, weight)), toward=CENTRE, precision=shrunk(SPREAD_AS_PRIOR)
    )
    assert (twice.slope, twice.offset) == pytest.approx((repeated.slope, repeated.offset), abs=1e-9)


def test_the_slope_stays_positive_and_the_rate_right_where_the_ranking_is_upside_down() -> None:
    raw, outcome, weight = simulated(6, 3000)
    found = fit_calibration(-raw, outcome, weight)
    assert found.slope == SMALLEST_SLOPE
    assert probability_of(found.margins(-raw)).mean() == pytest.approx(outcome.mean(), abs=1e-4)


def test_perfect_separation_gives_finite_answers() -> None:
    raw = np.array([-2.0, -1.0, 1.0, 2.0])
    found = fit_calibration(raw, (raw > 0).astype(float), np.ones(4), precision=FLAT)
    assert np.isfinite([found.slope, found.offset]).all()


@pytest.mark.parametrize(
    ("choice", "centre"),
    [
        ("general", (0.8, -1.0)),
        ("general + sector booster", (0.8, -1.0)),
        ("average of general and sector scorecard", (0.9, -0.5)),
        ("sector scorecard", (1.0, 0.0)),
    ],
)
def test_a_candidate_is_shrunk_to_the_general_calibration_as_far_as_it_is_made_of_it(
    choice: str, centre: tuple[float, float]
) -> None:
    assert centre_of(choice, (0.8, -1.0)) == pytest.approx(centre)


def test_the_interval_holds_the_point() -> None:
    found, raw = scattered(0.9, 0.2), np.linspace(-30, 30, 200)
    point, interval = probability_of(found.margins(raw)), found.interval(raw)
    assert (interval[:, 0] <= point).all()
    assert (point <= interval[:, 1]).all()


def test_a_row_has_the_same_interval_in_any_company() -> None:
    found, raw = scattered(), np.random.default_rng(0).normal(-1, 2, 100)
    together = found.interval(raw)
    alone = np.vstack([found.interval(raw[row : row + 1]) for row in range(len(raw))])
    assert together.tobytes() == alone.tobytes()
    assert found.interval(raw[::-1])[::-1].tobytes() == together.tobytes()


def test_log_odds_and_probability_undo_each_other() -> None:
    probability = np.array([1e-9, 0.1, 0.5, 1 - 1e-9])
    np.testing.assert_allclose(probability_of(margin_of(probability)), probability)
