"""Checking: which rows are accepted, and which reason the others get."""

import json
from pathlib import Path

import pandas as pd
import pytest

from records.check import CheckResult, load_records
from records.errors import DataError
from records.report import run_check
from records.subjects import SUBJECTS
from tests.contract_rows import ENTERPRISE, INSPECTION, LICENCE, PENALTY, checked


def reasons(subject: str, *rows: dict) -> list[str]:
    return checked(**{subject: list(rows)}).quarantine["reason"].tolist()


def counts(result: CheckResult, subject: str) -> dict:
    return result.counts.set_index("subject").loc[subject].to_dict()


def test_rows_that_keep_the_contract_are_all_accepted() -> None:
    result = checked(penalties=[PENALTY], licences=[LICENCE], inspections=[INSPECTION])
    assert result.quarantine.empty
    assert result.counts["accepted"].tolist() == result.counts["read"].tolist()
    assert result.accepted.tables["penalties"].to_pyarrow().num_rows == 1


BROKEN = [
    ({"record_id": None}, "missing:record_id"),
    ({"occurred_on": None}, "missing:occurred_on"),
    ({"source": " "}, "missing:source"),
    ({"producer": None}, "no_owner:producer"),
    ({"provider": "  "}, "no_owner:provider"),
    ({"responsible": ""}, "no_owner:responsible"),
    ({"severity": "grave"}, "bad_code:severity"),
    ({"fine_yuan": -0.01}, "out_of_bounds:fine_yuan"),
    ({"occurred_on": "1949-09-30"}, "impossible_date:occurred_on"),
    ({"known_at": "2100-01-01 00:00:01"}, "impossible_date:known_at"),
    ({"use_until": "9999-12-31"}, "impossible_date:use_until"),
    ({"known_at": "2024-05-31 23:59:59"}, "known_before_event"),
    ({"withdrawn_at": "2024-05-31"}, "ended_before_event:withdrawn_at"),
    ({"use_until": "2024-05-31"}, "ended_before_event:use_until"),
    ({"enterprise_id": "丙"}, "unknown_enterprise"),
]
"""Changes to a good penalty, each with the one reason that it must get."""

ON_THE_BORDER = [
    {"fine_yuan": 0.0},
    {"fine_yuan": None},
    {"occurred_on": "1949-10-01"},
    {"use_until": "2100-01-01"},
    {"known_at": "2024-06-01 00:00:00"},
    {"known_at": "2024-05-31 16:00:00Z"},
    {"withdrawn_at": "2024-06-01"},
    {"use_until": "2024-06-01"},
    {"sector": None},
]
"""Changes to a good penalty after which it still keeps the contract, if only just."""


def variants(changes: list[dict]) -> list[dict]:
    """A good penalty per change, each under its own id."""
    return [{**PENALTY, "record_id": f"p{index}", **change} for index, change in enumerate(changes)]


def test_each_broken_rule_has_its_reason() -> None:
    expected = [reason for _, reason in BROKEN]
    assert reasons("penalties", *variants([change for change, _ in BROKEN])) == expected


def test_values_on_the_border_of_a_rule_are_accepted() -> None:
    assert reasons("penalties", *variants(ON_THE_BORDER)) == []


def test_an_infinite_number_never_passes() -> None:
    found = reasons("penalties", *variants([{"fine_yuan": float("inf")}, {"fine_yuan": float("-inf")}]))
    assert found == ["not_finite:fine_yuan; out_of_bounds:fine_yuan"] * 2


def test_not_a_number_in_a_file_never_passes(tmp_path: Path) -> None:
    pd.DataFrame([ENTERPRISE]).to_csv(tmp_path / "enterprises.csv", index=False)
    pd.DataFrame([{**PENALTY, "fine_yuan": "NaN"}]).to_csv(tmp_path / "penalties.csv", index=False)
    assert load_records(tmp_path).tables["penalties"].to_pyarrow().num_rows == 0


@pytest.mark.parametrize("chance", [0.0, 1.01])
def test_an_inclusion_probability_lies_above_zero_and_up_to_one(chance: float) -> None:
    assert reasons("inspections", {**INSPECTION, "inclusion_probability": 1.0}) == []
    found = reasons("inspections", {**INSPECTION, "inclusion_probability": chance})
    assert found == ["out_of_bounds:inclusion_probability"]


def test_a_licence_is_valid_for_at_least_a_day() -> None:
    assert reasons("licences", {**LICENCE, "valid_to": "2024-06-02"}) == []
    assert reasons("licences", {**LICENCE, "valid_to": "2024-06-01"}) == ["empty_validity"]


