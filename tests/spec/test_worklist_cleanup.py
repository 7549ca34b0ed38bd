"""Worklists: enterprises out of reach and enterprises long idle, for clean-up (R21)."""

from tests.spec.tables import given
from tests.worklist_tables import drawn, on_list, row_of, rules

UNREACHABLE, IDLE = "cleanup_unreachable", "cleanup_long_idle"

LOST = given("""
    inspections           | record | enterprise | occurred_on | severity
    not found             | i1     | 甲         | 2024-01-01  | unreachable
    again                 | i2     | 甲         | 2024-03-01  | unreachable
    not found, answers    | i3     | 乙         | 2024-01-01  | unreachable
    met on the same day   | i4     | 丙         | 2024-01-01  | unreachable
    met on the same day   | i5     | 丙         | 2024-01-01  | none
    void                  | i6     | 丁         | 2024-01-01  | void
    dormant               | i7     | 己         | 2024-01-01  | unreachable

    listings              | record | enterprise | occurred_on | kind     | cause       | removed_on
    listed                | l1     | 戊         | 2024-01-01  | abnormal | unreachable | 2024-07-01

    reminders             | record | enterprise | occurred_on | topic     | replied_on | reply
    answers               | r1     | 乙         | 2024-07-01  | long_idle | 2024-07-01 | will_correct
    no answer             | r2     | 甲         | 2024-07-01  | long_idle | 2024-07-01 | unreachable

    dormancies            | record | enterprise | occurred_on
    filed                 | d1     | 己         | 2023-12-01

    annual_reports        | record | enterprise | year | occurred_on | state
    filed before          | a1     | 甲         | 2020 | 2021-03-01  | on_time
    missing               | a2     | 甲         | 2021 | 2022-07-01  | not_filed
    missing               | a3     | 甲         | 2022 | 2023-07-01  | not_filed
    filed before          | a4     | 戊         | 2021 | 2022-03-01  | on_time
    filed before          | a5     | 戊         | 2022 | 2023-03-01  | on_time
""")


def test_an_enterprise_is_out_of_reach_180_days_after_the_first_finding_without_a_contact_since():
    assert on_list(UNREACHABLE, LOST, "2024-06-28") == ""
    assert on_list(UNREACHABLE, LOST, "2024-06-29") == "乙 戊 甲"


def test_a_contact_ends_it_the_day_after_and_a_removal_on_its_day():
    assert on_list(UNREACHABLE, LOST, "2024-06-30") == "乙 戊 甲"
    assert on_list(UNREACHABLE, LOST, "2024-07-01") == "乙 甲"
    assert on_list(UNREACHABLE, LOST, "2024-07-02") == "甲"


def test_two_years_without_a_report_and_out_of_reach_may_lead_to_revocation():
    row = row_of("甲", UNREACHABLE, LOST, "2024-06-30")
    assert (row["found_on"], row["findings"], row["missed_years"], row["may_be_revoked"]) == ("2024-01-01", 2, 2, True)
    assert row["records"] == "annual_reports:a1 annual_reports:a2 annual_reports:a3 inspections:i1 inspections:i2"
    assert row["why_zh"] == "自2024-01-01起查无下落2次，此后未再联系上，且连续2个年度未报年报。"
    assert row["last_reached_on"] == "2021-03-01"
    assert row_of("戊", UNREACHABLE, LOST, "2024-06-30")["may_be_revoked"] is False


def test_how_long_is_a_rule():
    assert on_list(UNREACHABLE, LOST, "2024-01-02", use=rules(cleanup={"unreachable_days": 0})) == "乙 戊 甲"
    assert on_list(UNREACHABLE, LOST, "2024-01-01", use=rules(cleanup={"unreachable_days": 0})) == ""


