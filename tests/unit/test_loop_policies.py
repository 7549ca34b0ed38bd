"""Chances at equal effort, and the test that watches a sector."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.build import Frame
from features.peers import Peers
from loop import answers
from loop.alarm import ALARM, first_alarm, log_likelihood_ratio
from loop.answers import KeptFrames
from loop.measures import auc, tier_rows
from loop.policies import POLICIES, RATIOS, WITHOUT_FLOOR, by_tier, riskiest

POOL = pd.DataFrame(
    {
        "tier": np.repeat([1, 2, 3, 4], [40, 30, 20, 10]),
        "points_tier": np.repeat([1, 4], [90, 10]),
        "probability": np.linspace(0.01, 0.6, 100),
    }
)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
@pytest.mark.parametrize("count", [10, 25])
def test_every_policy_spends_the_same_effort_and_no_chance_is_above_one(policy, count: int) -> None:
    chances = policy.chances(POOL, count)
    assert chances.sum() == pytest.approx(count)
    assert (chances >= 0).all()
    assert (chances <= 1).all()


def chances_of_tiers(count: int, ratios=RATIOS) -> list[float]:
    """The chance of each tier of POOL: 40 low, 30 medium, 20 medium-high, 10 high."""
    return by_tier(POOL["tier"], count, ratios)[[0, 40, 70, 90]].tolist()


def test_where_effort_is_short_the_published_ratios_are_scaled_down_alike() -> None:
    # They would draw 0.4 + 0.6 + 2 + 3 = 6.
    assert chances_of_tiers(3) == pytest.approx([0.005, 0.01, 0.05, 0.15])


def test_what_is_left_goes_to_the_high_tier() -> None:
    assert chances_of_tiers(10) == pytest.approx([0.01, 0.02, 0.10, 0.70])


def test_what_the_high_tier_cannot_take_goes_to_the_one_below_it() -> None:
    assert chances_of_tiers(22) == pytest.approx([0.01, 0.02, 0.55, 1.0])


def test_without_a_floor_nobody_in_the_low_tier_has_a_chance_even_if_inspections_are_left() -> None:
    assert chances_of_tiers(80, WITHOUT_FLOOR) == pytest.approx([0.0, 1.0, 1.0, 1.0])


def test_the_riskiest_are_chosen_and_nobody_else() -> None:
    assert np.flatnonzero(riskiest(POOL, 3)).tolist() == [97, 98, 99]


def test_snapshots_of_past_dates_are_built_once_and_forgotten_when_no_longer_wanted(monkeypatch) -> None:
    built: list[date] = []

    def build(records, wanted):
        for day in wanted:
            built.append(day)
            yield Frame(day, pd.DataFrame(), np.empty((0, 0), dtype=np.float32), (), Peers(day, {}))

    monkeypatch.setattr(answers, "build_frames", build)
    first, days = KeptFrames(), [date(2020, month, 1) for month in (1, 4, 7, 10)]
    assert [one.as_of for one in first(None, dict.fromkeys(days[:2]))] == days[:2]
    # Two courses part in April: both need the same frame of April, and each its own of July.
    one, other = first.parting(days[1]), first.parting(days[1])
    for course in (one, other):
        assert [frame.as_of for frame in course(None, dict.fromkeys(days[1:3]))] == days[1:3]
    assert built == [*days[:2], days[2], days[2]]
    assert [frame.as_of for frame in one(None, dict.fromkeys(days[3:]))] == days[3:]
    assert list(one.kept) == days[3:]
    assert list(other.kept) == [days[2]]
    # A date that is only looked up is built beside those that are wanted, and is there when it is wanted itself.
    later = date(2021, 1, 1)
    assert [frame.as_of for frame in one(None, dict.fromkeys(days[3:]), later)] == days[3:]
    assert one[later].as_of == later
    assert [frame.as_of for frame in one(None, {later: None})] == [later]
    assert built.count(later) == 1


def seen(outcomes: list[int], probability: float = 0.2) -> pd.DataFrame:
    known_at = pd.date_range("2024-01-01 09:00", periods=len(outcomes), freq="D")
    return pd.DataFrame({"known_at": known_at, "probability": probability, "outcome": np.array(outcomes, dtype=float)})


def test_alarm_comes_when_the_sum_of_gains_first_reaches_the_bound() -> None:
    gain = float(log_likelihood_ratio(np.array([0.2]), np.array([1.0]))[0])
    needed = int(np.ceil(ALARM / gain))
    assert first_alarm(seen([1] * (needed - 1))) is None
    assert first_alarm(seen([1] * needed)) == pd.Timestamp("2024-01-01 09:00") + pd.Timedelta(days=needed - 1)


def test_a_long_quiet_time_before_does_not_delay_the_alarm() -> None:
    at = first_alarm(seen([1] * 20))
    later = first_alarm(seen([0] * 100 + [1] * 20))
    assert at is not None
    assert later == at + pd.Timedelta(days=100)


def test_outcomes_as_stated_seldom_give_an_alarm() -> None:
    stream = np.random.default_rng(0)
    years = [seen(list((stream.random(100) < 0.2).astype(int))) for _ in range(200)]
    assert np.mean([first_alarm(year) is not None for year in years]) < 0.1


def test_auc_is_that_of_outcomes_drawn_with_the_true_probability() -> None:
    stream = np.random.default_rng(1)
    true = stream.uniform(0.05, 0.6, 50)
    probability = np.clip(true + stream.normal(0, 0.2, 50), 0.01, 0.99)
    rows = np.tile(np.arange(50), 4000)
    outcome = stream.random(len(rows)) < true[rows]
    score = probability[rows]
    ranks = pd.Series(score).rank().to_numpy()
    n = outcome.sum()
    drawn = (ranks[outcome].sum() - n * (n + 1) / 2) / (n * (len(rows) - n))
    assert auc(true, probability) == pytest.approx(drawn, abs=0.005)
    assert auc(true[:1], probability[:1]) is None


def test_rates_of_tiers_are_stated_true_and_estimated_from_examined_draws_alone() -> None:
    pool = pd.DataFrame(
        {"unit": range(5), "tier": [1, 1, 1, 4, 4], "probability": [0.1, 0.1, 0.1, 0.5, 0.7], "true": [0.2] * 5}
    )
    visits = pd.DataFrame(
        {
            "unit": [0, 1, 2, 3],
            "chance": [0.5, 0.25, 0.5, np.nan],
            "examined": [True, True, False, True],
            "is_problem": [True, False, False, True],
        }
    )
    low, medium, _, high = tier_rows(pool, visits)
    # One problem of weight 2 and none of weight 4; the third was not found, the fourth was no random draw.
    assert (low["stated"], low["true"], low["drawn"]) == (pytest.approx(0.1), pytest.approx(0.2), 2)
    assert low["estimated"] == pytest.approx(1 / 3)
    assert (medium["n"], medium["stated"], medium["estimated"]) == (0, None, None)
    assert (high["stated"], high["drawn"], high["estimated"]) == (pytest.approx(0.6), 0, None)
