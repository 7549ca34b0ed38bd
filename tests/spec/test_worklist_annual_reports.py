"""Worklist: annual reports due and not filed, around the window's first and last day."""

from tests.spec.tables import given
from tests.worklist_tables import drawn, on_list, row_of

DUE = "annual_report_due"

FILED = given("""
    enterprises          | enterprise | established_on | station | ent_type
    filed in time        | 甲         | 2010-01-01     | 东所    | 1130
    never filed          | 乙         | 2010-01-01     | 东所    | 1130
    founded in 2023      | 丙         | 2023-12-31     |         | 1130
    founded in 2024      | 丁         | 2024-01-01     | 西所    | 1130
    individual business  | 戊         | 2010-01-01     | 西所    | 9500
    social organisation  | 己         | 2010-01-01     | 西所    | 4210

    annual_reports       | record | enterprise | year | occurred_on | known_at         | state
    of the year before   | a      | 甲         | 2022 | 2023-03-01  |                  | on_time
    of the year before   | b      | 乙         | 2022 | 2023-03-01  |                  | on_time
    of the year before   | c      | 戊         | 2022 | 2023-03-01  |                  | on_time
    filed on 1 March     | d      | 甲         | 2023 | 2024-03-01  | 2024-03-02 08:00 | on_time
    noted as missing     | e      | 乙         | 2023 | 2024-07-01  |                  | not_filed
""")


def test_a_report_is_due_from_the_first_day_of_the_window():
    assert on_list(DUE, FILED, "2024-01-01") == "丙 乙 戊 甲"
    assert on_list(DUE, FILED, "2023-12-31") == ""


def test_a_report_is_done_once_its_filing_is_known():
    assert on_list(DUE, FILED, "2024-03-02") == "丙 乙 戊 甲"
    assert on_list(DUE, FILED, "2024-03-03") == "丙 乙 戊"


def test_the_last_day_is_still_in_time_and_the_next_one_is_late():
    rows = {day: row_of("乙", DUE, FILED, day) for day in ("2024-06-29", "2024-06-30", "2024-07-01", "2024-07-02")}
    assert [row["days_left"] for row in rows.values()] == [1, 0, -1, -2]
    assert [row["state"] for row in rows.values()] == ["open", "open", "not_filed", "not_filed"]
    assert {row["due_on"] for row in rows.values()} == {"2024-06-30"}
    assert rows["2024-06-30"]["why_zh"] == "2023年度报告应于2024-06-30前（含当日）报送，还有0天，未见报送。"
    assert rows["2024-07-01"]["why_en"] == (
        "The report for 2023 was due by 2024-06-30; it is 1 day(s) overdue and not on record."
    )


def test_the_record_that_notes_the_missing_report_is_named_once_it_is_known():
    assert row_of("乙", DUE, FILED, "2024-07-01")["records"] == "enterprises:乙"
    assert row_of("乙", DUE, FILED, "2024-07-02")["records"] == "annual_reports:e"


def test_station_and_office_are_the_enterprises_own_else_the_credit_office():
    assert row_of("乙", DUE, FILED, "2024-07-02")["office"] == "东所"
    row = row_of("丙", DUE, FILED, "2024-07-02")
    assert (row["station"], row["office"]) == (None, "信用风险监管股")
    counts = drawn(DUE, FILED, "2024-07-02").stations()
    assert dict(zip(counts["station"].fillna("-"), counts["rows"], strict=True)) == {"东所": 1, "西所": 1, "-": 1}


def test_a_closed_year_on_which_nothing_was_collected_is_nobodys_fault():
    assert on_list(DUE, FILED, "2025-07-01") == "丙 乙 戊"
    assert set(drawn(DUE, FILED, "2025-07-01").facts["year"]) == {2023}


def test_an_annulled_filing_leaves_the_report_due():
    annulled = given("""
        annual_reports | record | enterprise | year | occurred_on | known_at   | withdrawn_at
        filed          | a      | 甲         | 2023 | 2024-03-01  | 2024-03-01 |
        annulled       | a      | 甲         | 2023 | 2024-03-01  | 2024-04-01 | 2024-05-01
        of another     | b      | 乙         | 2023 | 2024-03-01  | 2024-03-01 |
    """)
    assert on_list(DUE, annulled, "2024-04-30") == ""
    assert on_list(DUE, annulled, "2024-05-01") == "甲"
    assert on_list(DUE, annulled, "2024-05-02") == "甲"


def test_who_has_left_the_register_files_no_more():
    gone = given("""
        enterprises  | enterprise | state        | valid_from | valid_to
        in business  | 甲         | active       | 2010-01-01 | 2024-05-01
        gone         | 甲         | deregistered | 2024-05-01 |
        dormant      | 乙         | dormant      | 2010-01-01 |
    """)
    assert on_list(DUE, gone, "2024-05-01") == "乙"
    assert on_list(DUE, gone, "2024-04-30") == "乙 甲"
