"""A low tier that may hide serious problems is refused, one too small to say anything is judged with the others."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.small_training import BORROWED, OWN, POINTS, finding, small_training, with_model, with_rows
from training.checks.low_tier_bound import CHECK
from training.fitted import Training
from training.metrics import upper_bound
from training.tiers.low_tier import allowed_serious_rate, is_enough, low_inspections, low_tier_of, pooled_low_tier


def _low(sector: str, inspections: int, serious: int, training: Training | None = None) -> Training:
    """The training where the low tier of a sector holds so many inspections, so many of them serious."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        first = np.arange(len(rows)) < inspections
        return rows.assign(tier_rank=np.where(first, 1, 3), serious=(np.arange(len(rows)) < serious).astype(float))

    return with_rows(training or small_training(), sector, change)


def test_at_most_half_of_what_the_low_tier_promises_may_be_serious() -> None:
    standard = small_training().models[OWN].model.standard
    assert allowed_serious_rate(standard) == pytest.approx(standard.cuts[0] / 2)
    assert allowed_serious_rate(replace(standard, outcome_severity="serious")) == standard.cuts[0]


def test_many_inspections_with_few_serious_problems_pass() -> None:
    assert finding(CHECK, _low(OWN, 400, 5), OWN).verdict == "passed"


def test_too_many_serious_problems_are_refused_with_rule_value_and_remedy() -> None:
    found = finding(CHECK, _low(OWN, 400, 20), OWN)
    assert found.is_blocking
    assert "at most 5.0%" in found.sentence
    assert f"the bound is {upper_bound(20, 400):.1%} (20 in 400, rate 5.0%)" in found.sentence
    assert "draw more of the low tier" in found.sentence


def test_a_rate_below_the_bound_is_refused_where_it_is_not_certain() -> None:
    # 4 % is below the allowed 5 %, but after 10 in 250 more than 6 % cannot be excluded.
    assert finding(CHECK, _low(OWN, 250, 10), OWN).verdict == "failed"


def test_inspections_are_enough_where_a_safe_tier_keeps_the_bound_nine_times_in_ten() -> None:
    allowed = 0.05
    fewest = next(n for n in range(1, 1_000) if is_enough(n, allowed))
    found = np.random.default_rng(2).binomial(fewest, allowed / 4, 4_000)
    bounds = {int(k): upper_bound(int(k), fewest) for k in np.unique(found)}
    assert np.mean([bounds[k] <= allowed for k in found.tolist()]) >= 0.89
    # A clean record alone would do from 59 on; by then a safe tier still fails half of the time.
    assert fewest > 59
    assert not is_enough(58, allowed)
    assert not is_enough(0, allowed)


def test_a_sector_with_too_few_inspections_is_not_applicable() -> None:
    found = finding(CHECK, _low(OWN, 58, 0), OWN)
    assert found.verdict == "not_applicable"
    assert "58 inspections in the low tier are too few" in found.sentence
    assert "judged together with those of other small sectors" in found.sentence
    assert finding(CHECK, _low(OWN, 100, 4), OWN).verdict == "not_applicable"


def test_few_inspections_that_are_certain_to_be_unsafe_are_refused() -> None:
    found = finding(CHECK, _low(OWN, 58, 15), OWN)
    assert found.is_blocking
    assert "15 in 58" in found.sentence


def test_small_sectors_are_judged_together_by_the_general_model() -> None:
    both = _low(BORROWED, 150, 1, _low(OWN, 150, 1))
    pooled = pooled_low_tier(both)
    assert (pooled.inspections, pooled.serious) == (300, 2)
    assert pooled.upper == pytest.approx(upper_bound(2, 300))
    allowed = [allowed_serious_rate(both.models[sector].model.standard) for sector in (OWN, BORROWED)]
    assert pooled.allowed == pytest.approx(np.mean(allowed))
    assert finding(CHECK, both, "general").verdict == "passed"


def test_small_sectors_that_pass_over_problems_are_refused_together() -> None:
    hiding = _low(BORROWED, 150, 8, _low(OWN, 150, 8))
    assert finding(CHECK, hiding, BORROWED).verdict == "not_applicable"
    found = finding(CHECK, hiding, "general")
    assert found.is_blocking
    assert "all small sectors together" in found.sentence


def test_a_sector_that_speaks_for_itself_is_not_pooled() -> None:
    pooled = pooled_low_tier(_low(BORROWED, 50, 1, _low(OWN, 400, 40)))
    assert (pooled.inspections, pooled.serious) == (50, 1)


def test_no_small_sector_and_no_low_tier_are_not_applicable() -> None:
    all_large = _low(BORROWED, 333, 0, _low(OWN, 300, 0))
    assert finding(CHECK, all_large, "general").verdict == "not_applicable"
    assert finding(CHECK, _low(OWN, 0, 0), OWN).verdict == "not_applicable"
    assert finding(CHECK, small_training(), POINTS).verdict == "not_applicable"


def _seen_twice(training: Training) -> Training:
    """Every inspection also seen from a snapshot a quarter earlier, from which all looked high."""
    keys = training.examples.keys
    earlier = keys["as_of"] - pd.Timedelta(days=90)
    doubled = pd.concat([keys, keys.assign(as_of=earlier)], ignore_index=True)
    twice = replace(training, examples=replace(training.examples, keys=doubled))

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        before = rows.assign(as_of=rows["as_of"] - pd.Timedelta(days=90), tier_rank=4)
        return pd.concat([before, rows], ignore_index=True)

    return with_rows(twice, OWN, change)


def test_an_inspection_seen_by_several_snapshots_counts_once_in_its_last_tier() -> None:
    once, twice = _low(OWN, 100, 2), _seen_twice(_low(OWN, 100, 2))
    assert low_tier_of(twice, OWN) == low_tier_of(once, OWN)
    assert len(low_inspections(twice, OWN)) == 100


def test_probability_draws_are_weighted_and_others_left_out() -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        chance = np.select([np.arange(len(rows)) < 150, np.arange(len(rows)) < 300], [0.5, 0.05], np.nan)
        return rows.assign(inclusion_probability=chance)

    # Four serious problems among those drawn often, 80 among inspections that nobody drew.
    low = with_rows(_low(OWN, 380, 4), OWN, change)
    low = with_rows(low, OWN, lambda rows: rows.assign(serious=rows["serious"].where(rows.index < 300, 1.0)))
    found = low_tier_of(low, OWN)
    assert found.inspections == 380
    # 4 x 2 problems in 150 x 2 + 150 x 20 enterprises.
    assert found.rate == pytest.approx(8 / 3300)
    assert upper_bound(0, 300) < found.upper < 0.05


def test_the_bound_follows_the_standard() -> None:
    strict = replace(small_training().models[OWN].model.standard, cuts=(0.06, 0.2, 0.4))
    assert finding(CHECK, _low(OWN, 400, 8), OWN).verdict == "passed"
    assert finding(CHECK, with_model(_low(OWN, 400, 8), OWN, standard=strict), OWN).verdict == "failed"
