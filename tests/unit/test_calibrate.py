"""The calibration finds a known truth again, says how sure it is, and keeps to the prior where little is known."""

import numpy as np
import pandas as pd
import pytest

from model.calibration import Calibration, margin_of, probability_of
from training.calibrate import FLAT, SHRUNK, SMALLEST_SLOPE, fit_calibration
from training.recipe import OFFSET_PRIOR_DEVIATION, SLOPE_PRIOR_DEVIATION

TRUE_SLOPE, TRUE_OFFSET = 0.7, -0.4
CENTRE = (0.9, 0.2)


def simulated(seed: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, pd.Series]:
    """Raw margins, outcomes drawn from the true line, weight 1, and one row per enterprise."""
    generator = np.random.default_rng(seed)
    raw = generator.normal(-1.5, 1.0, size)
    outcome = (generator.random(size) < probability_of(TRUE_SLOPE * raw + TRUE_OFFSET)).astype(float)
    return raw, outcome, np.ones(size), pd.Series(np.arange(size)).astype(str)


def fitted(seed: int, size: int, *, samples: int = 0, **options) -> Calibration:
    return fit_calibration(*simulated(seed, size), samples=samples, **options)


def test_a_known_slope_and_offset_are_found_again() -> None:
    found = np.array([(one.slope, one.offset) for one in (fitted(seed, 4000) for seed in range(30))])
    # The mean of 30 fits is some five times as precise as one, whose deviations are about 0.05 and 0.08.
    np.testing.assert_allclose(found.mean(axis=0), [TRUE_SLOPE, TRUE_OFFSET], atol=0.05)
    assert (found.std(axis=0) < [0.1, 0.15]).all()


def test_a_few_rows_hardly_move_the_prior_and_many_outweigh_it() -> None:
    prior = {"toward": CENTRE, "precision": SHRUNK}
    few, many = fitted(1, 20, **prior), fitted(1, 50_000, **prior)
    assert abs(few.slope - CENTRE[0]) < SLOPE_PRIOR_DEVIATION
    assert abs(few.offset - CENTRE[1]) < 1.5 * OFFSET_PRIOR_DEVIATION
    assert (many.slope, many.offset) == pytest.approx((TRUE_SLOPE, TRUE_OFFSET), abs=0.05)


def test_without_any_row_the_prior_is_the_answer_with_its_own_spread() -> None:
    nothing = np.array([])
    found = fit_calibration(nothing, nothing, nothing, pd.Series([], dtype=str), toward=CENTRE, precision=SHRUNK)
    assert (found.slope, found.offset) == pytest.approx(CENTRE)
    spread = np.array(found.replicates).std(axis=0)
    np.testing.assert_allclose(spread, [SLOPE_PRIOR_DEVIATION, OFFSET_PRIOR_DEVIATION], rtol=0.2)


def test_a_row_of_twice_the_weight_counts_as_two() -> None:
    raw, outcome, weight, enterprise = simulated(3, 300)
    twice = fit_calibration(raw, outcome, 2 * weight, enterprise, toward=CENTRE, precision=SHRUNK, samples=0)
    repeated = fit_calibration(
        *(np.tile(one, 2) for one in (raw, outcome, weight)),
        pd.concat([enterprise, enterprise]),
        toward=CENTRE,
        precision=SHRUNK,
        samples=0,
    )
    assert (twice.slope, twice.offset) == pytest.approx((repeated.slope, repeated.offset), abs=1e-9)


def test_the_truth_lies_in_the_interval_about_as_often_as_stated() -> None:
    raw = np.array([-3.0, -1.5, 0.0])
    truth = probability_of(TRUE_SLOPE * raw + TRUE_OFFSET)
    held = []
    for seed in range(300):
        # Another stream of random numbers for the bootstrap than for the data.
        interval = fit_calibration(*simulated(seed, 500), samples=100, seed=1_000_000 + seed).interval(raw)
        held.append((interval[:, 0] <= truth) & (truth <= interval[:, 1]))
    # 90 % intervals: three standard deviations of a share of 300 trials are 5 points, and at this size percentile
    # intervals hold the truth about one point less often than stated.
    assert np.mean(held, axis=0) == pytest.approx(0.90, abs=0.06)


def test_snapshots_of_one_enterprise_make_its_interval_no_narrower() -> None:
    raw, outcome, weight, enterprise = simulated(5, 400)
    alone = fit_calibration(raw, outcome, weight, enterprise)
    repeated = fit_calibration(*(np.tile(one, 4) for one in (raw, outcome, weight / 4)), pd.concat([enterprise] * 4))
    np.testing.assert_allclose(repeated.interval(raw), alone.interval(raw), atol=1e-6)


@pytest.mark.parametrize("size", [1, 30, 3000])
def test_the_interval_holds_the_point(size: int) -> None:
    found = fitted(7, size, samples=20, toward=CENTRE, precision=SHRUNK)
    raw = np.linspace(-30, 30, 200)
    point, interval = probability_of(found.margins(raw)), found.interval(raw)
    assert (interval[:, 0] <= point).all()
    assert (point <= interval[:, 1]).all()


def test_the_less_is_known_the_wider_the_interval() -> None:
    prior = {"toward": CENTRE, "precision": SHRUNK, "samples": 200}
    width = [np.diff(fitted(2, size, **prior).interval(np.array([-1.5]))).item() for size in (20, 500, 20_000)]
    assert width[0] > width[1] > width[2]


def test_a_row_has_the_same_interval_in_any_company() -> None:
    found = fitted(4, 200, samples=50)
    raw = np.random.default_rng(0).normal(-1, 2, 100)
    together = found.interval(raw)
    alone = np.vstack([found.interval(raw[row : row + 1]) for row in range(len(raw))])
    assert together.tobytes() == alone.tobytes()
    assert found.interval(raw[::-1])[::-1].tobytes() == together.tobytes()


def test_the_slope_stays_positive_and_the_rate_right_where_the_ranking_is_upside_down() -> None:
    raw, outcome, weight, enterprise = simulated(6, 3000)
    found = fit_calibration(-raw, outcome, weight, enterprise, samples=20)
    assert found.slope == SMALLEST_SLOPE
    assert min(slope for slope, _ in found.replicates) == SMALLEST_SLOPE
    assert probability_of(found.margins(-raw)).mean() == pytest.approx(outcome.mean(), abs=1e-4)
    low, high = found.interval(np.array([1.5]))[0]
    assert low < outcome.mean() < high


def test_perfect_separation_gives_finite_answers() -> None:
    raw = np.array([-2.0, -1.0, 1.0, 2.0])
    found = fit_calibration(raw, (raw > 0).astype(float), np.ones(4), pd.Series(list("abcd")), precision=FLAT)
    assert np.isfinite([found.slope, found.offset]).all()
    assert np.isfinite(np.array(found.replicates)).all()


def test_the_same_rows_give_the_same_calibration() -> None:
    assert fitted(8, 100, samples=10) == fitted(8, 100, samples=10)


def test_log_odds_and_probability_undo_each_other() -> None:
    probability = np.array([1e-9, 0.1, 0.5, 1 - 1e-9])
    np.testing.assert_allclose(probability_of(margin_of(probability)), probability)
    assert np.isnan(probability_of(np.array([np.nan]))).all()