QUIET = given("""
    enterprises         | enterprise | state   | established_on | valid_from
    quiet               | 甲         | active  | 2010-01-01     | 2010-01-01
    one report missing  | 乙         | active  | 2010-01-01     | 2010-01-01
    a sign of trade     | 丙         | active  | 2010-01-01     | 2010-01-01
    dormant             | 丁         | dormant | 2010-01-01     | 2010-01-01
    known for a year    | 戊         | active  | 2010-01-01     | 2023-01-01
    an inspection       | 己         | active  | 2010-01-01     | 2010-01-01

    annual_reports      | record | enterprise | year | occurred_on | state
    the last one        | a1     | 甲         | 2020 | 2021-03-01  | on_time
    missing             | a2     | 甲         | 2021 | 2022-07-01  | not_filed
    missing             | a3     | 甲         | 2022 | 2023-07-01  | not_filed
    filed               | a4     | 乙         | 2020 | 2021-03-01  | on_time
    filed               | a5     | 乙         | 2021 | 2022-03-01  | on_time
    filed by another    | a6     | 庚         | 2022 | 2023-03-01  | on_time
    filed               | a7     | 丙         | 2020 | 2021-03-01  | on_time
    filed               | a8     | 己         | 2020 | 2021-03-01  | on_time

    samplings           | record | enterprise | occurred_on | result
    sampled             | s1     | 丙         | 2021-07-02  | pass

    inspections         | record | enterprise | occurred_on | severity
    open for business   | i1     | 己         | 2022-07-01  | none
""")


def test_two_missed_reports_and_two_years_without_a_sign_make_an_enterprise_long_idle():
    assert on_list(IDLE, QUIET, "2023-06-30") == ""
    assert on_list(IDLE, QUIET, "2023-07-01") == "甲"
    assert on_list(IDLE, QUIET, "2023-07-02") == "丙 甲"


def test_a_later_sign_of_life_moves_the_date():
    assert on_list(IDLE, QUIET, "2024-06-29") == "丙 甲"
    assert on_list(IDLE, QUIET, "2024-06-30") == "丙 己 甲"
    assert row_of("己", IDLE, QUIET, "2024-06-30")["due_on"] == "2024-06-30"


def test_who_is_known_for_less_than_two_years_is_not_long_idle_yet():
    assert "戊" not in on_list(IDLE, QUIET, "2024-12-30")
    assert "戊" in on_list(IDLE, QUIET, "2024-12-31")


def test_the_row_names_the_missing_reports_and_the_last_sign():
    row = row_of("甲", IDLE, QUIET, "2023-07-02")
    assert (row["idle_since"], row["last_sign_on"], row["missed_years"]) == ("2021-03-01", "2021-03-01", 2)
    assert (row["due_on"], row["records"]) == ("2023-07-01", "annual_reports:a1 annual_reports:a2 annual_reports:a3")
    assert row["why_zh"] == "连续2个年度未报年报，自2021-03-01起无联系和经营迹象。"


def test_a_row_whose_last_sign_is_a_report_is_internal():
    reported = given("""
        annual_reports | record | enterprise | year | occurred_on | state
        of another     | a1     | 丙         | 2020 | 2021-03-01  | on_time
        of another     | a2     | 丙         | 2021 | 2022-03-01  | on_time

        complaints     | record | enterprise | occurred_on | kind
        a report       | c1     | 甲         | 2020-03-01  | report
        a complaint    | c2     | 乙         | 2020-03-01  | complaint
    """)
    rows = {name: row_of(name, IDLE, reported, "2022-07-01") for name in "甲乙"}
    assert (rows["甲"]["records"], rows["甲"]["internal_only"]) == ("complaints:c1 enterprises:甲", True)
    assert (rows["乙"]["records"], rows["乙"]["internal_only"]) == ("complaints:c2 enterprises:乙", False)


def test_a_report_filed_at_last_ends_the_run():
    late = given("""
        annual_reports | record | enterprise | year | occurred_on | state
        missing        | a1     | 甲         | 2020 | 2021-07-01  | not_filed
        filed at last  | a2     | 甲         | 2021 | 2023-07-05  | late
        of another     | a3     | 乙         | 2020 | 2021-03-01  | on_time
        of another     | a4     | 乙         | 2021 | 2022-03-01  | on_time
    """)
    assert on_list(IDLE, late, "2023-07-05") == "甲"
    assert on_list(IDLE, late, "2023-07-06") == ""
    assert list(drawn("annual_report_due", late, "2023-07-06").facts["enterprise_id"]) == ["甲"]
