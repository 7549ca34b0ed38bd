"""Worklist: higher-risk enterprises to be reminded, at the plan's three moments (R11)."""

import pytest

from records.errors import ConfigError
from tests.spec.tables import given
from tests.worklist_tables import drawn, on_list, row_of, rules, tiers

DUE = "reminders_due"

RECORDS = given("""
    annual_reports    | record | enterprise | year | occurred_on | state
    filed             | a1     | 丙         | 2023 | 2024-03-01  | on_time
    filed             | a2     | 丁         | 2023 | 2024-03-01  | on_time

    penalties         | record | enterprise | occurred_on | severity
    lately            | p1     | 丙         | 2024-02-01  | general
    lately            | p2     | 丙         | 2024-03-10  | minor
    long ago          | p3     | 丁         | 2022-01-01  | general
""")


def test_the_higher_tiers_are_reminded_while_a_report_may_still_be_filed():
    assert on_list(DUE, RECORDS, "2024-01-01", tiers(丙=3, 丁=2)) == "丙"
    assert on_list(DUE, RECORDS, "2023-12-31", tiers(丙=3, 丁=2)) == ""
    row = row_of("丙", DUE, RECORDS, "2024-01-01", tiers(丙=3, 丁=2))
    assert (row["topic"], row["tier"], row["due_on"]) == ("annual_report", "medium_high", "2024-01-01")
    assert row["office"] == "食品经营监管股"
    assert row["why_zh"] == "风险类别中高，年度报告在报送期内尚未报送，尚未就此提醒。"


def test_after_the_window_it_is_no_moment_of_the_first_half_year_any_more():
    annual = given("""
        enterprises | enterprise
        never filed | 甲

        annual_reports | enterprise | year | occurred_on
        of another     | 乙         | 2023 | 2024-03-01
    """)
    assert on_list(DUE, annual, "2024-06-30", tiers(甲=4)) == "甲"
    assert on_list(DUE, annual, "2024-07-01", tiers(甲=4)) == ""


def test_a_penalty_is_a_moment_for_a_year():
    topics = drawn(DUE, RECORDS, "2024-03-11", tiers(丙=3, 丁=4)).facts
    assert list(topics["topic"]) == ["penalty"]
    row = row_of("丙", DUE, RECORDS, "2024-03-11", tiers(丙=3, 丁=4))
    assert (row["records"], row["due_on"]) == ("penalties:p1 penalties:p2", "2024-03-10")
    year = rules(reminders={"penalty_days": 30})
    assert on_list(DUE, RECORDS, "2024-04-09", tiers(丙=3), year) == "丙"
    assert on_list(DUE, RECORDS, "2024-04-10", tiers(丙=3), year) == ""


def test_who_is_up_for_clean_up_is_reminded_as_long_as_it_is():
    lost = given("""
        inspections | record | enterprise | occurred_on | severity
        not found   | i1     | 甲         | 2024-01-04  | unreachable
    """)
    assert on_list(DUE, lost, "2024-07-01", tiers(甲=3)) == ""
    assert on_list(DUE, lost, "2024-07-02", tiers(甲=3)) == "甲"
    row = row_of("甲", DUE, lost, "2024-07-02", tiers(甲=3))
    assert (row["topic"], row["records"], row["due_on"]) == ("long_idle", "inspections:i1", "2024-07-02")


def test_the_least_tier_is_a_rule():
    assert on_list(DUE, RECORDS, "2024-03-11", tiers(丙=2)) == ""
    assert on_list(DUE, RECORDS, "2024-03-11", tiers(丙=2), rules(reminders={"minimum_tier": "medium"})) == "丙"


REMINDED = given("""
    penalties        | record | enterprise | occurred_on
    penalised        | p1     | 甲         | 2024-01-01
    penalised        | p2     | 乙         | 2024-01-01
    penalised        | p3     | 丙         | 2024-01-01

    annual_reports   | record | enterprise | year | occurred_on
    filed            | a1     | 甲         | 2023 | 2024-01-01
    filed            | a2     | 乙         | 2023 | 2024-01-01
    filed            | a3     | 丙         | 2023 | 2024-01-01

    reminders        | record | enterprise | occurred_on | topic     | channel | replied_on | reply
    by phone         | r1     | 甲         | 2024-03-01  | penalty   | phone   |            |
    by letter        | r2     | 乙         | 2024-02-01  | penalty   | letter  | 2024-02-10 | will_correct
    another topic    | r3     | 丙         | 2024-03-01  | long_idle | phone   |            |
""")
ALL_HIGH = tiers(甲=4, 乙=4, 丙=4)


def test_who_was_reminded_of_the_topic_within_thirty_days_is_left_out():
    assert on_list(DUE, REMINDED, "2024-03-01", ALL_HIGH) == "丙 甲"
    assert on_list(DUE, REMINDED, "2024-03-02", ALL_HIGH) == "丙 乙"
    assert on_list(DUE, REMINDED, "2024-03-30", ALL_HIGH) == "丙 乙"
    assert on_list(DUE, REMINDED, "2024-03-31", ALL_HIGH) == "丙 乙 甲"


def test_the_last_reminder_its_reply_and_what_to_try_next_are_told():
    rows = {name: row_of(name, DUE, REMINDED, "2024-03-31", ALL_HIGH) for name in "甲乙丙"}
    told = ("last_reminded_on", "last_channel", "last_reply", "replied_on", "next_channel")
    assert [rows["甲"][name] for name in told] == ["2024-03-01", "phone", None, None, "letter"]
    assert [rows["乙"][name] for name in told] == ["2024-02-01", "letter", "will_correct", "2024-02-10", "letter"]
    assert [rows["丙"][name] for name in told] == [None, None, None, None, "phone"]
    assert rows["甲"]["why_zh"].endswith("上次提醒为2024-03-01。")


def test_without_tiers_the_list_says_what_it_needs():
    with pytest.raises(ConfigError, match="needs the tiers of a snapshot"):
        drawn(DUE, REMINDED, "2024-03-31")
