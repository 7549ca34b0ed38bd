"""The labelled examples: which snapshots have matured, who is in the cohort, and what each row weighs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from records.errors import DataError
from tests.spec.tables import given
from training import examples
from training.examples import Examples, collect_examples, standard_of
from training.recipe import DESIGN_WEIGHT_CAP, RECENT_DAYS, SNAPSHOTS, TARGETED_BASES, TARGETED_WEIGHT

A = date(2025, 1, 1)
FOOD, DRUGS = "food_operation", "drugs"
HORIZON, MATURITY = 100, 20
WAIT = timedelta(days=HORIZON + MATURITY)


def standards(**horizons: int) -> dict[str, Standard]:
    shipped = read_standards(SHIPPED_STANDARDS)
    waits = {"general": HORIZON, FOOD: HORIZON, **horizons}
    return {
        sector: replace(shipped[sector], horizon_days=days, maturity_days=MATURITY) for sector, days in waits.items()
    }


def collected(text: str, given_standards: Mapping[str, Standard] | None = None, as_of: date = A) -> Examples:
    return collect_examples(given(text).records, given_standards or standards(), as_of)


@pytest.fixture(autouse=True)
def _one_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every snapshot builds a frame; one is enough to see what is learned from."""
    monkeypatch.setattr(examples, "SNAPSHOTS", 1)


LAST = A - WAIT
BOTH_SECTORS = f"""
    enterprises | enterprise | sectors
                | 甲         | {FOOD};{DRUGS}

    inspections | record | enterprise | occurred_on | sector  | severity
                | food   | 甲         | {LAST}      | {FOOD}  | general
                | drug   | 甲         | {LAST}      | {DRUGS} | serious
"""


@pytest.mark.parametrize(("longer", "sectors"), [(0, {FOOD, DRUGS}), (1, {FOOD})], ids=["just closed", "not yet"])
def test_a_sector_has_examples_once_its_own_window_and_maturity_have_closed(longer: int, sectors: set[str]) -> None:
    keys = collected(BOTH_SECTORS, standards(drugs=HORIZON + longer)).keys
    assert set(keys["sector"]) == sectors
    assert set(keys["as_of"]) == {pd.Timestamp(LAST)}


def test_an_outcome_teaches_from_the_day_after_it_has_matured() -> None:
    matured = LAST + timedelta(days=MATURITY)
    with pytest.raises(DataError, match=f"outcome window closed before {matured}, found none; give a later --as-of"):
        collected(BOTH_SECTORS, standards(drugs=HORIZON), matured)
    assert len(collected(BOTH_SECTORS, standards(drugs=HORIZON), matured + timedelta(days=1)).keys) == 2


def test_an_inspection_is_seen_from_every_snapshot_whose_window_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "SNAPSHOTS", 3)
    seen = [date(2024, 6, 3), date(2024, 9, 3)]  # three and no months before the last; the first is 184 days away
    assert collected(BOTH_SECTORS, standards(drugs=HORIZON)).keys["as_of"].dt.date.unique().tolist() == seen


def test_snapshots_follow_the_wait_of_most_inspections_and_later_ones_serve_shorter_waits() -> None:
    usual, short = HORIZON + MATURITY, HORIZON + MATURITY - 100
    dates = examples._dates(pd.Series([usual, usual, short]), A)
    assert dates == [A - timedelta(days=usual), A - timedelta(days=short)]


def test_a_rare_sector_of_short_wait_takes_no_snapshot_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "SNAPSHOTS", SNAPSHOTS)
    alone = examples._dates(pd.Series([400, 400]), A)
    together = examples._dates(pd.Series([400, 400, 200]), A)
    assert len(alone) == SNAPSHOTS
    assert together[:SNAPSHOTS] == alone
    assert together[-1] == A - timedelta(days=200)
    assert len(together) == SNAPSHOTS + 3


def test_a_probability_draw_is_learned_from_even_if_somebody_came_before_it() -> None:
    found = collected(f"""
        enterprises | enterprise | sectors
                    | 甲         | {FOOD}

        inspections | enterprise | occurred_on                | sector | severity | basis     | inclusion_probability
        for cause   | 甲         | {LAST}                     | {FOOD} | serious  | complaint |
        drawn       | 甲         | {LAST + timedelta(days=9)} | {FOOD} | none     | random    | 0.1
    """).keys
    assert found["basis"].tolist() == ["random"]
    assert found["outcome"].tolist() == [0]


def test_without_inspections_nothing_can_be_learned() -> None:
    text = """
        enterprises | enterprise
                    | 甲
    """
    with pytest.raises(DataError, match="needs at least one inspection"):
        collected(text)


def test_only_enterprises_in_scope_and_in_business_are_examples() -> None:
    keys = collected(f"""
        enterprises       | enterprise | ent_type | state        | sectors
        a company         | 甲         | 1130     | active       | {FOOD}
        dormant           | 乙         | 1130     | dormant      | {FOOD}
        self-employed     | 丙         | 9500     | active       | {FOOD}
        deregistered      | 丁         | 1130     | deregistered | {FOOD}
        revoked           | 戊         | 1130     | revoked      | {FOOD}
        not in the sector | 己         | 1130     | active       | {DRUGS}

        inspections | enterprise | occurred_on | sector
                    | 甲         | {LAST}      | {FOOD}
                    | 乙         | {LAST}      | {FOOD}
                    | 丙         | {LAST}      | {FOOD}
                    | 丁         | {LAST}      | {FOOD}
                    | 戊         | {LAST}      | {FOOD}
                    | 己         | {LAST}      | {FOOD}
    """).keys
    assert set(keys["enterprise_id"]) == {"甲", "乙"}


