"""Who can be drawn: each rule that excludes an enterprise, or makes it certain, at its border."""

from datetime import date
from typing import Any

import pytest

from sampling.draw.mistake import DrawError
from sampling.draw.pool import PoolRules, is_due, pool_of
from sampling.draw.strata import sample_size, strata_of
from tests.drawn_pool import EVERY_TWO_YEARS, YEAR, candidate, rule, rules, unit, units


def place(one: Any, by: PoolRules | None = None) -> tuple[str, str]:
    (found,) = pool_of([one], by or rules())
    return found.part, found.reason


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ("random", "")),
        ({"tier": None, "rule": None, "status": "out_of_scope"}, ("excluded", "out_of_scope")),
        ({"state": "dormant"}, ("excluded", "dormant")),
        ({"state": None}, ("random", "")),
        ({"drawn_on": (date(YEAR, 1, 1),)}, ("excluded", "drawn_this_year")),
        ({"drawn_on": (date(YEAR - 1, 12, 31),)}, ("random", "")),
        ({"rule": rule(cap=1), "checked_on": (date(YEAR, 1, 1),)}, ("excluded", "cap_reached")),
        ({"rule": rule(cap=2), "checked_on": (date(YEAR, 1, 1),)}, ("random", "")),
        ({"rule": rule(cap=1), "checked_on": (date(YEAR - 1, 12, 31),)}, ("random", "")),
    ],
)
def test_an_enterprise_is_excluded_with_a_reason(changed: dict[str, Any], expected: tuple[str, str]) -> None:
    assert place(candidate(**changed)) == expected


def test_visits_are_capped_over_all_sectors_by_days() -> None:
    twice_on_one_day = candidate(visited_on=(date(YEAR, 1, 5), date(YEAR, 1, 5)))
    assert place(twice_on_one_day, rules(visits_a_year=2)) == ("random", "")
    assert place(twice_on_one_day, rules(visits_a_year=1)) == ("excluded", "visits_reached")


def test_the_bureau_may_exclude_with_a_reason_in_one_sector_or_in_all() -> None:
    by = rules(agreed={("A", ""): "立案调查中", ("B", "drugs"): "另有安排"})
    assert place(candidate("A"), by) == ("excluded", "agreed: 立案调查中")
    assert place(candidate("B"), by) == ("random", "")
    assert place(candidate("B", sector="drugs"), by) == ("excluded", "agreed: 另有安排")


def test_whom_an_earlier_draw_of_the_year_drew_is_not_drawn_again() -> None:
    by = rules(drawn_before=[("A", "food_operation")])
    assert place(candidate("A"), by) == ("excluded", "drawn_this_year")
    assert place(candidate("A", sector="drugs"), by) == ("random", "")


@pytest.mark.parametrize(
    ("checked", "established", "expected"),
    [
        ((), date(2015, 1, 1), True),
        ((date(YEAR - 1, 1, 1),), date(2015, 1, 1), False),
        ((date(YEAR - 2, 12, 31),), date(2015, 1, 1), True),
        ((date(YEAR, 2, 1),), date(2015, 1, 1), False),
        ((), date(YEAR - 1, 1, 1), True),
        ((), date(YEAR - 1, 1, 2), False),
        ((), None, True),
    ],
)
def test_a_statutory_check_is_due_if_the_years_would_end_without_it(
    checked: tuple[date, ...], established: date | None, expected: bool
) -> None:
    one = candidate(rule=rule(minimum=EVERY_TWO_YEARS), checked_on=checked, established_on=established)
    assert is_due(one, YEAR) is expected
    assert place(one) == (("certain", "statutory_minimum") if expected else ("random", ""))


def test_the_law_goes_before_a_cap_and_behind_an_earlier_draw() -> None:
    due = {"rule": rule(cap=0, minimum=EVERY_TWO_YEARS)}
    assert place(candidate(**due), rules(visits_a_year=1)) == ("certain", "statutory_minimum")
    assert place(candidate(**due), rules(drawn_before=[("A", "food_operation")]))[0] == "excluded"


def test_the_pool_is_in_the_order_of_bytes_whatever_the_order_it_came_in() -> None:
    found = pool_of([candidate(name) for name in ("企业", "b", "𐀀", "Z")], rules())
    assert [one.enterprise_id for one in found] == sorted(["企业", "b", "𐀀", "Z"], key=str.encode)


def test_a_share_is_rounded_up_as_it_is_written() -> None:
    assert [sample_size(100, ratio, 1) for ratio in (0.07, 0.29, 0.070001, 0.001)] == [7, 29, 8, 1]


def test_a_stratum_smaller_than_the_minimum_is_drawn_whole() -> None:
    (three,) = strata_of(units(3), lambda sector, tier: 0.1, smallest=5)
    assert (three.pool_size, three.sample_size, three.inclusion_probability) == (3, 3, 1)
    (one,) = strata_of(units(1), lambda sector, tier: 0.1, smallest=1)
    assert (one.sample_size, one.inclusion_probability) == (1, 1)


def test_certain_units_are_a_stratum_of_their_own_and_do_not_use_up_the_random_share() -> None:
    pool = units(90) + [unit(f"due-{number}", part="certain", reason="statutory_minimum") for number in range(10)]
    certain, random = strata_of(pool, lambda sector, tier: 0.1, smallest=1)
    assert (certain.is_certain, certain.pool_size, certain.sample_size) == (True, 10, 10)
    assert (random.is_certain, random.pool_size, random.sample_size) == (False, 90, 9)


def test_a_sector_in_which_nobody_can_be_drawn_is_refused() -> None:
    pool = [*units(5), unit("x", "drugs", part="excluded", reason="dormant")]
    with pytest.raises(DrawError, match="Somebody must be left to draw from, got 0 of 1 in drugs"):
        strata_of(pool, lambda sector, tier: 0.1, smallest=1)
