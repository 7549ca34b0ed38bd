"""Sectors have levels of their own, pulled to the common one as far as their outcomes leave room."""

import numpy as np
import pytest

from model.calibration import margin_of, probability_of
from training.recipe import SECTORS_AS_PRIOR, SPREAD_AS_PRIOR
from training.sector_levels import fit_levels, spread_of


def district(seed: int, sectors: int, rows_each: int, spread: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sector, outcome and weight of each row, and the true log-odds of each sector around -1.5."""
    generator = np.random.default_rng(seed)
    truth = -1.5 + generator.normal(0, spread, sectors)
    sector = np.repeat([f"s{number:02d}" for number in range(sectors)], rows_each).astype(object)
    outcome = (generator.random(sectors * rows_each) < probability_of(np.repeat(truth, rows_each))).astype(float)
    return sector, outcome, truth


def test_large_sectors_speak_for_themselves() -> None:
    sector, outcome, truth = district(1, 8, 20_000, 0.6)
    levels = fit_levels(sector, outcome, np.ones(len(outcome)))
    found = [levels.of(f"s{number:02d}") for number in range(8)]
    assert found == pytest.approx(truth, abs=0.06)


def test_a_sector_of_few_rows_lies_between_its_own_rate_and_the_common_level() -> None:
    sector, outcome, _ = district(2, 10, 2_000, 0.4)
    sector = np.append(sector, np.full(20, "small", dtype=object))
    outcome = np.append(outcome, np.tile([1.0, 0.0], 10))
    levels = fit_levels(sector, outcome, np.ones(len(outcome)))
    assert levels.common + 0.1 < levels.of("small") < float(margin_of(0.5)) - 0.5


def test_a_sector_without_any_problem_has_a_finite_level() -> None:
    sector, outcome, _ = district(3, 6, 500, 0.5)
    outcome[sector == "s00"] = 0.0
    level = fit_levels(sector, outcome, np.ones(len(outcome))).of("s00")
    assert -8 < level < -2.5


def test_an_unknown_sector_has_the_common_level() -> None:
    levels = fit_levels(*district(4, 5, 100, 0.5)[:2], np.ones(500))
    assert levels.of("never seen") == levels.common
    assert levels.of_rows(np.array(["s01", "never seen"], dtype=object)).tolist() == [levels.of("s01"), levels.common]


def test_a_small_sectors_level_is_known_less_well_and_an_unknown_one_not_at_all() -> None:
    sector, outcome, _ = district(7, 10, 2_000, 0.4)
    sector = np.append(sector, np.full(20, "small", dtype=object))
    outcome = np.append(outcome, np.tile([1.0, 0.0], 10))
    levels = fit_levels(sector, outcome, np.ones(len(outcome)))
    # 2,000 outcomes of one in five tell the level to 1 / sqrt(2,000 * 0.16) or somewhat less well.
    assert levels.deviation_of("s00") == pytest.approx(0.06, abs=0.02)
    assert levels.deviation_of("s00") < levels.deviation_of("small") < levels.deviation_of("never seen") == levels.apart


def test_a_level_is_as_far_off_as_it_says() -> None:
    """Over many small sectors, the error in units of the stated deviation is that of a standard normal variable."""
    sector, outcome, truth = district(8, 400, 40, 0.5)
    levels = fit_levels(sector, outcome, np.ones(len(outcome)))
    names = [f"s{number:02d}" for number in range(400)]
    errors = [(levels.of(name) - true) / levels.deviation_of(name) for name, true in zip(names, truth, strict=True)]
    assert np.std(errors) == pytest.approx(1.0, abs=0.12)


def test_a_row_that_weighs_half_counts_as_half() -> None:
    sector, outcome, _ = district(5, 4, 300, 0.5)
    once = fit_levels(sector, outcome, np.ones(len(outcome)))
    twice = fit_levels(np.tile(sector, 2), np.tile(outcome, 2), np.full(2 * len(outcome), 0.5))
    assert twice.by_sector == pytest.approx(once.by_sector, abs=1e-9)


@pytest.mark.parametrize("spread", [0.1, 0.3, 0.8])
def test_how_far_sectors_lie_apart_is_found_again(spread: float) -> None:
    found = []
    for seed in range(20):
        sector, outcome, _ = district(seed, 60, 800, spread)
        probability = outcome.mean()
        score = np.array([(outcome[sector == one] - probability).sum() for one in np.unique(sector)])
        found.append(spread_of(score, np.full(60, 800 * probability * (1 - probability))))
    # A linear score understates large distances a little; the imagined sectors pull to SPREAD_AS_PRIOR.
    assert np.mean(found) == pytest.approx(spread, rel=0.25)


def test_without_sectors_the_prior_answers() -> None:
    assert spread_of(np.zeros(0), np.zeros(0)) == pytest.approx(SPREAD_AS_PRIOR, rel=1e-6)


def test_two_sectors_that_differ_by_chance_are_not_taken_to_lie_far_apart() -> None:
    # 20 and 8 problems where 14 were expected of 100 each: one and a half standard deviations.
    found = spread_of(np.array([6.0, -6.0]), np.array([12.0, 12.0]))
    assert found < 3 * SPREAD_AS_PRIOR
    assert SECTORS_AS_PRIOR >= 2
