"""System 2: tasks, draws and results of the double-random platform."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from records.systems.codes import OVERALL_RESULT, SEVERITIES_BY_WEIGHT, SEVERITY_OF_RESULT
from records.systems.everything import system_of
from records.systems.importing import import_files
from tests.deliveries import (
    CODE,
    INSPECTION,
    OTHER_CODE,
    content_of,
    flags_of,
    import_one,
    import_rows,
    stored,
    terms,
    write_csv,
    write_json,
)

TASK = {
    "plan_code": "P2024",
    "task_code": "T1",
    "抽查方式": "2",
    "pool_size": "1000",
    "sample_size": "50",
    "seed": "20240501",
    "drawn_at": "2024-05-06 09:00:00",
    "监管领域": "食品经营",
}
DRAW = {"uniscid": CODE, "task_code": "T1", "selected": "1"}


def result(tmp_path: Path, **changed: Any) -> dict[str, Any]:
    imported = import_rows(tmp_path / "records", [{**INSPECTION, **changed}], "double_random")
    assert imported.entry.reasons == {}
    return stored(tmp_path / "records", "inspections")[0]


@pytest.mark.parametrize(
    ("codes", "severity", "findings"),
    [
        ("1", "none", (0, 0, 0)),
        ("2", "general", (0, 1, 0)),
        ("3", "general", (0, 1, 0)),
        ("4", "general", (0, 1, 0)),
        ("5", "general", (0, 1, 0)),
        ("6", "unreachable", (0, 0, 0)),
        ("7", "void", (0, 0, 0)),
        ("8", "serious", (0, 0, 1)),
        ("9", "void", (0, 0, 0)),
        ("10", "void", (0, 0, 0)),
        ("11", "void", (0, 0, 0)),
        ("12", "void", (0, 0, 0)),
        ("2,3", "general", (0, 2, 0)),
        ("2;8", "serious", (0, 1, 1)),
        ("6,9", "void", (0, 0, 0)),
        ("2、6", "general", (0, 1, 0)),
        ("3,12", "general", (0, 1, 0)),
        ("查无下落", "unreachable", (0, 0, 0)),
    ],
)
def test_the_twelve_results(tmp_path: Path, codes: str, severity: str, findings: tuple[int, ...]) -> None:
    row = result(tmp_path, overall_result=codes)
    assert row["severity"] == severity
    assert tuple(row[f"findings_{level}"] for level in ("minor", "general", "serious")) == findings


def test_no_violation_beside_a_problem_is_flagged_as_a_contradiction(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**INSPECTION, "overall_result": "1,2"}], "double_random")
    assert (2, "severity", "contradictory_results") in flags_of(tmp_path / "records", imported)
    assert stored(tmp_path / "records", "inspections")[0]["severity"] == "general"


def test_every_result_has_a_severity_and_a_place_in_the_order() -> None:
    assert set(SEVERITY_OF_RESULT) == {code.means for code in OVERALL_RESULT.codes}
    assert set(SEVERITY_OF_RESULT.values()) == set(SEVERITIES_BY_WEIGHT)


@pytest.mark.parametrize("codes", ["13", "0", "1,x", "差"])
def test_an_unknown_result_is_quarantined(tmp_path: Path, codes: str) -> None:
    imported = import_rows(tmp_path / "records", [{**INSPECTION, "overall_result": codes}], "double_random")
    assert imported.entry.reasons == {"unknown_code:overall_result": 1}


def test_a_check_without_a_result_yet_waits_in_quarantine(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**INSPECTION, "overall_result": ""}], "double_random")
    assert imported.entry.reasons == {"no_result:overall_result": 1}


def test_items_with_a_problem_are_counted_as_findings(tmp_path: Path) -> None:
    items = [
        {"is_check": 1, "problem": "标签缺项", "dispose": "责令改正"},
        {"is_check": 1, "problem": "索证不全", "dispose": ""},
        {"is_check": 1, "problem": "", "dispose": ""},
        {"is_check": 0, "problem": "未检查", "dispose": ""},
    ]
    path = write_json(tmp_path / "x.json", [{**INSPECTION, "overall_result": ["3"], "item_result": items}])
    import_one(tmp_path / "records", path, "double_random")
    assert stored(tmp_path / "records", "inspections")[0]["findings_general"] == 2
    as_text = {**INSPECTION, "overall_result": "3", "item_result": json.dumps(items, ensure_ascii=False)}
    import_rows(tmp_path / "other" / "records", [as_text], "double_random")
    assert stored(tmp_path / "other" / "records", "inspections")[0]["findings_general"] == 2


def test_items_that_are_no_list_are_quarantined(tmp_path: Path) -> None:
    imported = import_rows(tmp_path / "records", [{**INSPECTION, "item_result": "三项"}], "double_random")
    assert imported.entry.reasons == {"unreadable_items:item_result": 1}


def test_a_draw_takes_from_its_task_what_it_leaves_out(tmp_path: Path) -> None:
    task = write_csv(tmp_path / "task.csv", [TASK])
    draws = write_csv(tmp_path / "draws.csv", [DRAW, {**DRAW, "uniscid": OTHER_CODE, "selected": "0"}])
    outcome = import_files(system_of("double_random"), [draws, task], tmp_path / "records", terms())
    assert [one.entry.layout for one in outcome.imported] == ["tasks", "draws"]
    row = stored(tmp_path / "records", "selections")[0]
    assert {name: row[name] for name in ("plan_code", "basis", "sector", "pool_size", "sample_size", "seed")} == {
        **{"plan_code": "P2024", "basis": "random", "sector": "food_operation"},
        **{"pool_size": 1000, "sample_size": 50, "seed": "20240501"},
    }
    assert (row["inclusion_probability"], str(row["occurred_on"])) == (0.05, "2024-05-06")
    assert outcome.imported[1].entry.reasons == {"not_selected:selected": 1}
    flags = {flag for _, _, flag in flags_of(tmp_path / "records", outcome.imported[1])}
    assert {"filled", "probability_derived"} <= flags


def test_tasks_are_kept_for_later_deliveries_and_are_no_records(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [TASK], "double_random")
    assert sorted(path.name for path in (tmp_path / "records").iterdir()) == ["_imports"]
    later = terms(datetime(2024, 8, 1))  # noqa: DTZ001
    import_rows(tmp_path / "records", [DRAW], "double_random", later)
    assert stored(tmp_path / "records", "selections")[0]["pool_size"] == 1000


def test_the_same_task_again_changes_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "task.csv", [TASK])
    import_one(tmp_path / "records", path, "double_random")
    before = content_of(tmp_path / "records")
    import_one(tmp_path / "records", path, "double_random")
    assert content_of(tmp_path / "records") == before


@pytest.mark.parametrize(
    "changed",
    [{"抽样层": "高"}, {"basis": "complaint"}, {"pool_size": ""}, {"sample_size": "2000"}, {"pool_size": "0"}],
)
def test_a_chance_is_worked_out_only_for_a_draw_from_the_whole_pool(tmp_path: Path, changed: dict[str, str]) -> None:
    whole = {**TASK, **DRAW, "basis": "random", "抽样层": "", **changed}
    import_rows(tmp_path / "records", [whole], "double_random", layout="draws")
    assert [row["inclusion_probability"] for row in stored(tmp_path / "records", "selections")] in ([None], [])


def test_a_stated_chance_stands(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [{**TASK, **DRAW, "pi": "8%"}], "double_random", layout="draws")
    assert stored(tmp_path / "records", "selections")[0]["inclusion_probability"] == 0.08


def test_a_result_takes_its_chance_from_the_draw(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [TASK], "double_random")
    import_rows(tmp_path / "records", [DRAW], "double_random")
    bare = {name: INSPECTION[name] for name in ("uniscid", "task_code", "check_date", "overall_result")}
    import_rows(tmp_path / "records", [bare], "double_random")
    row = stored(tmp_path / "records", "inspections")[0]
    assert (row["basis"], row["sector"], row["inclusion_probability"]) == ("random", "food_operation", 0.05)


def test_a_result_of_an_unknown_task_is_quarantined_for_what_nobody_states(tmp_path: Path) -> None:
    bare = {name: INSPECTION[name] for name in ("uniscid", "task_code", "check_date", "overall_result")}
    imported = import_rows(tmp_path / "records", [bare], "double_random")
    assert imported.entry.reasons == {"missing:basis": 1, "missing:sector": 1}


def test_a_draw_that_became_known_after_a_result_does_not_fill_it(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [TASK], "double_random", terms(datetime(2024, 8, 1)))  # noqa: DTZ001
    bare = {name: INSPECTION[name] for name in ("uniscid", "task_code", "check_date", "overall_result")}
    assert import_rows(tmp_path / "records", [bare], "double_random").entry.counts["quarantined"] == 1


def test_one_file_of_draws_and_results_is_read_as_both(tmp_path: Path) -> None:
    whole = {
        **{"plan_code": "P1", "task_code": "T9", "basis": "random", "pool_size": "100", "sample_size": "10"},
        **{"pi": "0.1", "seed": "7", "drawn_at": "2024-05-06", "selected": "1", "inspectors": "甲,乙"},
        **{"check_items": "a,b", "check_date": "2024-05-20", "overall_result": "1", "disposal_state": "已办结"},
        **{"uniscid": CODE, "sector": "drugs", "entered_at": "2024-05-21 10:00:00", "linked_penalty_no": ""},
    }
    path = write_csv(tmp_path / "x.csv", [whole])
    outcome = import_files(system_of("double_random"), [path], tmp_path / "records", terms())
    assert [(one.entry.layout, one.entry.counts["accepted"]) for one in outcome.imported] == [
        ("draws", 1),
        ("results", 1),
    ]
    assert all(not any("not used" in note for note in one.entry.notes) for one in outcome.imported)
    before = content_of(tmp_path / "records")
    again = import_files(system_of("double_random"), [path], tmp_path / "records", terms())
    assert all(one.was_known for one in again.imported)
    assert content_of(tmp_path / "records") == before


def test_a_result_of_old_is_known_since_it_was_audited(tmp_path: Path) -> None:
    row = {**INSPECTION, "entered_at": "2024-06-03 09:00:00", "audited_at": "2024-06-05 17:30:00"}
    import_rows(tmp_path / "records", [row], "double_random", terms(is_history=True))
    assert stored(tmp_path / "records", "inspections")[0]["known_at"] == datetime(2024, 6, 5, 17, 30)  # noqa: DTZ001
