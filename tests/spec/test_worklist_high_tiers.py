# ruff: noqa: E501 - a record is one line of a table
"""Worklists: high tiers to be confirmed by a person, and the sampling frame of commitment-makers (R18)."""

import pandas as pd

from supervision.worklists.everything import WORKLISTS
from tests.spec.tables import given
from tests.worklist_tables import drawn, ledger_at, on_list, row_of, tiers

HIGH, MAKERS = "high_tier_confirmations", "commitment_makers"

RECORDS = given("""
    enterprises     | enterprise | sectors        | ent_type
    high            | 甲         | food_operation | 1130
    medium          | 乙         | food_operation | 1130
    no record       | 丙         | food_operation | 1130
    out of scope    | 丁         | food_operation | 9500

    penalties       | record | enterprise | occurred_on | sector
    of its sector   | p1     | 甲         | 2024-05-01  | food_operation
    of another      | p2     | 甲         | 2024-05-01  | drugs
    of the day      | p3     | 甲         | 2024-07-01  | food_operation

    complaints      | record | enterprise | occurred_on | kind
    a report        | c1     | 甲         | 2024-05-01  | report
    a complaint     | c2     | 乙         | 2024-05-01  | complaint
""")
A = "2024-07-01"


def test_every_high_tier_is_listed_with_the_records_behind_it():
    answers = tiers(甲=4, 乙=3, 丙=4)
    assert on_list(HIGH, RECORDS, A, answers) == "丙 甲"
    row = row_of("甲", HIGH, RECORDS, A, answers)
    assert {"penalties:p1", "complaints:c1"} <= set(row["records"].split())
    assert "penalties:p3" not in row["records"]
    assert (row["due_on"], row["office"], row["sector"]) == (A, "食品经营监管股", "food_operation")
    assert row_of("丙", HIGH, RECORDS, A, answers)["records"] == "enterprises:丙"


def test_a_row_that_rests_on_a_report_is_internal():
    answers = tiers(甲=4, 乙=4, 丙=4)
    internal = {name: row_of(name, HIGH, RECORDS, A, answers)["internal_only"] for name in "甲乙丙"}
    assert internal == {"甲": True, "乙": False, "丙": False}


def test_only_what_raises_the_risk_is_named_where_that_is_known():
    answers = pd.DataFrame(
        {
            "enterprise_id": ["甲"],
            "sector": ["food_operation"],
            "tier_rank": [4],
            "probability": [None],
            "indicators": [["penalties_count_365d"]],
        }
    )
    ledger = ledger_at(RECORDS, A, answers)
    row = WORKLISTS[HIGH].rows(ledger).iloc[0]
    assert row["records"] == ["penalties:p1", "penalties:p2"]
    assert WORKLISTS[HIGH].why(row.to_dict()) == (
        "风险类别为高，须经人工确认后方可使用；升高风险的指标：近365天行政处罚次数。",
        "In the high tier, to be confirmed by a person before it is used; raised by: Penalties, last 365 days.",
    )


COMMITMENTS = given("""
    enterprises      | enterprise | ent_type
    in scope         | 甲         | 1130
    out of scope     | 乙         | 9500
    in scope         | 丙         | 1130

    commitments      | record | enterprise | occurred_on | kind      | fulfilled | verified_on | withdrawn_at | use_until
    fulfilled        | m1     | 甲         | 2024-01-10  | voluntary | true      | 2024-06-30  |              |
    broken           | m2     | 甲         | 2024-02-10  | permit    | false     | 2024-03-01  |              |
    annulled         | m3     | 甲         | 2024-03-10  | voluntary |           |             | 2024-06-30   |
    of an individual | m4     | 乙         | 2024-01-10  | voluntary |           |             |              |
    a proof          | m5     | 丙         | 2024-01-10  | proof     |           |             |              |
    for a year       | m6     | 丙         | 2024-06-29  | permit    |           |             |              | 2024-07-02
""")


def test_an_enterprise_is_in_the_frame_once_while_a_commitment_is_in_force():
    assert on_list(MAKERS, COMMITMENTS, "2024-01-10") == ""
    assert on_list(MAKERS, COMMITMENTS, "2024-01-11") == "甲"
    assert on_list(MAKERS, COMMITMENTS, "2024-07-01") == "丙 甲"
    assert on_list(MAKERS, COMMITMENTS, "2024-07-02") == "甲"


def test_how_commitments_were_kept_is_told_from_the_day_of_verification():
    told = ("commitments", "permit", "voluntary", "fulfilled", "broken", "unverified")
    before, after = (row_of("甲", MAKERS, COMMITMENTS, day) for day in ("2024-06-29", "2024-06-30"))
    assert [before[name] for name in told] == [3, 1, 2, 0, 1, 2]
    assert [after[name] for name in told] == [2, 1, 1, 1, 1, 0]
    assert after["records"] == "commitments:m1 commitments:m2"
    assert (after["due_on"], after["latest_on"]) == ("2024-01-10", "2024-02-10")


def test_a_list_may_be_cut_to_a_station_and_a_sector():
    stations = given("""
        enterprises | enterprise | station | sectors
        one         | 甲         | 东所    | food_operation
        two         | 乙         | 东所    | drugs;food_operation
        three       | 丙         | 西所    | drugs

        commitments | enterprise | occurred_on | kind
        made        | 甲         | 2024-01-10  | voluntary
        made        | 乙         | 2024-01-10  | voluntary
        made        | 丙         | 2024-01-10  | voluntary
    """)
    frame = drawn(MAKERS, stations, "2024-07-01")
    assert set(frame.where(station="东所").facts["enterprise_id"]) == {"甲", "乙"}
    assert set(frame.where(sector="drugs").facts["enterprise_id"]) == {"乙", "丙"}
    assert set(frame.where("东所", "drugs").facts["enterprise_id"]) == {"乙"}
    assert len(frame.where("北所")) == 0
    high = drawn(HIGH, stations, "2024-07-01", tiers(甲=4, 乙=4))
    assert set(high.where(sector="food_operation").facts["enterprise_id"]) == {"甲", "乙"}
    assert len(high.where(sector="drugs")) == 0