def test_only_people_nobody_may_tier_is_the_same_as_no_inspection() -> None:
    text = f"""
        enterprises   | enterprise | ent_type | sectors
        self-employed | 甲         | 9500     | {FOOD}

        inspections | enterprise | occurred_on | sector
                    | 甲         | {LAST}      | {FOOD}
    """
    with pytest.raises(DataError, match="found none"):
        collected(text)


def test_the_standard_says_from_which_severity_on_a_finding_is_a_problem() -> None:
    text = f"""
        enterprises | enterprise | sectors
                    | 甲         | {FOOD}
                    | 乙         | {FOOD}
                    | 丙         | {FOOD}

        inspections | enterprise | occurred_on | sector | severity
                    | 甲         | {LAST}      | {FOOD} | minor
                    | 乙         | {LAST}      | {FOOD} | general
                    | 丙         | {LAST}      | {FOOD} | serious
    """
    keys = collected(text).keys.set_index("enterprise_id")
    assert keys["outcome"].to_dict() == {"甲": 0, "乙": 1, "丙": 1}
    assert keys["serious"].to_dict() == {"甲": 0, "乙": 0, "丙": 1}
    strict = {name: replace(one, outcome_severity="serious") for name, one in standards().items()}
    assert collected(text, strict).keys["outcome"].sum() == 1


def test_a_row_has_the_indicators_of_its_own_enterprise_and_snapshot() -> None:
    found = collected(f"""
        enterprises | enterprise | sectors
                    | 甲         | {FOOD}
                    | 乙         | {FOOD}

        penalties   | enterprise | occurred_on                  | known_at
        in time     | 乙         | {LAST - timedelta(days=5)}   | {LAST - timedelta(days=1)}
        known later | 甲         | {LAST - timedelta(days=5)}   | {LAST}

        inspections | enterprise | occurred_on | sector
                    | 甲         | {LAST}      | {FOOD}
                    | 乙         | {LAST}      | {FOOD}
    """)
    penalties = found.values[:, found.names.index("penalties_count_365d")]
    assert dict(zip(found.keys["enterprise_id"], penalties, strict=True)) == {"甲": 0, "乙": 1}


def test_an_unknown_sector_follows_the_general_standard() -> None:
    known = standards()
    assert standard_of(known, FOOD) is known[FOOD]
    assert standard_of(known, "elsewhere") is known["general"]


def weighted(**columns: object) -> pd.DataFrame:
    size = max(len(value) for value in columns.values() if isinstance(value, list))
    keys = pd.DataFrame(
        {
            "sector": FOOD,
            "severity_rank": 0,
            "basis": "random",
            "inclusion_probability": None,
            "as_of": pd.Timestamp(LAST),
            **columns,
        },
        index=range(size),
    )
    return examples._weighted(keys, standards())


def test_a_draw_weighs_by_its_inverse_probability_relative_to_the_median_draw() -> None:
    assert weighted(inclusion_probability=[0.2, 0.1, 0.05])["weight"].tolist() == pytest.approx([0.5, 1, 2])


def test_weights_of_draws_are_capped_on_both_sides() -> None:
    weight = weighted(inclusion_probability=[1.0, 0.01, 0.01, 0.01, 0.0001])["weight"]
    assert weight.tolist() == pytest.approx([1 / DESIGN_WEIGHT_CAP, 1, 1, 1, DESIGN_WEIGHT_CAP])


@pytest.mark.parametrize("cap", [1.0, 2.0])
def test_another_cap_and_targeted_weight_may_be_asked_for(cap: float) -> None:
    keys = weighted(basis=["random"] * 3 + ["complaint"], inclusion_probability=[1.0, 0.1, 0.01, None])
    assert examples.weights_of(keys, 0.25, cap).tolist() == pytest.approx([1 / cap, 1, cap, 0.25])


def test_an_inspection_outside_any_draw_weighs_one() -> None:
    assert weighted(inclusion_probability=[None, 0.05, None, 0.05])["weight"].tolist() == [1, 1, 1, 1]
    assert weighted(basis=["statutory", "random"])["weight"].tolist() == [1, 1]


def test_a_targeted_inspection_weighs_less_even_if_it_has_a_probability() -> None:
    keys = weighted(basis=[*TARGETED_BASES, "random"], inclusion_probability=[0.01] * 4 + [0.5])
    assert keys["weight"].tolist()[:4] == [TARGETED_WEIGHT] * 4
    assert keys["is_targeted"].tolist() == [True] * 4 + [False]


def test_snapshots_are_recent_up_to_the_stated_distance_from_the_last() -> None:
    last = pd.Timestamp(LAST)
    ages = pd.to_timedelta([0, RECENT_DAYS, RECENT_DAYS + 1], unit="D")
    assert weighted(as_of=list(last - ages))["is_recent"].tolist() == [True, True, False]


def test_a_sector_with_a_longer_horizon_has_recent_snapshots_of_its_own() -> None:
    last, far = pd.Timestamp(LAST), pd.Timestamp(LAST) - pd.Timedelta(days=RECENT_DAYS + 1)
    keys = weighted(sector=[FOOD, FOOD, DRUGS], as_of=[last, far, far])
    assert keys["is_recent"].tolist() == [True, False, True]


def test_values_and_keys_go_together() -> None:
    found = collected(BOTH_SECTORS, standards(drugs=HORIZON))
    assert found.values.dtype == np.float32
    assert found.values.shape == (len(found.keys), len(found.names))
    assert found.of(DRUGS).tolist() == (found.keys["sector"] == DRUGS).tolist()
