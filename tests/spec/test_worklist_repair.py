# ruff: noqa: E501 - a record is one line of a table
"""Worklist: records whose repair, or removal from a list, may be applied for now (R19)."""

from tests.spec.tables import given
from tests.worklist_tables import on_list, row_of

ELIGIBLE = "repair_eligible"

PENALTIES = given("""
    penalties                 | record | enterprise | occurred_on | kind    | severity | responsible | decision_no
    general, old regime       | p1     | 甲         | 2024-01-15  | fine    | general  | 食品股      | 粤汕金市监处〔2024〕1号
    serious, old regime       | p2     | 乙         | 2024-01-15  | fine    | serious  | 药械股      |
    minor, ends by itself     | p3     | 丙         | 2024-01-15  | fine    | minor    | 食品股      |
    warning, never displayed  | p4     | 丁         | 2024-01-15  | warning | general  | 食品股      |
    general, new regime       | p5     | 戊         | 2026-01-15  | fine    | general  | 食品股      |
    repair asked for          | p6     | 己         | 2024-01-15  | fine    | general  | 食品股      |
    repair refused            | p7     | 庚         | 2024-01-15  | fine    | general  | 食品股      |

    repairs                   | record | enterprise | occurred_on | target_subject | target_record_id | decision | effective_on
    asked for                 | r1     | 己         | 2024-08-01  | penalties      | p6               | pending  |
    refused                   | r2     | 庚         | 2024-08-01  | penalties      | p7               | refused  |
""")


def test_a_general_penalty_may_be_repaired_after_six_months_under_the_old_regime():
    assert on_list(ELIGIBLE, PENALTIES, "2024-07-14") == ""
    assert on_list(ELIGIBLE, PENALTIES, "2024-07-15") == "己 庚 甲"
    row = row_of("甲", ELIGIBLE, PENALTIES, "2024-07-15")
    assert (row["due_on"], row["office"], row["records"]) == ("2024-07-15", "食品股", "penalties:p1")
    assert row["why_zh"] == "2024-01-15的行政处罚（粤汕金市监处〔2024〕1号）自2024-07-15起可申请信用修复，尚无申请。"


def test_a_serious_one_after_a_year_a_minor_one_or_a_warning_never():
    assert on_list(ELIGIBLE, PENALTIES, "2025-01-14") == "庚 甲"
    assert on_list(ELIGIBLE, PENALTIES, "2025-01-15") == "乙 庚 甲"


def test_from_25_december_2025_a_general_penalty_waits_three_months():
    assert on_list(ELIGIBLE, PENALTIES, "2026-04-14") == "乙"
    assert on_list(ELIGIBLE, PENALTIES, "2026-04-15") == "乙 戊"


def test_a_penalty_that_is_displayed_no_more_needs_no_repair():
    # The new regime ends the display of a general penalty after a year: of January 2024 on its own first day.
    assert "甲" in on_list(ELIGIBLE, PENALTIES, "2025-12-24")
    assert "甲" not in on_list(ELIGIBLE, PENALTIES, "2025-12-25")


def test_who_has_applied_waits_and_who_was_refused_may_apply_again():
    assert on_list(ELIGIBLE, PENALTIES, "2024-08-01") == "己 庚 甲"
    assert on_list(ELIGIBLE, PENALTIES, "2024-08-02") == "庚 甲"
    assert row_of("庚", ELIGIBLE, PENALTIES, "2024-08-02")["refused_on"] == "2024-08-01"
    assert row_of("庚", ELIGIBLE, PENALTIES, "2024-08-02")["why_zh"].endswith("2024-08-01的申请未获准。")


LISTINGS = given("""
    annual_reports       | record | enterprise | year | occurred_on | state
    missing, filed late  | a1     | 甲         | 2022 | 2024-05-01  | late
    one of two filed     | a2     | 乙         | 2022 | 2024-05-01  | late
    the other is missing | a3     | 乙         | 2021 | 2022-07-01  | not_filed
    in time              | a4     | 甲         | 2021 | 2022-03-01  | on_time

    listings             | record | enterprise | occurred_on | kind     | cause             | responsible
    report               | l1     | 甲         | 2023-07-20  | abnormal | annual_report     | 石炮台所
    report               | l2     | 乙         | 2023-07-20  | abnormal | annual_report     | 石炮台所
    unreachable          | l3     | 丙         | 2023-07-20  | abnormal | unreachable       | 岐山所
    falsehood            | l4     | 丁         | 2023-07-20  | abnormal | falsehood         | 岐山所
    serious              | l5     | 戊         | 2023-05-02  | serious  | serious_violation | 执法大队

    changes              | record | enterprise | occurred_on | item
    another address      | c1     | 丙         | 2024-05-01  | address
    another address      | c2     | 丁         | 2024-05-01  | address
""")


def test_removal_from_the_abnormal_list_may_be_applied_for_once_a_record_shows_that_the_cause_has_ended():
    assert on_list(ELIGIBLE, LISTINGS, "2024-05-01") == ""
    assert on_list(ELIGIBLE, LISTINGS, "2024-05-02") == "丙 戊 甲"
    assert row_of("甲", ELIGIBLE, LISTINGS, "2024-05-02")["records"] == "listings:l1 annual_reports:a1"
    assert row_of("丙", ELIGIBLE, LISTINGS, "2024-05-02")["records"] == "listings:l3 changes:c1"


def test_early_removal_from_the_serious_list_after_a_year():
    row = row_of("戊", ELIGIBLE, LISTINGS, "2024-05-02")
    assert (row["due_on"], row["office"], row["matter"]) == ("2024-05-02", "执法大队", "serious")
    assert "戊" not in on_list(ELIGIBLE, LISTINGS, "2024-05-01")


def test_an_expired_or_annulled_penalty_is_not_on_the_list():
    gone = given("""
        penalties | enterprise | occurred_on | kind | severity | use_until  | withdrawn_at
        expired   | 甲         | 2024-01-15  | fine | general  | 2024-08-01 |
        annulled  | 乙         | 2024-01-15  | fine | general  |            | 2024-08-01
    """)
    assert on_list(ELIGIBLE, gone, "2024-07-31") == "乙 甲"
    assert on_list(ELIGIBLE, gone, "2024-08-01") == ""
