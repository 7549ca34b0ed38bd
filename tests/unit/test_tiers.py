"""Tiers of probabilities, borderline intervals, hard rules."""

import numpy as np
import pytest

from model.standard import Standard
from model.standard_terms import DirectHigh
from model.tiers import NO_TIER, TIERS, hard_rule_hits, is_borderline, tier_ranks

CUTS = (0.05, 0.15, 0.30)


@pytest.mark.parametrize(
    ("probability", "rank"),
    [
        (0.0, 1),
        (np.nextafter(0.05, 0), 1),
        (0.05, 2),
        (np.nextafter(0.05, 1), 2),
        (np.nextafter(0.15, 0), 2),
        (0.15, 3),
        (0.30, 4),
        (1.0, 4),
    ],
)
def test_a_probability_equal_to_a_cut_belongs_to_the_higher_tier(probability: float, rank: int) -> None:
    assert tier_ranks(np.array([probability]), CUTS).tolist() == [rank]


def test_a_null_probability_has_no_tier() -> None:
    assert tier_ranks(np.array([np.nan]), CUTS).tolist() == [NO_TIER]


def test_ranks_ascend_with_risk_and_names_are_those_of_the_scheme() -> None:
    assert [(tier.id, tier.rank, tier.zh) for tier in TIERS] == [
        ("low", 1, "低"),
        ("medium", 2, "中"),
        ("medium_high", 3, "中高"),
        ("high", 4, "高"),
    ]


@pytest.mark.parametrize(
    ("low", "high", "crosses"),
    [
        (0.06, 0.14, False),
        (0.04, 0.06, True),
        (0.04, np.nextafter(0.05, 0), False),
        (0.04, 0.05, True),
        (0.05, 0.14, False),
        (0.01, 0.99, True),
        (np.nan, np.nan, False),
    ],
)
def test_an_interval_is_borderline_where_its_ends_lie_in_different_tiers(
    low: float, high: float, crosses: bool
) -> None:
    assert is_borderline(np.array([[low, high]]), CUTS).tolist() == [crosses]


def test_a_hard_rule_holds_from_its_threshold_on_and_never_for_null() -> None:
    rule = DirectHigh("repeated_sampling_failure", "an invented source")
    standard = Standard("a", "甲", "A", "office", "general", 365, CUTS, direct_high=(rule,))
    values = np.array([[1.0], [2.0], [3.0], [np.nan]])
    hits = hard_rule_hits(standard, values, ["samplings_failed_count_730d"])
    assert hits[:, 0].tolist() == [False, True, True, False]


def test_a_standard_without_hard_rules_hits_nobody() -> None:
    standard = Standard("a", "甲", "A", "office", "general", 365, CUTS)
    assert hard_rule_hits(standard, np.empty((3, 0)), []).shape == (3, 0)
