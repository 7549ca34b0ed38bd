"""Delivered again, corrected, late: what becomes a version, from when it counts, and what never changes."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.deliveries import (
    CODE,
    DELIVERED,
    ENTERPRISE,
    INSPECTION,
    OTHER_CODE,
    PENALTY,
    as_grid,
    content_of,
    flags_of,
    import_one,
    import_rows,
    stored,
    terms,
    write_csv,
    write_xlsx,
)

LATER = datetime(2024, 8, 1)  # noqa: DTZ001
FINE = "PENAM(元)"


def parts(imported: Any) -> tuple[int, ...]:
    counts = imported.entry.counts
    return tuple(counts[name] for name in ("accepted", "superseded", "unchanged", "quarantined"))


def test_the_same_file_again_changes_not_one_byte(tmp_path: Path) -> None:
    rows = [PENALTY, {**PENALTY, "PENDECNO": "2号", "PENTYPE": "99"}]
    path = write_csv(tmp_path / "x.csv", rows)
    import_one(tmp_path / "records", path, "publicity")
    before = content_of(tmp_path / "records")
    again = import_one(tmp_path / "records", path, "publicity", terms(LATER))
    assert again.was_known
    assert parts(again) == (0, 0, 1, 1)
    assert content_of(tmp_path / "records") == before


def test_the_same_rows_in_another_form_change_no_record(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [PENALTY], "publicity")
    path = write_xlsx(tmp_path / "x.xlsx", as_grid([{**PENALTY, "PENDECISSDATE": "2024/5/1"}]))
    again = import_one(tmp_path / "records", path, "publicity", terms(LATER))
    assert parts(again) == (0, 0, 1, 0)
    assert len(stored(tmp_path / "records", "penalties")) == 1


def test_a_corrected_row_is_a_version_from_its_own_delivery_on(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [PENALTY, {**PENALTY, "PENDECNO": "2号"}], "publicity")
    corrected = [{**PENALTY, FINE: "6000"}, {**PENALTY, "PENDECNO": "2号"}, {**PENALTY, "PENDECNO": "3号"}]
    again = import_rows(tmp_path / "records", corrected, "publicity", terms(LATER))
    assert parts(again) == (1, 1, 1, 0)
    versions = [row for row in stored(tmp_path / "records", "penalties") if row["decision_no"].startswith("粤")]
    assert [(row["known_at"], row["fine_yuan"]) for row in versions] == [(DELIVERED, 5000.0), (LATER, 6000.0)]
    assert versions[0]["record_id"] == versions[1]["record_id"]


def test_an_earlier_file_again_does_not_undo_a_correction(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "first.csv", [PENALTY])
    import_one(tmp_path / "records", first, "publicity")
    import_rows(tmp_path / "records", [{**PENALTY, FINE: "6000"}], "publicity", terms(LATER))
    before = content_of(tmp_path / "records")
    assert import_one(tmp_path / "records", first, "publicity", terms(datetime(2024, 9, 1))).was_known  # noqa: DTZ001
    assert content_of(tmp_path / "records") == before


def test_quarantined_rows_are_looked_at_again_and_the_others_are_settled(tmp_path: Path) -> None:
    """A task that arrives after its results: the same file of results then has what it lacked."""
    bare = {name: INSPECTION[name] for name in ("uniscid", "task_code", "check_date", "overall_result")}
    whole = {"uniscid": OTHER_CODE, "task_code": "T2", "check_date": "2024-06-01", "overall_result": "1"}
    other = {"任务编号": "T2", "检查依据": "random", "监管领域": "药品", "pool_size": 9, "sample_size": 3}
    import_rows(tmp_path / "records", [{**other, "drawn_at": "2024-05-01"}], "double_random")
    path = write_csv(tmp_path / "results.csv", [bare, whole])
    assert parts(import_one(tmp_path / "records", path, "double_random")) == (1, 0, 0, 1)
    corrected = [{**whole, "overall_result": "2"}]
    import_rows(tmp_path / "records", corrected, "double_random", terms(LATER))
    task = {**other, "任务编号": "T1", "监管领域": "食品经营", "drawn_at": "2024-05-01"}
    import_rows(tmp_path / "records", [task], "double_random", terms(LATER))
    last = terms(datetime(2024, 9, 1))  # noqa: DTZ001
    assert parts(import_one(tmp_path / "records", path, "double_random", last)) == (1, 0, 1, 0)
    found = stored(tmp_path / "records", "inspections")
    assert [(row["enterprise_id"], row["severity"]) for row in found] == [
        *((OTHER_CODE, "none"), (OTHER_CODE, "general"), (CODE, "none")),
    ]
    before = content_of(tmp_path / "records")
    assert import_one(tmp_path / "records", path, "double_random", last).was_known
    assert content_of(tmp_path / "records") == before


def test_a_file_under_another_name_is_the_same_file(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "first.csv", [PENALTY])
    import_one(tmp_path / "records", first, "publicity")
    import_rows(tmp_path / "records", [{**PENALTY, FINE: "6000"}], "publicity", terms(LATER))
    renamed = first.rename(tmp_path / "first (1).csv")
    assert import_one(tmp_path / "records", renamed, "publicity", terms(LATER)).was_known


def test_the_same_file_on_another_date_is_another_delivery(tmp_path: Path) -> None:
    first = write_csv(tmp_path / "first.csv", [PENALTY])
    import_one(tmp_path / "records", first, "publicity")
    import_rows(tmp_path / "records", [{**PENALTY, FINE: "6000"}], "publicity", terms(LATER))
    last = datetime(2024, 9, 1)  # noqa: DTZ001
    again = import_one(tmp_path / "records", first, "publicity", terms(last), is_dated=True)
    assert parts(again) == (0, 1, 0, 0)
    assert [row["fine_yuan"] for row in stored(tmp_path / "records", "penalties")] == [5000.0, 6000.0, 5000.0]


def test_other_terms_look_at_a_file_again(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", [PENALTY])
    assert parts(import_one(tmp_path / "records", path, "publicity", terms(owners={}))) == (0, 0, 0, 1)
    assert parts(import_one(tmp_path / "records", path, "publicity")) == (1, 0, 0, 0)


@pytest.mark.parametrize("earlier", [datetime(2024, 6, 1), DELIVERED])  # noqa: DTZ001
def test_a_version_known_before_those_that_are_there_is_quarantined(tmp_path: Path, earlier: datetime) -> None:
    import_rows(tmp_path / "records", [PENALTY], "publicity")
    again = import_rows(tmp_path / "records", [{**PENALTY, FINE: "6000"}], "publicity", terms(earlier))
    assert again.entry.reasons == {"known_before_version:known_at": 1}


def test_a_new_record_cannot_be_slipped_in_before_an_earlier_delivery(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [PENALTY], "publicity")
    slipped = {**PENALTY, "PENDECNO": "2号"}
    early = import_rows(tmp_path / "records", [slipped], "publicity", terms(datetime(2024, 6, 1)))  # noqa: DTZ001
    assert early.entry.reasons == {"past_is_closed:known_at": 1}
    assert parts(import_rows(tmp_path / "records", [slipped], "publicity", terms(DELIVERED))) == (1, 0, 0, 0)


def test_columns_that_a_file_lacks_keep_their_value_and_empty_ones_lose_it(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [{**PENALTY, "matter": "食品安全", "due_on": "2024-06-01"}], "publicity")
    changed = {**PENALTY, FINE: "6000", "due_on": ""}
    import_rows(tmp_path / "records", [changed], "publicity", terms(LATER))
    last = stored(tmp_path / "records", "penalties")[-1]
    assert (last["matter"], last["due_on"], last["fine_yuan"]) == ("food_safety", None, 6000.0)


def test_a_registry_without_sectors_keeps_those_of_the_enterprise(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [ENTERPRISE], "publicity")
    bare = {name: value for name, value in ENTERPRISE.items() if name != "sectors"}
    moved = {**bare, "localAdm": "东方所", "apprDate": "2024-07-15"}
    again = import_rows(tmp_path / "records", [moved], "publicity", terms(LATER))
    assert parts(again) == (0, 1, 0, 0)
    first, second = stored(tmp_path / "records", "enterprises")
    assert (str(first["valid_from"]), first["station"], first["known_at"]) == ("2020-03-04", "石炮台所", DELIVERED)
    assert (str(second["valid_from"]), second["station"], second["known_at"]) == ("2024-07-15", "东方所", LATER)
    assert first["sectors"] == second["sectors"] == ["drugs", "food_operation"]


def test_a_state_that_changes_without_a_new_approval_is_a_version(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [ENTERPRISE], "publicity")
    import_rows(tmp_path / "records", [{**ENTERPRISE, "regState": "XX"}], "publicity", terms(LATER))
    assert [(row["state"], row["known_at"]) for row in stored(tmp_path / "records", "enterprises")] == [
        ("active", DELIVERED),
        ("deregistered", LATER),
    ]


def test_a_history_counts_each_row_since_its_own_stamp(tmp_path: Path) -> None:
    rows = [
        {**PENALTY, "publicDate": "2024-05-20"},
        {**PENALTY, "PENDECNO": "2号", "publicDate": ""},
        {**PENALTY, "PENDECNO": "3号", "publicDate": "2024-05-20", "获知时间": "2024-05-03 10:00:00"},
    ]
    import_rows(tmp_path / "records", rows, "publicity", terms(is_history=True))
    known = {row["decision_no"]: row["known_at"] for row in stored(tmp_path / "records", "penalties")}
    assert known[PENALTY["PENDECNO"]] == datetime(2024, 5, 20)  # noqa: DTZ001
    assert known["2号"] == datetime(2024, 5, 1)  # noqa: DTZ001
    assert known["3号"] == datetime(2024, 5, 3, 10)  # noqa: DTZ001


def test_without_a_history_stamps_of_rows_do_not_count(tmp_path: Path) -> None:
    rows = [{**PENALTY, "publicDate": "2024-05-20", "获知时间": "2024-05-03 10:00:00"}]
    imported = import_rows(tmp_path / "records", rows, "publicity")
    assert stored(tmp_path / "records", "penalties")[0]["known_at"] == DELIVERED
    assert any("not since the file's own stamps" in note for note in imported.entry.notes)


def test_a_listing_of_old_was_known_before_it_ended(tmp_path: Path) -> None:
    row = {"UNISCID": CODE, "speCause": "4", "abntime": "2022-03-01", "decOrg": "局", "remDate": "", "remExcpRes": ""}
    ended = {**row, "abntime": "2022-05-01", "remDate": "2023-01-10", "remExcpRes": "4"}
    imported = import_rows(tmp_path / "records", [row, ended], "publicity", terms(is_history=True))
    assert parts(imported) == (2, 0, 0, 0)
    versions = stored(tmp_path / "records", "listings")
    assert [(str(one["known_at"].date()), str(one["removed_on"]), one["removal_reason"]) for one in versions] == [
        ("2022-03-01", "None", None),
        ("2022-05-01", "None", None),
        ("2023-01-10", "2023-01-10", "address_changed"),
    ]
    other = write_xlsx(tmp_path / "x.xlsx", as_grid([row, ended]))
    assert parts(import_one(tmp_path / "records", other, "publicity", terms(is_history=True))) == (0, 0, 2, 0)


def test_an_enterprise_of_old_was_there_before_its_last_approval(tmp_path: Path) -> None:
    gone = {**ENTERPRISE, "regState": "4", "apprDate": "2023-05-06"}
    imported = import_rows(tmp_path / "records", [gone], "publicity", terms(is_history=True))
    found = stored(tmp_path / "records", "enterprises")
    assert [(str(row["valid_from"]), row["state"], str(row["known_at"].date())) for row in found] == [
        ("2010-01-01", "active", "2010-01-01"),
        ("2023-05-06", "deregistered", "2023-05-06"),
    ]
    assert (2, "valid_from", "since_founding") in flags_of(tmp_path / "records", imported)
    again = write_xlsx(tmp_path / "x.xlsx", as_grid([gone]))
    assert parts(import_one(tmp_path / "records", again, "publicity", terms(is_history=True))) == (0, 0, 1, 0)


def test_an_end_that_was_set_earlier_stays_until_the_record_is_corrected(tmp_path: Path) -> None:
    repaired = {**PENALTY, "使用截止日期": "2024-07-15"}
    import_rows(tmp_path / "records", [repaired], "publicity")
    assert parts(import_rows(tmp_path / "records", [PENALTY], "publicity", terms(LATER))) == (0, 0, 1, 0)
    import_rows(tmp_path / "records", [{**PENALTY, FINE: "200000"}], "publicity", terms(datetime(2024, 9, 1)))  # noqa: DTZ001
    assert [str(row["use_until"]) for row in stored(tmp_path / "records", "penalties")] == ["2024-07-15", "2027-05-01"]


def test_a_history_after_a_delivery_changes_nothing_that_was_known(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [PENALTY], "publicity")
    rows = [PENALTY, {**PENALTY, "PENDECNO": "2号"}]
    again = import_rows(tmp_path / "records", rows, "publicity", terms(is_history=True))
    assert again.entry.reasons == {"known_before_version:known_at": 1, "past_is_closed:known_at": 1}


def test_several_versions_in_one_history_follow_each_other(tmp_path: Path) -> None:
    rows = [
        {**PENALTY, FINE: "7000", "获知时间": "2024-06-03"},
        {**PENALTY, FINE: "5000", "获知时间": "2024-06-01"},
        {**PENALTY, FINE: "5000", "获知时间": "2024-06-02"},
    ]
    imported = import_rows(tmp_path / "records", rows, "publicity", terms(is_history=True))
    assert parts(imported) == (1, 1, 1, 0)
    assert [row["fine_yuan"] for row in stored(tmp_path / "records", "penalties")] == [5000.0, 7000.0]
