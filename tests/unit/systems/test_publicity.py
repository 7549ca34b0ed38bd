"""System 1: registry, changes, annual reports, penalties, lists, licences of the publicity system."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from records.systems.common import penalty_severity
from records.systems.industries import industry_code
from tests.deliveries import CODE, ENTERPRISE, PENALTY, flags_of, import_rows, stored, terms

REPORT = {"UNISCID": CODE, "anCheYear": "2023", "ancheDate": "2024-06-30", "empNum": "12", "assGro(万元)": "100"}
LISTED = {"UNISCID": CODE, "abntime": "2024-03-01", "decOrg": "金平区局"}
LICENCE = {
    "UNISCID": CODE,
    "licNo": "JY14405110000001",
    "licName_CN": "食品经营许可证",
    "valFrom": "2020-05-01",
    "valTo": "2025-04-30",
    "licAnth": "金平区局",
}


def one(tmp_path: Path, row: dict[str, Any], subject: str) -> dict[str, Any]:
    """The one stored record of a delivery that is not quarantined."""
    imported = import_rows(tmp_path / "records", [row], "publicity")
    assert imported.entry.reasons == {}
    return stored(tmp_path / "records", subject)[0]


def test_an_enterprise_has_its_capital_in_yuan_and_its_industry_with_its_door(tmp_path: Path) -> None:
    row = one(tmp_path, ENTERPRISE, "enterprises")
    assert (row["registered_capital_yuan"], row["industry_code"], row["region"]) == (1e6, "F5221", "440511")
    assert (row["state"], row["sectors"], str(row["valid_from"])) == (
        "active",
        ["drugs", "food_operation"],
        "2020-03-04",
    )


@pytest.mark.parametrize(
    ("ent_type", "header", "written", "yuan"),
    [
        ("1130", "regCap", "100", 1e6),
        ("9500", "regCap", "50000", 50_000.0),
        ("9100", "regCap", "50000.5", 50_000.5),
        ("9500", "regCap(万元)", "5", 50_000.0),
        ("9500", "regCap", "5万元", 50_000.0),
        ("1130", "regCap(元)", "1000000", 1e6),
    ],
)
def test_capital_without_a_unit_is_in_wan_for_enterprises_and_in_yuan_for_individuals(
    tmp_path: Path, ent_type: str, header: str, written: str, yuan: float
) -> None:
    bare = {name: value for name, value in ENTERPRISE.items() if name != "regCap"}
    row = one(tmp_path, {**bare, "entType": ent_type, header: written}, "enterprises")
    assert row["registered_capital_yuan"] == yuan


def test_capital_in_another_currency_is_left_empty_and_flagged(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**ENTERPRISE, "regCapCur": "美元"}], "publicity")
    assert stored(tmp_path / "records", "enterprises")[0]["registered_capital_yuan"] is None
    assert (2, "registered_capital_yuan", "foreign_currency") in flags_of(tmp_path / "records", imported)
    assert (
        one(tmp_path / "yuan", {**ENTERPRISE, "regCapCur": "人民币"}, "enterprises")["registered_capital_yuan"] == 1e6
    )


@pytest.mark.parametrize("ent_type", ["有限责任公司", "113", "11300", ""])
def test_an_enterprise_type_that_is_no_code_is_quarantined_since_scope_rests_on_it(
    tmp_path: Path, ent_type: str
) -> None:
    imported = import_rows(tmp_path / "records", [{**ENTERPRISE, "entType": ent_type}], "publicity")
    assert imported.entry.counts["quarantined"] == 1


def test_a_state_that_is_ambiguous_in_its_own_system_is_quarantined(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**ENTERPRISE, "regState": "X"}], "publicity")
    assert imported.entry.reasons == {"ambiguous_code:state": 1}


def test_an_enterprise_without_a_date_of_approval_holds_from_its_establishment(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**ENTERPRISE, "apprDate": ""}], "publicity")
    assert str(stored(tmp_path / "records", "enterprises")[0]["valid_from"]) == "2010-01-01"
    assert (2, "valid_from", "derived") in flags_of(tmp_path / "records", imported)


@pytest.mark.parametrize(
    ("door", "digits", "code"),
    [("C", "1371", "C1371"), (None, "5221", "F5221"), (None, "h6210", "H6210"), ("H", None, "H"), (None, None, None)],
)
def test_an_industry_code_is_its_door_and_its_digits(door: str | None, digits: str | None, code: str | None) -> None:
    assert industry_code(door, digits) == code


@pytest.mark.parametrize(
    ("door", "digits"), [("F", "1371"), ("C", "1"), (None, "0099"), (None, "13711"), ("Z", "1371")]
)
def test_an_industry_that_contradicts_itself_is_none(door: str | None, digits: str) -> None:
    with pytest.raises(ValueError, match="is no industry code"):
        industry_code(door, digits)


def test_a_contradicting_industry_is_left_empty_and_flagged(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**ENTERPRISE, "industryPhy": "C"}], "publicity")
    assert stored(tmp_path / "records", "enterprises")[0]["industry_code"] is None
    assert (2, "industry_code", "industry_contradiction") in flags_of(tmp_path / "records", imported)


def test_a_change_of_an_unusual_item_is_other_and_an_unknown_number_is_quarantined(tmp_path: Path) -> None:
    rows = [
        {"UNISCID": CODE, "altItem": item, "altDate": f"2024-01-0{day}", "regOrg": "金平区局"}
        for day, item in enumerate(("住所变更", "章程备案", "77"), start=1)
    ]
    imported = import_rows(tmp_path / "records", rows, "publicity")
    assert [row["item"] for row in stored(tmp_path / "records", "changes")] == ["address", "other"]
    assert (3, "item", "other_item") in flags_of(tmp_path / "records", imported)
    assert imported.entry.reasons == {"unknown_code:item": 1}


@pytest.mark.parametrize(
    ("filed", "state"), [("2024-06-30", "on_time"), ("2024-07-01", "late"), ("2024-01-01", "on_time")]
)
def test_a_report_is_on_time_up_to_the_last_day_of_its_window(tmp_path: Path, filed: str, state: str) -> None:
    row = one(tmp_path, {**REPORT, "ancheDate": filed}, "annual_reports")
    assert (row["state"], row["year"], row["employees"], row["assets_yuan"]) == (state, 2023, 12, 1e6)


def test_a_report_that_was_not_filed_occurred_on_the_day_after_the_window(tmp_path: Path) -> None:
    row = one(tmp_path, {**REPORT, "ancheDate": "", "年报状态": "未报"}, "annual_reports")
    assert (row["state"], str(row["occurred_on"])) == ("not_filed", "2024-07-01")


def test_a_report_filed_after_all_is_a_version_of_the_one_that_was_missing(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [{**REPORT, "ancheDate": "", "年报状态": "未报"}], "publicity")
    later = terms(datetime(2024, 9, 1))  # noqa: DTZ001
    again = import_rows(tmp_path / "records", [{**REPORT, "ancheDate": "2024-08-20"}], "publicity", later)
    assert again.entry.counts["superseded"] == 1
    assert [row["state"] for row in stored(tmp_path / "records", "annual_reports")] == ["not_filed", "late"]


@pytest.mark.parametrize("year", ["1979", "2013", "2101"])
def test_a_report_on_a_year_without_a_window_is_quarantined(tmp_path: Path, year: str) -> None:
    imported = import_rows(tmp_path / "records", [{**REPORT, "anCheYear": year}], "publicity")
    assert imported.entry.reasons == {"out_of_bounds:year": 1}


@pytest.mark.parametrize(
    ("kind", "fine", "severity"),
    [
        ("warning", None, "minor"),
        ("criticism", None, "minor"),
        ("fine", 3000.0, "minor"),
        ("fine", 3000.01, "general"),
        ("fine", None, "general"),
        ("fine", 99_999.99, "general"),
        ("fine", 100_000.0, "serious"),
        ("confiscation", 100.0, "general"),
        ("other", None, "general"),
        ("suspension", None, "serious"),
        ("withhold_licence", None, "serious"),
        ("revoke_licence", None, "serious"),
        ("closure", None, "serious"),
        (None, 5.0, None),
    ],
)
def test_the_severity_of_a_penalty_follows_from_its_kind_and_fine(
    kind: str | None, fine: float | None, severity: str | None
) -> None:
    assert penalty_severity(kind, fine) == severity


def test_a_stated_severity_stands_and_an_unknown_one_is_quarantined(tmp_path: Path) -> None:
    rows = [{**PENALTY, "PENDECNO": f"{word}号", "严重程度": word} for word in ("严重", "", "很重")]
    imported = import_rows(tmp_path / "records", rows, "publicity")
    assert {row["decision_no"]: row["severity"] for row in stored(tmp_path / "records", "penalties")} == {
        "严重号": "serious",
        "号": "general",
    }
    assert (3, "severity", "derived") in flags_of(tmp_path / "records", imported)
    assert imported.entry.reasons == {"unknown_code:severity": 1}


def test_of_several_kinds_the_heaviest_counts(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**PENALTY, "PENTYPE": "2,3,7"}], "publicity")
    assert stored(tmp_path / "records", "penalties")[0]["kind"] == "revoke_licence"
    assert (2, "kind", "several_kinds") in flags_of(tmp_path / "records", imported)


def test_a_penalty_is_used_until_the_rules_of_its_date_end_it(tmp_path: Path) -> None:
    rows = [
        {**PENALTY, "PENDECNO": "1号", "PENAM(元)": "1000"},
        {**PENALTY, "PENDECNO": "2号", "使用截止日期": "2024-06-15"},
    ]
    import_rows(tmp_path / "records", rows, "publicity")
    assert [str(row["use_until"]) for row in stored(tmp_path / "records", "penalties")] == ["2024-08-01", "2024-06-15"]


@pytest.mark.parametrize(
    ("written", "cause"),
    [("1", "annual_report"), ("2", "disclosure_order"), ("3", "falsehood"), ("4", "unreachable"), (4, "unreachable")],
)
def test_causes_of_the_abnormal_list(tmp_path: Path, written: str, cause: str) -> None:
    row = one(tmp_path, {**LISTED, "speCause": written}, "listings")
    assert (row["kind"], row["cause"], row["removed_on"], row["use_until"]) == ("abnormal", cause, None, None)


def test_a_cause_may_be_written_out(tmp_path: Path) -> None:
    cause = "通过登记的住所或者经营场所无法联系的"
    row = {"统一社会信用代码": CODE, "列入原因": cause[:-1], "列入日期": "2024年3月1日", "作出决定机关（列入）": "局"}
    assert one(tmp_path, row, "listings")["cause"] == "unreachable"


def test_a_removal_has_its_reason(tmp_path: Path) -> None:
    row = one(tmp_path, {**LISTED, "speCause": "1", "remDate": "2024/4/1", "remExcpRes": "1"}, "listings")
    assert (str(row["removed_on"]), row["removal_reason"]) == ("2024-04-01", "report_filed")


def test_a_removal_before_the_listing_is_quarantined(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**LISTED, "speCause": "1", "remDate": "2024-02-01"}], "publicity")
    assert imported.entry.reasons == {"ended_before_event:removed_on": 1}


def test_a_serious_listing_has_the_term_of_the_rules(tmp_path: Path) -> None:
    row = one(tmp_path, {**LISTED, "serILLRea_CN": "生产销售不符合标准的食品"}, "listings")
    assert (row["kind"], row["cause"]) == ("serious", "serious_violation")
    assert (str(row["listed_until"]), str(row["use_until"])) == ("2027-03-01", "2027-03-01")


def test_a_licence_is_valid_through_its_last_day(tmp_path: Path) -> None:
    row = one(tmp_path, LICENCE, "licences")
    assert (str(row["valid_from"]), str(row["valid_to"]), row["state"]) == ("2020-05-01", "2025-05-01", "valid")
    assert (row["sector"], str(row["occurred_on"]), row["producer"]) == ("food_operation", "2020-05-01", "金平区局")


@pytest.mark.parametrize(
    ("last_day", "state"), [("2024-06-29", "expired"), ("2024-06-30", "expired"), ("2024-07-01", "valid")]
)
def test_a_licence_has_expired_if_its_last_day_had_passed_at_the_delivery(
    tmp_path: Path, last_day: str, state: str
) -> None:
    assert one(tmp_path, {**LICENCE, "valTo": last_day}, "licences")["state"] == state


def test_a_licence_without_an_end_has_none(tmp_path: Path) -> None:
    row = one(tmp_path, {**LICENCE, "valTo": "长期", "licName_CN": "某种许可"}, "licences")
    assert (row["valid_to"], row["state"], row["sector"]) == (None, "valid", None)
