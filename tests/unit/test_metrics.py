"""Every figure against an independent value: by hand, from scipy, or from draws whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from model.calibration import Calibration, margin_of, probability_of
from model.tiers import TIERS
from training.metrics import (
    Rate,
    calibration_error,
    captured,
    design_rate,
    evaluate,
    jeffreys,
    lower_bound,
    mean_rate_draws,
    plain_draws,
    reliability,
    tier_table,
    upper_bound,
)

OUTCOME = np.array([1.0, 0.0, 1.0, 0.0])
PROBABILITY = np.array([0.9, 0.8, 0.7, 0.1])


def test_figures_of_four_answers_by_hand() -> None:
    figures = evaluate(OUTCOME, PROBABILITY)
    assert figures["n"] == 4
    assert figures["base_rate"] == 0.5
    # Of the four pairs of a problem and a clean one only (0.7, 0.8) is in the wrong order.
    assert figures["auc"] == pytest.approx(3 / 4)
    # The problems stand at places 1 and 3.
    assert figures["average_precision"] == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert figures["log_loss"] == pytest.approx(-np.log([0.9, 0.2, 0.7, 0.9]).mean())
    # Four rows are four bins of one.
    assert figures["calibration_error"] == pytest.approx((0.1 + 0.8 + 0.3 + 0.1) / 4)


def test_the_auc_is_the_rank_statistic_also_with_ties() -> None:
    generator = np.random.default_rng(1)
    outcome, probability = generator.integers(0, 2, 300).astype(float), generator.integers(1, 9, 300) / 10
    problems, clean = probability[outcome == 1], probability[outcome == 0]
    pairs = stats.mannwhitneyu(problems, clean).statistic / (len(problems) * len(clean))
    assert evaluate(outcome, probability)["auc"] == pytest.approx(pairs)


@pytest.mark.parametrize("only", [0.0, 1.0])
def test_ranking_figures_are_null_where_there_is_one_kind_of_outcome(only: float) -> None:
    figures = evaluate(np.full(4, only), PROBABILITY)
    assert figures["auc"] is None
    assert figures["average_precision"] is None
    assert figures["log_loss"] is not None


def test_figures_of_nobody_are_null() -> None:
    figures = evaluate(np.array([]), np.array([]))
    assert figures.pop("n") == 0
    assert set(figures.values()) == {None}


def test_perfectly_kept_promises_have_no_calibration_error() -> None:
    rates = np.repeat([0.1, 0.2, 0.4, 0.5, 0.8], 2)
    outcome = np.concatenate([np.arange(10) < round(10 * rate) for rate in rates]).astype(float)
    assert calibration_error(outcome, np.repeat(rates, 10)) == pytest.approx(0)


def test_promises_missed_by_the_same_amount_have_that_error() -> None:
    probability = np.full(100, 0.3)
    assert calibration_error((np.arange(100) % 2).astype(float), probability) == pytest.approx(0.2)


def test_bins_hold_equal_counts_in_ascending_order() -> None:
    table = reliability(np.zeros(25), np.linspace(0.9, 0.1, 25))
    assert table["n"].tolist() == [3] * 5 + [2] * 5
    assert table["predicted"].is_monotonic_increasing
    assert len(reliability(OUTCOME, PROBABILITY)) == 4


def test_captured_is_the_share_of_problems_met_first() -> None:
    outcome = np.zeros(20)
    outcome[[0, 3, 8, 19]] = 1
    found = captured(outcome, np.linspace(0.9, 0.1, 20))
    assert found == {"10": 0.25, "25": 0.5, "50": 0.75}


def test_captured_rounds_the_number_of_enterprises_up_and_is_null_without_problems() -> None:
    assert captured(np.array([1.0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), -np.arange(11.0))["10"] == 1.0
    assert captured(np.zeros(5), np.arange(5.0)) == {"10": None, "25": None, "50": None}


@pytest.mark.parametrize(("found", "looked_at"), [(1, 10), (5, 10), (37, 100)])
def test_the_jeffreys_interval_is_that_of_its_posterior(found: int, looked_at: int) -> None:
    expected = stats.beta(found + 0.5, looked_at - found + 0.5).interval(0.95)
    rate = jeffreys(found, looked_at)
    assert (rate.low, rate.high) == pytest.approx(expected)
    assert rate.rate == found / looked_at


def test_the_jeffreys_interval_reaches_the_ends_where_nothing_or_everything_was_found() -> None:
    assert jeffreys(0, 10).low == 0
    assert 0 < jeffreys(0, 10).high < 1
    assert jeffreys(10, 10).high == 1
    assert 0 < jeffreys(10, 10).low < 1


def test_equal_probabilities_give_the_plain_rate() -> None:
    outcome = np.array([1.0, 0, 0, 1, 0])
    assert design_rate(outcome, np.full(5, 0.05), ["a", "a", "b", "b", "b"]) == jeffreys(2, 5)


def test_no_draw_gives_no_rate() -> None:
    assert design_rate(np.array([]), np.array([]), []) is None


def test_the_hajek_estimate_by_hand() -> None:
    outcome, probability = np.array([1.0, 0, 0, 1, 0, 0]), np.array([0.1, 0.1, 0.1, 0.5, 0.5, 0.5])
    # Weights 10, 10, 10, 2, 2, 2: 12 of 36 are problems.
    found = design_rate(outcome, probability, list("aaabbb"))
    assert found is not None
    assert found.rate == pytest.approx(12 / 36)
    # Linearised residuals w (y - 1/3) / 36, spread around the mean of each stratum, times n / (n - 1).
    first, second = np.array([20, -10, -10]) / 108, np.array([4, -2, -2]) / 108
    variance = 3 / 2 * (((first - first.mean()) ** 2).sum() + ((second - second.mean()) ** 2).sum())
    size = (1 / 3 * 2 / 3) / variance
    around = jeffreys(size / 3, size)
    assert (found.low, found.high) == pytest.approx((around.low, around.high))


def test_unequal_draws_without_a_problem_have_the_interval_of_kishs_size() -> None:
    weight = np.array([10.0, 10, 2, 2])
    found = design_rate(np.zeros(4), 1 / weight, list("aabb"))
    expected = jeffreys(0, weight.sum() ** 2 / (weight**2).sum())
    assert found == Rate(0.0, 0.0, pytest.approx(expected.high))


def test_rare_draws_are_never_worth_more_than_their_number() -> None:
    # The problem sits in a stratum that hardly weighs, so the linearised variance is tiny.
    found = design_rate(np.array([1.0, 0, 0, 0]), np.array([0.9, 0.9, 0.1, 0.1]), list("aabb"))
    assert found is not None
    assert found.high - found.low >= jeffreys(4 * found.rate, 4).high - jeffreys(4 * found.rate, 4).low - 1e-12


POPULATION = {"low": (4000, 0.03, 0.02), "medium": (1500, 0.10, 0.10), "high": (500, 0.35, 0.40)}
"""Per stratum: enterprises, rate of problems, share drawn."""


def test_the_interval_of_a_design_rate_holds_the_truth_as_often_as_stated() -> None:
    generator = np.random.default_rng(11)
    total = sum(size for size, *_ in POPULATION.values())
    truth = sum(size * rate for size, rate, _ in POPULATION.values()) / total
    drawn = {name: round(size * share) for name, (size, _, share) in POPULATION.items()}
    probability = np.concatenate([np.full(n, n / POPULATION[name][0]) for name, n in drawn.items()])
    stratum = [name for name, n in drawn.items() for _ in range(n)]
    rate = np.concatenate([np.full(n, POPULATION[name][1]) for name, n in drawn.items()])
    outcomes = (generator.random((400, len(rate))) < rate).astype(float)
    found = [design_rate(outcome, probability, stratum) for outcome in outcomes]
    held = [one.low <= truth <= one.high for one in found if one is not None]
    assert np.mean(held) >= 0.90
    # The plain share of the inspected would be far off: risky strata are drawn more often.
    assert np.mean([one.rate for one in found if one is not None]) == pytest.approx(truth, abs=0.005)
    assert outcomes.mean() > 2 * truth


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.4])
def test_the_interval_of_a_plain_rate_holds_the_truth_as_often_as_stated(rate: float) -> None:
    found = np.random.default_rng(3).binomial(200, rate, 300)
    intervals = {int(k): jeffreys(int(k), 200) for k in np.unique(found)}
    assert np.mean([intervals[k].low <= rate <= intervals[k].high for k in found.tolist()]) >= 0.90


def test_tiers_stand_in_order_with_what_was_seen_and_what_the_draws_say() -> None:
    rows = pd.DataFrame(
        {
            "tier_rank": [1, 1, 1, 3, 3],
            "probability": [0.01, 0.02, 0.03, 0.2, 0.4],
            "outcome": [0.0, 1.0, 0.0, 1.0, 0.0],
            "sector": "food_operation",
            "inclusion_probability": [0.1, None, 0.1, None, None],
        }
    )
    table = tier_table(rows).set_index("tier")
    assert table.index.tolist() == [tier.id for tier in TIERS]
    assert table["n"].tolist() == [3, 0, 2, 0]
    assert table.loc["low", "mean_probability"] == pytest.approx(0.02)
    assert table.loc["low", "observed"] == pytest.approx(1 / 3)
    assert table.loc["low", "design"] == 0
    assert table.loc["low", "design_high"] == pytest.approx(jeffreys(0, 2).high)
    assert table.loc["medium_high", "observed"] == 0.5
    assert table.loc[["medium", "high"], "observed"].isna().all()
    assert table.loc[["medium", "medium_high", "high"], "design"].isna().all()


TIERED = pd.DataFrame(
    {
        "tier_rank": [1, 1, 2],
        "probability": [0.04, 0.06, 0.2],
        "margin": margin_of(np.array([0.04, 0.06, 0.2])),
        "outcome": [0.0, 0.0, 1.0],
        "sector": "food_operation",
        "inclusion_probability": 0.1,
    }
)


def test_a_tier_promises_the_band_between_its_cuts() -> None:
    table = tier_table(TIERED, cuts=(0.1, 0.2, 0.4))
    assert table["promised_low"].tolist() == [0.0, 0.1, 0.2, 0.4]
    assert table["promised_high"].tolist() == [0.1, 0.2, 0.4, 1.0]
    assert tier_table(TIERED)[["promised_low", "promised_high"]].isna().all(axis=None)


def test_the_predicted_interval_is_the_spread_of_the_mean_over_the_replicates() -> None:
    calibration = Calibration(2.0, -1.0, tuple((2.0, -1.0 + shift) for shift in np.linspace(-0.5, 0.5, 41)))
    table = tier_table(TIERED, calibration=calibration).set_index("tier")
    raw = (TIERED["margin"].to_numpy()[:2] + 1) / 2
    means = [probability_of(2 * raw - 1 + shift).mean() for shift in np.linspace(-0.5, 0.5, 41)]
    reach = 1.96 * margin_of(np.array(means)).std(ddof=1)
    expected = probability_of(margin_of(np.array(0.05)) + np.array([-reach, reach]))
    assert (table.loc["low", "predicted_low"], table.loc["low", "predicted_high"]) == pytest.approx(
        tuple(expected), rel=1e-3
    )
    assert table.loc["low", "predicted_low"] < table.loc["low", "mean_probability"] < table.loc["low", "predicted_high"]
    assert np.isnan(table.loc["high", "predicted_low"])
    assert mean_rate_draws(TIERED["margin"].to_numpy()[:2], calibration) == pytest.approx(means)


def test_without_a_calibration_or_its_replicates_there_is_no_predicted_interval() -> None:
    for calibration in (None, Calibration(1.0, 0.0, ())):
        assert tier_table(TIERED, calibration=calibration)[["predicted_low", "predicted_high"]].isna().all(axis=None)


@pytest.mark.parametrize(("found", "looked_at"), [(0, 30), (1, 40), (7, 120)])
def test_one_sided_bounds_are_those_of_the_exact_binomial_test(found: int, looked_at: int) -> None:
    upper = stats.binomtest(found, looked_at, alternative="less").proportion_ci(0.95, method="exact").high
    assert upper_bound(found, looked_at) == pytest.approx(upper)
    lower = stats.binomtest(found, looked_at, alternative="greater").proportion_ci(0.95, method="exact").low
    assert lower_bound(found, looked_at) == pytest.approx(lower)


def test_a_clean_record_is_bounded_by_the_rule_of_three_and_nothing_at_all_by_one() -> None:
    assert upper_bound(0, 300) == pytest.approx(3 / 300, rel=0.01)
    assert upper_bound(0, 0) == 1
    assert upper_bound(5, 5) == 1
    assert lower_bound(0, 300) == 0


def test_unequal_draws_are_worth_fewer_plain_ones() -> None:
    assert plain_draws(np.array([]), np.array([]), []) is None
    equal = plain_draws(np.array([1.0, 0, 0, 0]), np.full(4, 0.2), list("aabb"))
    assert equal is not None
    assert (equal.found, equal.looked_at) == (1, 4)
    unequal = plain_draws(np.array([1.0, 0, 0, 0]), np.array([0.05, 0.05, 0.5, 0.5]), list("aabb"))
    assert unequal is not None
    assert unequal.looked_at < 4
    assert unequal.found / unequal.looked_at == pytest.approx(20 / 44)