def test_a_row_tells_every_rule_it_breaks_in_both_languages() -> None:
    result = checked(penalties=[PENALTY, {**PENALTY, "record_id": "p2", "kind": "x", "fine_yuan": -5.0}])
    row = result.quarantine.iloc[0]
    assert row["reason"] == "bad_code:kind; out_of_bounds:fine_yuan"
    assert (row["subject"], row["row"], row["key"]) == ("penalties", 2, "p2/2024-06-02 00:00:00")
    assert "处罚种类不在代码表内" in row["explanation_zh"]
    assert "fine_yuan must lie in [0, 1e+13]" in row["explanation_en"]
    assert json.loads(row["content"])["fine_yuan"] == -5.0
    assert (row["responsible"], row["sector"]) == ("股", "food_operation")


def test_the_same_row_twice_is_one_row() -> None:
    result = checked(penalties=[PENALTY, {**PENALTY, "record_id": "p2"}, PENALTY, PENALTY])
    found = counts(result, "penalties")
    assert (found["read"], found["accepted"], found["duplicates"], found["quarantined"]) == (4, 2, 2, 0)
    assert result.duplicates["row"].tolist() == [3, 4]


def test_rows_with_one_key_that_differ_are_all_quarantined() -> None:
    result = checked(penalties=[PENALTY, {**PENALTY, "fine_yuan": 200.0}, {**PENALTY, "record_id": "p2"}])
    assert result.quarantine["row"].tolist() == [1, 2]
    assert set(result.quarantine["reason"]) == {"contradiction"}
    assert counts(result, "penalties")["accepted"] == 1


def test_rows_that_differ_in_a_null_contradict_each_other() -> None:
    assert reasons("penalties", PENALTY, {**PENALTY, "fine_yuan": None}) == ["contradiction"] * 2


def test_of_contradicting_rows_the_repetition_is_a_duplicate() -> None:
    found = counts(checked(penalties=[PENALTY, PENALTY, {**PENALTY, "fine_yuan": 1.0}]), "penalties")
    assert (found["accepted"], found["duplicates"], found["quarantined"]) == (0, 1, 2)


def test_a_later_version_is_no_contradiction() -> None:
    assert reasons("penalties", PENALTY, {**PENALTY, "fine_yuan": 200.0, "known_at": "2024-07-01"}) == []


def test_events_of_a_quarantined_enterprise_have_no_enterprise() -> None:
    bad = {**ENTERPRISE, "enterprise_id": "乙", "state": "gone"}
    result = checked(enterprises=[ENTERPRISE, bad], penalties=[{**PENALTY, "enterprise_id": "乙"}])
    assert result.quarantine["reason"].tolist() == ["bad_code:state", "unknown_enterprise"]


def test_a_wrong_check_character_is_flagged_and_accepted() -> None:
    codes = ["91440511MA0000015A", "91440511MA0000015B", "甲"]
    enterprises = [{**ENTERPRISE, "enterprise_id": code} for code in codes]
    result = checked(enterprises=enterprises, penalties=[{**PENALTY, "enterprise_id": codes[1]}])
    assert result.quarantine.empty
    assert result.flags["enterprise_id"].tolist() == ["91440511MA0000015B"]
    assert counts(result, "enterprises")["flagged"] == 1
    assert counts(result, "penalties")["flagged"] == 1


def test_accepted_tables_keep_columns_types_and_the_order_of_rows() -> None:
    rows = [{**PENALTY, "record_id": f"p{number}"} for number in range(50)]
    rows[7]["kind"] = "x"
    result = checked(penalties=rows)
    for name in SUBJECTS:
        assert result.accepted.tables[name].schema() == result.read.tables[name].schema()
    kept = result.accepted.tables["penalties"].record_id.to_pyarrow().to_pylist()
    assert kept == [f"p{number}" for number in range(50) if number != 7]


def test_no_row_is_lost_in_any_subject() -> None:
    rows = [PENALTY, PENALTY, {**PENALTY, "kind": "x"}, {**PENALTY, "record_id": "p2", "enterprise_id": "丙"}]
    table = checked(penalties=rows, inspections=[INSPECTION]).counts
    assert table["subject"].tolist() == list(SUBJECTS)
    assert (table["read"] == table["accepted"] + table["duplicates"] + table["quarantined"]).all()


def test_the_check_tells_and_writes_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "given"
    given.mkdir()
    pd.DataFrame([ENTERPRISE]).to_csv(given / "enterprises.csv", index=False)
    pd.DataFrame([PENALTY, {**PENALTY, "record_id": "p2", "kind": "x"}]).to_csv(given / "penalties.csv", index=False)
    assert run_check(given, tmp_path / "out") == 0
    printed = capsys.readouterr().out
    assert "bad_code:kind" in printed
    assert "completeness 完整性" in printed
    assert len(pd.read_parquet(tmp_path / "out" / "quarantine.parquet")) == 1
    assert set(pd.read_csv(tmp_path / "out" / "quality.csv")["level"]) == {"overall", "sector", "office"}
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["reasons"] == [{"subject": "penalties", "reason": "bad_code:kind", "rows": 1}]


def test_nothing_is_written_when_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "enterprises.csv").write_text("enterprise_id\n", encoding="utf-8")
    with pytest.raises(DataError, match="must have the column ent_type"):
        run_check(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
