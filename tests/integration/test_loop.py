"""The whole circle on a small district: two years under two policies, from records to records."""

import pytest

from loop.policies import GREEDY, OURS, POLICIES
from loop.run import Result, run_district
from loop.summary import summarise
from tests.small_district import short_recipe

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def lived() -> dict[str, Result]:
    chosen = [policy for policy in POLICIES if policy.id in (OURS, GREEDY)]
    with short_recipe():
        return {one["policy"]: one for one in run_district(3, 900, 2, chosen)}


def test_policies_begin_with_the_same_models_and_spend_the_same_effort(lived: dict[str, Result]) -> None:
    ours, greedy = (lived[policy]["years"] for policy in (OURS, GREEDY))
    assert [year["drawn"] for year in ours] == pytest.approx([year["drawn"] for year in greedy], abs=1)
    assert [row["stated"] for row in ours[0]["tiers"]] == [row["stated"] for row in greedy[0]["tiers"]]
    # What they found was different, and so is what was learned from it.
    assert [row["stated"] for row in ours[1]["tiers"]] != [row["stated"] for row in greedy[1]["tiers"]]


def test_tiers_find_more_than_chance_and_keep_drawing_in_the_low_tier(lived: dict[str, Result]) -> None:
    for year in lived[OURS]["years"]:
        true = sum(row["true"] * row["n"] for row in year["tiers"]) / year["pool"]
        assert year["expected"] / year["drawn"] > 1.2 * true
        assert year["tiers"][0]["drawn"] > 0
        assert year["auc"] > 0.6


def test_who_only_chooses_has_no_random_draw_to_learn_rates_from(lived: dict[str, Result]) -> None:
    assert all(row["estimated"] is None for year in lived[GREEDY]["years"] for row in year["tiers"])


def test_the_sector_is_watched_and_the_summary_made(lived: dict[str, Result]) -> None:
    assert all(row["watched"] > 0 for one in lived.values() for row in one["notices"])
    assert summarise(list(lived.values()))["policies"][OURS]["gain"] is None
