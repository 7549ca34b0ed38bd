"""The weights of the examples: chosen on earlier random draws, kept at the recipe's where these say too little."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.calibration import probability_of
from training import weighting as weighting_module
from training.examples import Examples, weights_of
from training.recipe import DESIGN_WEIGHT_CAP, TARGETED_WEIGHT
from training.weighting import AS_IN_RECIPE, CAPS, FEWEST_DRAWN_PROBLEMS, TARGETED_WEIGHTS, judging_weight, weigh

NAMES = ("penalties_count_365d", "complaints_count_365d", "enterprises_tenure_days")
START, JUDGED_FROM = pd.Timestamp("2021-01-01"), pd.Timestamp("2023-01-01")
ROWS = 3_000


def examples(targeted_effect: float = 0.8, **columns: Any) -> Examples:
    """Half of the inspections are drawn, half targeted; what a penalty means may differ between the two."""
    generator = np.random.default_rng(5)
    values = generator.poisson(1.0, (ROWS, 3)).astype(np.float32)
    is_targeted = np.arange(ROWS) % 2 == 0
    effect = np.where(is_targeted, targeted_effect, 0.8)
    outcome = generator.random(ROWS) < probability_of(-2.0 + effect * values[:, 0] + 0.3 * values[:, 1])
    days = pd.to_timedelta(generator.integers(0, 700, ROWS), unit="D")
    keys = pd.DataFrame(
        {
            "as_of": START,
            "enterprise_id": [f"E{number}" for number in range(ROWS)],
            "sector": "drugs",
            "occurred_on": START + days,
            "outcome": outcome.astype(float),
            "basis": np.where(is_targeted, "complaint", "random"),
            "inclusion_probability": np.where(is_targeted, np.nan, np.where(np.arange(ROWS) % 3, 0.1, 0.4)),
            "is_recent": False,
            "weight": 1.0,
        }
    ).assign(**columns)
    judged = keys.head(20).assign(as_of=JUDGED_FROM, is_recent=True, occurred_on=JUDGED_FROM)
    everything = pd.concat([keys, judged], ignore_index=True)
    return Examples(everything, np.vstack([values, values[:20]]), NAMES)


def test_the_chosen_setting_is_among_those_tried_and_weighs_the_examples() -> None:
    given = examples()
    found, weighting = weigh(given)
    assert sum(rated.chosen for rated in weighting.tried) == 1
    assert weighting.targeted_weight in TARGETED_WEIGHTS
    assert weighting.cap in CAPS
    assert "earlier random draws" in weighting.reason
    expected = weights_of(given.keys, weighting.targeted_weight, weighting.cap)
    assert found.keys["weight"].tolist() == pytest.approx(expected.tolist())
    pd.testing.assert_frame_equal(found.keys.drop(columns="weight"), given.keys.drop(columns="weight"))


def test_the_recipes_setting_is_tried_first_and_stays_where_the_gain_is_too_small(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    misleading = examples(targeted_effect=-2.0)
    gain = weigh(misleading)[1].tried[0].difference
    monkeypatch.setattr(weighting_module, "INDIFFERENT", gain * 1.01)
    weighting = weigh(misleading)[1]
    assert weighting.tried[0].name == f"{TARGETED_WEIGHT:g} / {DESIGN_WEIGHT_CAP:g}"
    assert weighting.tried[0].chosen
    assert (weighting.targeted_weight, weighting.cap) == (TARGETED_WEIGHT, DESIGN_WEIGHT_CAP)


def test_targeted_inspections_that_mislead_lose_their_weight() -> None:
    weighting = weigh(examples(targeted_effect=-2.0))[1]
    assert weighting.targeted_weight == min(TARGETED_WEIGHTS)
    assert weighting.tried[0].difference > weighting.tried[0].standard_error > 0


def test_settings_that_weigh_alike_are_tried_once() -> None:
    one_chance = examples()
    chance = one_chance.keys["inclusion_probability"].where(one_chance.keys["inclusion_probability"].isna(), 0.2)
    keys = one_chance.keys.assign(inclusion_probability=chance)
    weighting = weigh(replace(one_chance, keys=keys))[1]
    assert len(weighting.tried) == len(TARGETED_WEIGHTS)
    assert weighting.cap == DESIGN_WEIGHT_CAP


def test_without_targeted_inspections_and_with_one_chance_there_is_nothing_to_choose() -> None:
    weighting = weigh(examples(basis="random", inclusion_probability=0.2))[1]
    assert weighting == replace(AS_IN_RECIPE, reason=weighting.reason)
    assert "all weights are alike" in weighting.reason


def test_without_random_draws_the_recipes_constants_hold_and_the_reason_is_told() -> None:
    given = examples(basis="statutory", inclusion_probability=np.nan)
    found, weighting = weigh(given)
    assert weighting.reason.startswith("此前随机抽查发现的问题仅 0 件")
    assert f"a choice needs {FEWEST_DRAWN_PROBLEMS}" in weighting.reason
    assert weighting.tried == ()
    assert set(found.keys["weight"]) == {1.0}


def test_the_year_that_judges_is_not_looked_at() -> None:
    given = examples()
    late = given.keys["occurred_on"] >= JUDGED_FROM
    turned = given.keys.assign(outcome=np.where(late, 1 - given.keys["outcome"], given.keys["outcome"]))
    assert weigh(replace(given, keys=turned))[1] == weigh(given)[1]


def test_draws_of_the_judged_year_are_not_earlier_ones() -> None:
    weighting = weigh(examples(occurred_on=JUDGED_FROM))[1]
    assert weighting.tried == ()


def test_an_inspection_seen_from_two_snapshots_says_no_more_than_once() -> None:
    given = examples(targeted_effect=-2.0)
    twice = Examples(
        pd.concat([given.keys, given.keys], ignore_index=True), np.vstack([given.values, given.values]), NAMES
    )
    once, again = weigh(given)[1], weigh(twice)[1]
    assert again.reason == once.reason
    assert again.tried[0].standard_error == pytest.approx(once.tried[0].standard_error, rel=0.2)


def drawn(chance: Any, **columns: Any) -> pd.DataFrame:
    """One draw per chance, all judged."""
    chances = np.asarray(chance, dtype=float)
    keys = {
        "as_of": START,
        "enterprise_id": [f"E{number}" for number in range(len(chances))],
        "sector": "drugs",
        "occurred_on": START,
        "basis": "random",
        "inclusion_probability": chances,
        "weight": 1.0,
    }
    return pd.DataFrame(keys).assign(**columns)


def test_judged_draws_speak_for_everyone_where_a_hidden_trait_makes_for_risk_and_for_draws() -> None:
    generator = np.random.default_rng(3)
    is_risky = generator.random(400_000) < 0.1
    chance, risk = np.where(is_risky, 0.5, 0.01), np.where(is_risky, 0.4, 0.05)
    is_drawn = generator.random(len(chance)) < chance
    keys = drawn(chance[is_drawn])
    outcome = generator.random(len(keys)) < risk[is_drawn]
    weight = judging_weight(keys, np.full(len(keys), True), TARGETED_WEIGHT)
    assert np.average(outcome, weights=weight) == pytest.approx(risk.mean(), abs=0.01)
    assert np.average(outcome, weights=weights_of(keys)) > 2 * risk.mean()


def test_a_judged_inspection_counts_once_however_many_snapshots_see_it() -> None:
    twice = pd.concat([drawn([0.1, 0.1]), drawn([0.1]).assign(as_of=JUDGED_FROM)], ignore_index=True)
    assert judging_weight(twice, np.full(3, True), 0.5).tolist() == pytest.approx([0.5, 1.0, 0.5])


def test_judged_draws_together_weigh_as_much_as_their_effective_number() -> None:
    alike = judging_weight(drawn([0.2] * 8), np.full(8, True), 0.5)
    assert alike.tolist() == pytest.approx([1.0] * 8)
    unlike = judging_weight(drawn([0.5, 0.5, 0.5, 0.01]), np.full(4, True), 0.5)
    assert unlike[3] / unlike[0] == pytest.approx(50)
    assert unlike.sum() == pytest.approx(53**2 / (3 + 50**2))


def test_rows_that_are_not_judged_keep_the_weight_with_which_they_train() -> None:
    keys = drawn([0.5, 0.01, 0.01], weight=[1.0, 5.0, 5.0], basis=["random", "random", "complaint"])
    weight = judging_weight(keys, np.array([True, True, False]), 0.5)
    assert weight[2] == 5.0
    assert weight[1] / weight[0] == pytest.approx(50)
