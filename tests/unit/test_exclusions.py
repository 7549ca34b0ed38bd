"""What became of every inspection: each has one fate, and what is left is what training learned from."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pandas as pd
import pytest

from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from tests.spec.tables import given
from training import examples
from training.examples import collect_examples
from training.exclusions import FATES, USED, attrition, trace_inspections

A = date(2025, 1, 1)
FOOD, DRUGS = "food_operation", "drugs"
HORIZON, MATURITY = 100, 20
LAST = A - timedelta(days=HORIZON + MATURITY)
DAY = timedelta(days=1)
END = LAST + HORIZON * DAY


def standards(**horizons: int) -> dict[str, Standard]:
    shipped = read_standards(SHIPPED_STANDARDS)
    waits = {"general": HORIZON, FOOD: HORIZON, DRUGS: HORIZON, **horizons}
    return {
        sector: replace(shipped[sector], horizon_days=days, maturity_days=MATURITY) for sector, days in waits.items()
    }


def traced(text: str, given_standards: Mapping[str, Standard] | None = None) -> pd.DataFrame:
    records, rules = given(text).records, given_standards or standards()
    return trace_inspections(records, rules, collect_examples(records, rules, A), A)[0]


def fates(text: str, given_standards: Mapping[str, Standard] | None = None) -> dict[str, str]:
    found = traced(text, given_standards)
    return dict(zip(found["record_id"], found["fate"], strict=True))


@pytest.fixture(autouse=True)
def _one_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "SNAPSHOTS", 1)


EVERY_FATE = f"""
    enterprises     | enterprise | sectors | ent_type | state   | valid_from
    the usual       | 甲         | {FOOD}  | 1130     | active  | 2010-01-01
    a shop          | 乙         | {FOOD}  | 9500     | active  | 2010-01-01
    closed          | 丙         | {FOOD}  | 1130     | revoked | 2010-01-01
    elsewhere       | 丁         | {DRUGS} | 1130     | active  | 2010-01-01
    new             | 戊         | {FOOD}  | 1130     | active  | {LAST}

    inspections     | record          | enterprise | occurred_on  | sector | basis     | severity    | withdrawn_at
                    | used            | 甲         | {LAST}       | {FOOD} | random    | general     |
    after the first | passed_over     | 甲         | {LAST + DAY} | {FOOD} | complaint | serious     |
    a day too early | early           | 甲         | {LAST - DAY} | {FOOD} | random    | none        |
    a day too late  | immature        | 甲         | {END}        | {FOOD} | random    | none        |
    undone on A     | withdrawn       | 甲         | {LAST}       | {FOOD} | random    | none        | {A}
    known problem   | follow_up       | 甲         | {LAST}       | {FOOD} | follow_up | serious     |
    not carried out | void            | 甲         | {LAST}       | {FOOD} | random    | void        |
    nobody there    | unreachable     | 甲         | {LAST}       | {FOOD} | random    | unreachable |
                    | out_of_scope    | 乙         | {LAST}       | {FOOD} | random    | none        |
                    | not_in_business | 丙         | {LAST}       | {FOOD} | random    | none        |
                    | other_sector    | 丁         | {LAST}       | {FOOD} | random    | none        |
                    | not_in_register | 戊         | {LAST}       | {FOOD} | random    | none        |

    inspections     | record          | enterprise | occurred_on  | sector | known_at
    heard of on A   | not_known       | 甲         | {LAST}       | {FOOD} | {A}
"""


@cache
def every_fate() -> pd.DataFrame:
    return traced(EVERY_FATE)


def test_every_inspection_meets_the_fate_it_is_named_after() -> None:
    found = dict(zip(every_fate()["record_id"], every_fate()["fate"], strict=True))
    assert found == {name: name for name in found}
    assert len(found) == 13


def test_the_first_fate_that_applies_is_the_one_that_counts() -> None:
    assert fates(f"""
        enterprises | enterprise | sectors
                    | 甲         | {FOOD}

        inspections | record | enterprise | occurred_on | sector | basis     | severity | withdrawn_at
                    | both   | 甲         | {LAST}      | {FOOD} | follow_up | void     | {LAST + DAY}
                    | second | 甲         | {LAST}      | {FOOD} | follow_up | void     |
                    | used   | 甲         | {LAST}      | {FOOD} | random    | none     |
    """) == {"both": "withdrawn", "second": "follow_up", "used": "used"}


def test_a_random_draw_is_taken_although_another_inspection_came_before_it() -> None:
    assert fates(f"""
        enterprises | enterprise | sectors
                    | 甲         | {FOOD}

        inspections | record      | enterprise | occurred_on  | sector | basis     | inclusion_probability
                    | passed_over | 甲         | {LAST}       | {FOOD} | complaint |
                    | used        | 甲         | {LAST + DAY} | {FOOD} | random    | 0.1
    """) == {"passed_over": "passed_over", "used": "used"}


def test_short_windows_leave_days_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "SNAPSHOTS", 2)
    last = A - 50 * DAY  # the window of 30 days before it begins three months earlier
    found = fates(
        f"""
        enterprises | enterprise | sectors
                    | 甲         | {FOOD}
                    | 乙         | {FOOD}
                    | 丙         | {FOOD}

        inspections | record  | enterprise | occurred_on      | sector
                    | used    | 甲         | {last}           | {FOOD}
                    | between | 乙         | {last - DAY}     | {FOOD}
                    | earlier | 丙         | {last - 91 * DAY} | {FOOD}
        """,
        standards(general=30, food_operation=30, drugs=30),
    )
    assert found == {"used": "used", "between": "between", "earlier": "used"}


def test_the_log_adds_up_and_ends_with_the_examples() -> None:
    found = every_fate()
    log = attrition(found, FOOD)
    assert log.iloc[0]["lost"] + log.iloc[0]["left"] == len(found)
    assert (log["left"].shift(fill_value=len(found)) - log["lost"] == log["left"]).all()
    assert log.iloc[-1][["fate", "lost", "left", "targeted"]].tolist() == [USED, 0, 1, 0]
    order = [fate.id for fate in FATES]
    assert log["fate"].tolist() == sorted(log["fate"], key=order.index)


def test_a_sector_counts_its_own_inspections_only() -> None:
    log = attrition(every_fate(), DRUGS)
    assert log.to_dict("records") == [{"fate": USED, "lost": 0, "left": 0, "targeted": 0}]


def test_targeted_inspections_are_counted_among_what_is_left() -> None:
    log = attrition(every_fate(), FOOD).set_index("fate")
    assert log.loc["not_in_register", "targeted"] == 1  # the complaint, which is passed over next
    assert log.loc["passed_over", "targeted"] == 0


def test_an_inspection_becomes_one_example_per_snapshot_that_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "SNAPSHOTS", 3)
    records, rules = given(EVERY_FATE).records, standards(general=200, food_operation=200)
    learned = collect_examples(records, rules, A)
    found = trace_inspections(records, rules, learned, A)[0]
    assert found["sightings"].sum() == len(learned.keys)
    assert (found["sightings"] > 0).equals(found["fate"] == USED)
