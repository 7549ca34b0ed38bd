"""The chance that is written down is the true one: over many seeds each is drawn as often as it says."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampling.draw.mistake import DrawError
from sampling.draw.permanent import check_seed, permanent_number
from sampling.draw.pool import pool_of
from sampling.draw.selection import drawn_units
from sampling.draw.strata import strata_of
from sampling.draw.unit import Unit
from tests.drawn_pool import EVERY_TWO_YEARS, YEAR, candidate, rule, rules, unit, units

SEEDS = 3_000
RATIOS = {"low": 0.05, "medium": 0.15, "medium_high": 0.3, "high": 0.5}


def ratio_of(sector: str, tier: str) -> float:
    return RATIOS[tier]


def a_district() -> list[Unit]:
    """Two sectors that share enterprises, of every tier and at two stations; some are due, excluded, or over a cap."""
    tiers = list(RATIOS)
    candidates = [
        candidate(
            f"E{number:03d}",
            sector=sector,
            tier=tiers[number % 4],
            station="东所" if number % 3 else None,
            state="dormant" if number % 17 == 0 else "active",
            rule=rule(RATIOS[tiers[number % 4]], minimum=EVERY_TWO_YEARS if number % 11 == 0 else None),
        )
        for sector, count in (("food_operation", 80), ("drugs", 50))
        for number in range(count)
    ]
    return pool_of(candidates, rules(agreed={("E001", ""): "立案调查中"}))


def test_each_enterprise_is_drawn_as_often_as_its_chance_says() -> None:
    pool = a_district()
    strata = strata_of(pool, ratio_of, smallest=1)
    chance = {stratum.key: stratum.inclusion_probability for stratum in strata}
    counts: Counter[Unit] = Counter()
    for seed in range(SEEDS):
        counts.update(one for one, _ in drawn_units(pool, strata, YEAR, str(seed)))
    stated = np.array([chance[one.stratum] if one.is_in_pool else 0.0 for one in pool])
    observed = np.array([counts[one] for one in pool]) / SEEDS
    sure = (stated == 0) | (stated == 1)
    assert sure.sum() > 10
    assert (observed[sure] == stated[sure]).all()
    z = (observed - stated)[~sure] / np.sqrt(stated * (1 - stated) / SEEDS)[~sure]
    # The largest of a hundred standard normals lies below 4.5 but once in a thousand tries; seeds are fixed.
    assert np.abs(z).max() < 4.5
    assert np.mean(z**2) == pytest.approx(1, abs=0.5)


def test_each_pair_of_a_stratum_is_drawn_as_often_as_without_replacement() -> None:
    pool = units(8)
    neighbours = [(a.enterprise_id, b.enterprise_id) for a, b in pairwise(pool)]
    strata = strata_of(pool, lambda sector, tier: 0.375, smallest=1)
    pairs: Counter[tuple[str, str]] = Counter()
    for seed in range(SEEDS):
        drawn = {one.enterprise_id for one, _ in drawn_units(pool, strata, YEAR, str(seed))}
        pairs.update(pair for pair in neighbours if drawn.issuperset(pair))
    expected = 3 * 2 / (8 * 7)
    assert len(pairs) == 7
    for count in pairs.values():
        assert count / SEEDS == pytest.approx(expected, abs=4.5 * (expected * (1 - expected) / SEEDS) ** 0.5)


def test_draws_in_two_sectors_meet_in_the_same_enterprises() -> None:
    both = units(40) + units(40, "drugs")
    strata = strata_of(both, lambda sector, tier: 0.25, smallest=1)
    for seed in range(20):
        drawn = [one for one, _ in drawn_units(both, strata, YEAR, str(seed))]
        assert len(drawn) == 20
        assert len({one.enterprise_id for one in drawn}) == 10


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 30), st.sampled_from([0.01, 0.07, 0.5, 1.0]))
def test_exactly_the_sample_is_drawn_and_nobody_excluded(seed: int, count: int, ratio: float) -> None:
    pool = [*units(count), unit("out", part="excluded", reason="dormant"), unit("due", part="certain")]
    strata = strata_of(pool, lambda sector, tier: ratio, smallest=1)
    drawn = drawn_units(pool, strata, YEAR, str(seed))
    assert len({one for one, _ in drawn}) == len(drawn) == sum(stratum.sample_size for stratum in strata)
    names = {one.enterprise_id for one, _ in drawn}
    assert "out" not in names
    assert "due" in names


def test_another_year_or_seed_gives_other_numbers() -> None:
    numbers = {permanent_number(seed, year, "A") for seed in ("1", "2") for year in (2025, 2026)}
    assert len(numbers) == 4


@pytest.mark.parametrize("seed", ["", " 31415", "31415\n", "3" * 201, "3\t1"])
def test_a_seed_that_only_looks_like_another_is_refused(seed: str) -> None:
    with pytest.raises(DrawError, match="A seed must be 1 to 200 printable characters"):
        check_seed(seed)


def test_a_pool_that_is_not_the_registered_one_is_not_drawn_from() -> None:
    strata = strata_of(units(10), ratio_of, smallest=1)
    with pytest.raises(DrawError, match="has 9 enterprises instead of 10"):
        drawn_units(units(9), strata, YEAR, "1")
    with pytest.raises(DrawError, match="1 strata that were not"):
        drawn_units([*units(10), *units(1, tier="high")], strata, YEAR, "1")
