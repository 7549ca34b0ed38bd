"""Bad input, one trap a test: read right where there is one reading and flagged, else quarantined with the reason."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from records.check import check_records
from records.source import read_records
from records.systems.everything import system_of
from records.systems.importing import import_files
from tests.deliveries import (
    CODE,
    ENTERPRISE,
    OTHER_CODE,
    PENALTY,
    as_grid,
    flags_of,
    import_one,
    import_rows,
    stored,
    terms,
    write_csv,
    write_json,
    write_xlsx,
)

DATE = "PENDECISSDATE"


def penalty(tmp_path: Path, **changed: Any) -> tuple[dict[str, Any] | None, set[tuple[str, str]], dict[str, int]]:
    """The stored record of one delivered penalty (None: quarantined), its flags, and the reasons."""
    imported = import_rows(tmp_path / "records", [{**PENALTY, **changed}], "publicity")
    found = stored(tmp_path / "records", "penalties")
    flags = {(column, flag) for _, column, flag in flags_of(tmp_path / "records", imported)}
    return (found[0] if found else None), flags - {("enterprise_id", "unknown_enterprise")}, imported.entry.reasons


def quarantined(tmp_path: Path, number: str = "000001") -> list[dict[str, str]]:
    with (tmp_path / "records" / "_imports" / number / "quarantined.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        return list(csv.DictReader(file))


def test_a_penalty_as_it_should_be_is_stored_under_the_contract(tmp_path: Path) -> None:
    record, flags, reasons = penalty(tmp_path)
    assert (flags, reasons) == (set(), {})
    assert record is not None
    assert {name: str(value) for name, value in record.items() if value is not None} == {
        "record_id": f"publicity:penalties:{CODE}|粤汕金市监处罚〔2024〕1号",
        "enterprise_id": CODE,
        "occurred_on": "2024-05-01",
        "known_at": "2024-07-01 00:00:00",
        "use_until": "2025-12-25",
        "producer": "金平区市场监督管理局",
        "provider": "省局",
        "responsible": "信用股",
        "source": "国家企业信用信息公示系统（广东）",
        "kind": "fine",
        "severity": "general",
        "fine_yuan": "5000.0",
        "decision_no": "粤汕金市监处罚〔2024〕1号",
    }


@pytest.mark.parametrize(
    ("written", "flag"), [("2023/5/1", "slash_date"), ("20230501", "compact_date"), ("45047", "serial_date")]
)
def test_a_date_of_another_form_is_read_and_flagged(tmp_path: Path, written: str, flag: str) -> None:
    record, flags, _ = penalty(tmp_path, **{DATE: written})
    assert record is not None
    assert str(record["occurred_on"]) == "2023-05-01"
    assert flags == {("occurred_on", flag)}


def test_a_serial_number_of_a_spreadsheet_is_a_date(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", as_grid([{**PENALTY, DATE: 45047}]))
    imported = import_one(tmp_path / "records", path, "publicity")
    assert str(stored(tmp_path / "records", "penalties")[0]["occurred_on"]) == "2023-05-01"
    assert (2, "occurred_on", "serial_date") in flags_of(tmp_path / "records", imported)


def test_an_ambiguous_date_is_quarantined_with_what_was_received(tmp_path: Path) -> None:
    record, _, reasons = penalty(tmp_path, **{DATE: "5/6/2023"})
    assert record is None
    assert reasons == {"ambiguous_date:occurred_on": 1}
    row = quarantined(tmp_path)[0]
    assert row["行号 row"] == "2"
    assert row["说明"] == "“发生日期”日、月次序无法判断：5/6/2023"
    assert row["explanation"] == "Date of the event could be two days: write year, month, day, got 5/6/2023"
    assert row["penDecIssDate"] == "5/6/2023"


def test_an_unknown_code_is_quarantined(tmp_path: Path) -> None:
    record, _, reasons = penalty(tmp_path, PENTYPE="99")
    assert record is None
    assert reasons == {"unknown_code:kind": 1}


def test_full_width_digits_are_read_and_flagged(tmp_path: Path) -> None:
    record, flags, _ = penalty(
        tmp_path, **{"PENAM(元)": "５，０００", "UNISCID": "９１４４０５１１ＭＡ００００００１５Ａ"}
    )
    assert record is not None
    assert (record["fine_yuan"], record["enterprise_id"]) == (5000.0, "91440511MA00000015A")
    assert {("fine_yuan", "full_width"), ("fine_yuan", "thousands_separator"), ("enterprise_id", "full_width")} <= flags


@pytest.mark.parametrize(
    ("header", "written", "given"),
    [
        ("PENAM(万元)", "0.5", None),
        ("罚款金额（单位：万元）", "0.5", None),
        ("PENAM", "0.5万元", None),
        ("PENAM", "0.5", "wan"),
    ],
)
def test_an_amount_in_wan_is_stored_in_yuan(tmp_path: Path, header: str, written: str, given: str | None) -> None:
    row = {name: value for name, value in PENALTY.items() if name != "PENAM(元)"} | {header: written}
    import_rows(tmp_path / "records", [row], "publicity", terms(amounts=given))
    assert stored(tmp_path / "records", "penalties")[0]["fine_yuan"] == 5000.0


def test_amounts_without_a_unit_are_told(tmp_path: Path) -> None:
    row = {name: value for name, value in PENALTY.items() if name != "PENAM(元)"} | {"PENAM": "0.5"}
    imported = import_rows(tmp_path / "records", [row], "publicity")
    notes = " ".join(imported.entry.notes)
    assert "no unit stated, read as 元" in notes
    assert "import with --amounts wan" in notes


def test_an_empty_amount_stays_empty_and_zero_stays_zero(tmp_path: Path) -> None:
    rows = [{**PENALTY, "PENDECNO": "1号", "PENAM(元)": ""}, {**PENALTY, "PENDECNO": "2号", "PENAM(元)": "0"}]
    import_rows(tmp_path / "records", rows, "publicity")
    assert [row["fine_yuan"] for row in stored(tmp_path / "records", "penalties")] == [None, 0.0]


def test_an_unreadable_number_is_quarantined(tmp_path: Path) -> None:
    assert penalty(tmp_path, **{"PENAM(元)": "五千"})[2] == {"unreadable_number:fine_yuan": 1}


def test_equal_twins_are_one_field_and_flagged(tmp_path: Path) -> None:
    record, flags, _ = penalty(tmp_path, 处罚种类="罚款")
    assert record is not None
    assert flags == {("kind", "duplicate_column")}


def test_an_empty_twin_does_not_count(tmp_path: Path) -> None:
    record, _, _ = penalty(tmp_path, 处罚种类="")
    assert record is not None
    assert record["kind"] == "fine"


def test_twins_that_differ_are_quarantined(tmp_path: Path) -> None:
    assert penalty(tmp_path, 处罚种类="警告")[2] == {"contradicting_columns:kind": 1}


def test_the_very_same_header_twice_is_a_twin(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "UNISCID,PENDECNO,PENTYPE,PENTYPE,PENDECISSDATE,penAuth_CN\n"
        f"{CODE},1号,2,2,2024-05-01,局\n{CODE},2号,2,1,2024-05-01,局\n",
        encoding="utf-8",
    )
    imported = import_one(tmp_path / "records", path, "publicity")
    assert imported.entry.reasons == {"contradicting_columns:kind": 1}
    assert (2, "kind", "duplicate_column") in flags_of(tmp_path / "records", imported)


def test_merged_header_rows_of_a_spreadsheet_are_read(tmp_path: Path) -> None:
    grid = [
        ["金平区行政处罚一览表（单位：万元）", *[None] * 5],
        ["当事人", "处罚", None, None, "日期", "机关"],
        ["统一社会信用代码", "决定书文号", "处罚种类", "罚款金额", None, None],
        [CODE, "1号", "罚款", 0.5, "2024年5月1日", "局"],
        [None, "2号", "警告", None, "2024年5月2日", "局"],
    ]
    grid[1][4], grid[1][5] = "处罚决定日期", "处罚机关"
    path = write_xlsx(tmp_path / "x.xlsx", grid, ["A1:F1", "B2:D2", "E2:E3", "F2:F3", "A4:A5"])
    imported = import_one(tmp_path / "records", path, "publicity")
    found = stored(tmp_path / "records", "penalties")
    assert [(row["decision_no"], row["kind"], row["fine_yuan"]) for row in found] == [
        ("1号", "fine", 5000.0),
        ("2号", "warning", None),
    ]
    assert {row["enterprise_id"] for row in found} == {CODE}
    assert (5, "enterprise_id", "merged_cell") in flags_of(tmp_path / "records", imported)


def test_a_mixed_encoding_file_is_refused_whole_and_leaves_nothing(tmp_path: Path) -> None:
    good = write_csv(tmp_path / "a.csv", [PENALTY], "gb18030").read_bytes()
    (tmp_path / "a.csv").write_bytes(good + "汕头市金平区市场监督管理局\n".encode())
    outcome = import_files(system_of("publicity"), [tmp_path / "a.csv"], tmp_path / "records", terms())
    assert outcome.imported == ()
    assert "must be in one encoding" in outcome.refused[0]
    assert not (tmp_path / "records").exists()


def test_an_undecodable_row_is_quarantined_with_its_line(tmp_path: Path) -> None:
    rows = [PENALTY, {**PENALTY, "PENDECNO": "2号", "penAuth_CN": "MARK"}, {**PENALTY, "PENDECNO": "3号"}]
    content = write_csv(tmp_path / "x.csv", rows, "gb18030").read_bytes().replace(b"MARK", b"\xff\xff")
    (tmp_path / "x.csv").write_bytes(content)
    imported = import_one(tmp_path / "records", tmp_path / "x.csv", "publicity")
    assert imported.entry.reasons == {"undecodable": 1}
    assert quarantined(tmp_path)[0]["行号 row"] == "3"
    assert len(stored(tmp_path / "records", "penalties")) == 2


def test_empty_columns_behind_the_header_do_not_count(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [PENALTY])
    header, row = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{header},,,\n{row}\n{row.replace('1号', '2号')},,,\n", encoding="utf-8")
    assert import_one(tmp_path / "records", path, "publicity").entry.counts["accepted"] == 2


def test_a_row_with_another_number_of_fields_is_quarantined(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [PENALTY])
    path.write_text(
        path.read_text(encoding="utf-8") + f"{CODE},2号,2\n{CODE},3号,1,,2024-05-01,局,,\n", encoding="utf-8"
    )
    imported = import_one(tmp_path / "records", path, "publicity")
    assert imported.entry.reasons == {"wrong_field_count": 1}
    assert imported.entry.counts["accepted"] == 2


@pytest.mark.parametrize("owner", ["provider", "responsible"])
def test_a_row_without_an_owner_is_quarantined(tmp_path: Path, owner: str) -> None:
    owners = {name: name for name in ("provider", "responsible") if name != owner}
    imported = import_rows(tmp_path / "records", [PENALTY], "publicity", terms(owners=owners))
    assert imported.entry.reasons == {f"no_owner:{owner}": 1}


def test_the_owner_of_the_row_stands_before_that_of_the_delivery(tmp_path: Path) -> None:
    rows = [{**PENALTY, "PENDECNO": "1号", "提供单位": "市局"}, {**PENALTY, "PENDECNO": "2号", "提供单位": ""}]
    import_rows(tmp_path / "records", rows, "publicity")
    assert [row["provider"] for row in stored(tmp_path / "records", "penalties")] == ["市局", "省局"]


def test_a_record_without_what_identifies_it_is_quarantined(tmp_path: Path) -> None:
    assert penalty(tmp_path, PENDECNO="")[2] == {"no_identity:decision_no": 1}


def test_what_happened_after_the_delivery_is_quarantined(tmp_path: Path) -> None:
    assert penalty(tmp_path, **{DATE: "2024-07-01"})[2] == {}
    assert import_rows(tmp_path / "other", [{**PENALTY, DATE: "2024-07-02"}], "publicity").entry.reasons == {
        "known_before_event": 1
    }


def test_rows_of_one_record_that_differ_are_all_quarantined(tmp_path: Path) -> None:
    rows = [PENALTY, {**PENALTY, "PENAM(元)": "6000"}, {**PENALTY, "PENDECNO": "2号"}]
    imported = import_rows(tmp_path / "records", rows, "publicity")
    assert imported.entry.counts["quarantined"] == 2
    assert imported.entry.reasons == {"contradiction": 2}


def test_the_same_row_twice_is_one_record(tmp_path: Path) -> None:
    counts = import_rows(tmp_path / "records", [PENALTY, PENALTY], "publicity").entry.counts
    assert (counts["accepted"], counts["unchanged"], counts["quarantined"]) == (1, 1, 0)


def test_an_identifier_stored_as_a_number_is_quarantined(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", as_grid([{**PENALTY, "UNISCID": 914405110000000000}]))
    assert import_one(tmp_path / "records", path, "publicity").entry.reasons == {"id_lost_digits:enterprise_id": 1}


def test_a_subject_id_stands_in_for_a_missing_code_and_is_flagged(tmp_path: Path) -> None:
    record, flags, _ = penalty(tmp_path, UNISCID="", priPID="4405110001")
    assert record is not None
    assert record["enterprise_id"] == "4405110001"
    assert ("enterprise_id", "no_unified_code") in flags


def test_a_wrong_check_character_is_flagged_and_accepted(tmp_path: Path) -> None:
    record, flags, _ = penalty(tmp_path, UNISCID="91440511MA0000015B")
    assert record is not None
    assert flags == {("enterprise_id", "wrong_check_character")}


def test_an_enterprise_that_is_registered_is_not_flagged(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [ENTERPRISE], "publicity")
    rows = [PENALTY, {**PENALTY, "UNISCID": OTHER_CODE}]
    imported = import_rows(tmp_path / "records", rows, "publicity")
    assert flags_of(tmp_path / "records", imported) == {(3, "enterprise_id", "unknown_enterprise")}


def test_words_for_nothing_are_empty_and_flagged(tmp_path: Path) -> None:
    record, flags, _ = penalty(tmp_path, **{"PENAM(元)": "—"})
    assert record is not None
    assert record["fine_yuan"] is None
    assert flags == {("fine_yuan", "null_word")}


def test_a_broken_cell_of_a_spreadsheet_is_quarantined(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", as_grid([{**PENALTY, "PENAM(元)": "#N/A"}]))
    assert import_one(tmp_path / "records", path, "publicity").entry.reasons == {"excel_error:fine_yuan": 1}


def test_json_with_typed_values_is_read(tmp_path: Path) -> None:
    path = write_json(tmp_path / "x.json", [{**PENALTY, "PENTYPE": 2, "PENAM(元)": 5000, DATE: 1714492800000}])
    import_one(tmp_path / "records", path, "publicity")
    record = stored(tmp_path / "records", "penalties")[0]
    assert (record["kind"], record["fine_yuan"], str(record["occurred_on"])) == ("fine", 5000.0, "2024-05-01")


def test_personal_fields_reach_neither_the_records_nor_the_quarantine(tmp_path: Path) -> None:
    rows = [{**PENALTY, "leRep": "某人甲", "联系电话": "13800000000", "PENTYPE": code} for code in ("2", "99")]
    rows[1]["PENDECNO"] = "2号"
    imported = import_rows(tmp_path / "records", rows, "publicity")
    assert not any("leRep" in note for note in imported.entry.notes)
    for path in (tmp_path / "records").rglob("*"):
        if path.is_file():
            assert b"13800000000" not in path.read_bytes()
            assert "某人甲".encode() not in path.read_bytes()


def test_quarantined_rows_can_be_corrected_in_place_and_delivered_again(tmp_path: Path) -> None:
    row = {name: value for name, value in PENALTY.items() if name != "PENAM(元)"} | {"PENAM(万元)": "0.5"}
    import_rows(tmp_path / "records", [{**row, "PENTYPE": "99"}], "publicity")
    path = tmp_path / "records" / "_imports" / "000001" / "quarantined.csv"
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(path.read_text(encoding="utf-8-sig").replace(",99,", ",2,"), encoding="utf-8")
    imported = import_one(tmp_path / "records", corrected, "publicity")
    assert imported.entry.counts["accepted"] == 1
    assert stored(tmp_path / "records", "penalties")[0]["fine_yuan"] == 5000.0
    assert not any("not used" in note for note in imported.entry.notes)


def test_a_quarantined_cell_is_no_formula_for_a_spreadsheet(tmp_path: Path) -> None:
    penalty(tmp_path, PENTYPE="=cmd|' /C calc'!A0")
    assert quarantined(tmp_path)[0]["penType"].startswith("'=")


def test_what_was_accepted_keeps_the_contract(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [ENTERPRISE], "publicity")
    rows = [{**PENALTY, "PENDECNO": f"{number}号", "PENTYPE": str(number)} for number in range(1, 12)]
    import_rows(tmp_path / "records", rows, "publicity")
    result = check_records(read_records(tmp_path / "records"))
    assert result.quarantine.empty
    assert result.counts.set_index("subject")["accepted"]["penalties"] == 9


def test_the_journal_tells_what_was_done(tmp_path: Path) -> None:
    penalty(tmp_path, PENTYPE="99")
    entry = json.loads((tmp_path / "records" / "_imports" / "000001" / "import.json").read_text(encoding="utf-8"))
    assert (entry["system"], entry["layout"], entry["subject"]) == ("publicity", "penalties", "penalties")
    assert entry["counts"] == {
        **{"read": 1, "accepted": 0, "superseded": 0, "unchanged": 0, "quarantined": 1, "flagged": 0}
    }
    assert len(entry["sha256"]) == 64
    assert entry["terms"]["owners"] == {"producer": "金平区局", "provider": "省局", "responsible": "信用股"}
