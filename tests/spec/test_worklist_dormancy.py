"""Worklists: who might be guided to file for dormancy, and whose dormancy comes to its end (R13)."""

from tests.spec.tables import given
from tests.worklist_tables import on_list, row_of, rules

CANDIDATES, ENDING = "dormancy_candidates", "dormancies_ending"

IDLE = given("""
    annual_reports       | record | enterprise | year | occurred_on | state     | revenue_yuan | employees
    nothing going on     | a1     | 甲         | 2023 | 2024-03-01  | on_time   | 0            | 0
    employees not told   | a2     | 乙         | 2023 | 2024-03-01  | late      | 0            |
    revenue not told     | a3     | 丙         | 2023 | 2024-03-01  | on_time   |              | 0
    somebody works there | a4     | 丁         | 2023 | 2024-03-01  | on_time   | 0            | 3
    nothing going on     | a5     | 戊         | 2022 | 2023-03-01  | on_time   | 0            | 0
    business again       | a6     | 戊         | 2023 | 2024-03-01  | on_time   | 5000         | 0
    nothing going on     | a7     | 己         | 2023 | 2024-03-01  | on_time   | 0            | 0
    nothing going on     | a8     | 庚         | 2023 | 2024-03-01  | on_time   | 0            | 0
    nothing going on     | a9     | 辛         | 2023 | 2024-03-01  | on_time   | 0            | 0

    dormancies           | record | enterprise | occurred_on | planned_end_on | ended_on
    dormant already      | d1     | 己         | 2024-04-01  | 2024-10-01     | 2024-05-01

    complaints           | record | enterprise | occurred_on | kind
    a customer complains | c1     | 庚         | 2024-04-01  | complaint

    inspections          | record | enterprise | occurred_on | severity
    not found            | i1     | 辛         | 2024-04-01  | unreachable
""")


def test_a_report_without_revenue_and_employees_makes_a_candidate_from_the_day_after():
    assert on_list(CANDIDATES, IDLE, "2024-03-01") == "戊"
    assert on_list(CANDIDATES, IDLE, "2024-03-02") == "乙 己 庚 甲 辛"


def test_dormancy_trade_and_being_out_of_reach_end_it():
    assert on_list(CANDIDATES, IDLE, "2024-04-01") == "乙 己 庚 甲 辛"
    assert on_list(CANDIDATES, IDLE, "2024-04-02") == "乙 甲"


def test_a_dormancy_that_has_ended_stands_in_nobodys_way():
    assert on_list(CANDIDATES, IDLE, "2024-04-30") == "乙 甲"
    assert on_list(CANDIDATES, IDLE, "2024-05-01") == "乙 己 甲"


def test_an_old_report_says_nothing_of_today():
    short = rules(dormancy={"report_days": 60})
    assert on_list(CANDIDATES, IDLE, "2024-04-30", use=short) == "乙 甲"
    assert on_list(CANDIDATES, IDLE, "2024-05-01", use=short) == ""


def test_the_sentence_says_what_the_report_says():
    assert row_of("甲", CANDIDATES, IDLE, "2024-04-30")["why_zh"] == (
        "2024-03-01报送的2023年度报告营业总收入为零、从业人数为零，此后无经营迹象。"
    )
    assert "does not give employees" in row_of("乙", CANDIDATES, IDLE, "2024-04-30")["why_en"]
    assert row_of("乙", CANDIDATES, IDLE, "2024-04-30")["records"] == "annual_reports:a2"


DORMANT = given("""
    dormancies        | record | enterprise | occurred_on | known_at   | planned_end_on | ended_on
    planned           | d1     | 甲         | 2023-07-01  | 2023-07-01 | 2024-07-31     |
    no end planned    | d2     | 乙         | 2021-07-31  | 2021-07-31 |                |
    longer than three | d3     | 丙         | 2021-07-31  | 2021-07-31 | 2025-01-01     |
    has resumed       | d4     | 丁         | 2023-07-01  | 2023-07-01 | 2024-07-31     |
    has resumed       | d4     | 丁         | 2023-07-01  | 2024-07-09 | 2024-07-31     | 2024-07-10
""")


def test_an_end_is_told_thirty_days_ahead_at_the_latest_after_three_years():
    assert on_list(ENDING, DORMANT, "2024-06-30") == ""
    assert on_list(ENDING, DORMANT, "2024-07-01") == "丁 丙 乙 甲"
    assert row_of("丙", ENDING, DORMANT, "2024-07-01")["due_on"] == "2024-07-31"


def test_who_has_resumed_business_is_left_out_from_that_day_on():
    assert on_list(ENDING, DORMANT, "2024-07-09") == "丁 丙 乙 甲"
    assert on_list(ENDING, DORMANT, "2024-07-10") == "丙 乙 甲"


def test_the_sentence_says_whether_the_end_lies_ahead():
    ahead, past = (row_of("甲", ENDING, DORMANT, day) for day in ("2024-07-30", "2024-07-31"))
    assert (ahead["days_left"], ahead["why_zh"]) == (1, "2023-07-01备案的歇业将于2024-07-31到期。")
    assert (past["days_left"], past["why_zh"]) == (0, "2023-07-01备案的歇业已于2024-07-31到期，未见恢复营业或注销。")
