"""Decisions laid over the answers of the service: scores, explanations and the worklist of pending confirmations."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from model.tiers import HIGH_RANK, TIERS
from serving.access.scope import Scope
from serving.decisions.decision import Key
from serving.decisions.rulings import Ruling
from serving.scorer import Scorer
from serving.worklists import settled_high
from tests import reviewed_district
from tests import served_district as district

TODAY = date(2026, 3, 2)
OVERRIDE = Ruling(1, 2, None, TODAY + timedelta(days=30), TODAY)


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return reviewed_district.scorer(tmp_path_factory.mktemp("served"))


def ruled(scorer: Scorer, rulings: dict[Key, Ruling]) -> list[dict[str, Any]]:
    """Everybody's results with these rulings laid over them."""
    scorer.rulings = lambda: rulings
    try:
        return scorer.score([district.enterprise_id(number) for number in range(district.ENTERPRISES)], None)["results"]
    finally:
        scorer.rulings = dict


def key_of(result: dict[str, Any]) -> Key:
    return result["enterprise_id"], result["sector"]


def same(results: list[dict[str, Any]], chosen: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in results if key_of(one) == key_of(chosen))


def first(results: list[dict[str, Any]], **wanted: object) -> dict[str, Any]:
    return next(one for one in results if all(one[name] == value for name, value in wanted.items()))


def test_an_override_puts_its_tier_beside_the_models_own(scorer: Scorer) -> None:
    before = ruled(scorer, {})
    chosen = first(before, source="sector", tier="high")
    after = first(
        ruled(scorer, {key_of(chosen): OVERRIDE}), enterprise_id=chosen["enterprise_id"], sector=chosen["sector"]
    )
    assert (after["tier"], after["tier_rank"], after["source"], after["confirmed"]) == ("medium", 2, "override", True)
    assert after["override"] == {
        "model_tier": "high",
        "model_tier_rank": 4,
        "model_source": "sector",
        "decided_on": "2026-03-02",
        "expires_on": "2026-04-01",
    }
    standard = scorer.release.models[chosen["sector"]].standard
    assert after["sampling"]["ratio"] == standard.sampling["medium"].ratio
    unchanged = ("margin", "probability", "interval", "borderline", "rules", "status")
    assert {name: after[name] for name in unchanged} == {name: chosen[name] for name in unchanged}


def test_nobody_else_is_touched(scorer: Scorer) -> None:
    before = ruled(scorer, {})
    chosen = key_of(first(before, source="sector"))
    after = ruled(scorer, {chosen: OVERRIDE, ("nobody", "drugs"): OVERRIDE})
    changed = [key_of(one) for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [chosen]


def test_what_has_no_tier_gets_none(scorer: Scorer) -> None:
    before = ruled(scorer, {})
    untiered = {key_of(one): OVERRIDE for one in before if one["tier"] is None}
    assert untiered
    assert ruled(scorer, untiered) == before


def test_a_hard_rule_outranks_an_override_but_can_be_confirmed(scorer: Scorer) -> None:
    before = ruled(scorer, {})
    listed = first(before, source="hard_rule")
    assert ruled(scorer, {key_of(listed): OVERRIDE}) == before
    agreed = replace(OVERRIDE, tier_rank=None, agreed_rank=HIGH_RANK)
    after = same(ruled(scorer, {key_of(listed): agreed}), listed)
    assert after == listed | {"confirmed": True}


@pytest.mark.parametrize("agreed_rank", [tier.rank for tier in TIERS])
def test_a_high_tier_is_confirmed_by_agreeing_to_high_alone(scorer: Scorer, agreed_rank: int) -> None:
    high = first(ruled(scorer, {}), tier="high", source="sector")
    agreed = replace(OVERRIDE, tier_rank=None, agreed_rank=agreed_rank)
    after = same(ruled(scorer, {key_of(high): agreed}), high)
    assert after == high | {"confirmed": agreed_rank == HIGH_RANK}


def test_an_explanation_starts_with_the_override_and_adds_up_to_the_models_margin(scorer: Scorer) -> None:
    chosen = first(ruled(scorer, {}), source="sector", tier="high")
    scorer.rulings = lambda: {key_of(chosen): OVERRIDE}
    explained = scorer.explain([chosen["enterprise_id"]], chosen["sector"], "zh")["results"][0]
    scorer.rulings = dict
    assert explained["source"] == "override"
    parts = sum(one["contribution"] for one in explained["reasons"])
    assert explained["baseline"] + parts + explained["other"] == pytest.approx(chosen["margin"], abs=1e-6)


def test_what_is_settled_leaves_the_worklist_of_pending_confirmations(scorer: Scorer) -> None:
    everything = Scope()
    before = scorer.worklists.rows("high_tier_confirmations", None, everything, 0, 1000)
    keys = [(row["enterprise_id"], row["sector"]) for row in before["rows"]]
    assert len(keys) > 3
    agreed = replace(OVERRIDE, tier_rank=None, agreed_rank=HIGH_RANK)
    rulings = {keys[0]: OVERRIDE, keys[1]: agreed, keys[2]: replace(agreed, agreed_rank=2)}
    after = scorer.worklists.rows("high_tier_confirmations", None, everything, 0, 1000, settled=settled_high(rulings))
    assert [(row["enterprise_id"], row["sector"]) for row in after["rows"]] == keys[2:]
    assert after["total"] == before["total"] - 2
