"""One fact that two systems tell of is one record: it must not count twice."""

from datetime import datetime
from pathlib import Path

import pytest

from records.systems.everything import layout_of, system_of
from records.systems.exporting import export_records
from tests.deliveries import CODE, INSPECTION, flags_of, import_one, import_rows, stored, terms

LISTED = {"UNISCID": CODE, "speCause": "4", "abntime": "2024-03-01", "decOrg": "金平区局"}
SHARED = {"统一社会信用代码": CODE, "名单种类": "1", "列入原因": "4", "列入日期": "2024-03-01", "来源部门": "市局"}
LATER = datetime(2024, 8, 1)  # noqa: DTZ001


def test_a_listing_that_another_system_told_of_first_is_not_stored_again(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [LISTED], "publicity")
    imported = import_rows(tmp_path / "records", [SHARED], "collaborative", terms(LATER))
    assert imported.entry.counts["unchanged"] == 1
    assert (2, "record_id", "known_elsewhere") in flags_of(tmp_path / "records", imported)
    assert [row["source"] for row in stored(tmp_path / "records", "listings")] == ["国家企业信用信息公示系统（广东）"]


def test_a_listing_of_which_two_systems_say_different_things_is_quarantined(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [LISTED], "publicity")
    row = {**SHARED, "移出日期": "2024-06-01"}
    imported = import_rows(tmp_path / "records", [row], "collaborative", terms(LATER))
    assert imported.entry.reasons == {"contradicts_elsewhere": 1}


@pytest.mark.parametrize("changed", [{"列入日期": "2024-03-02"}, {"列入原因": "1"}])
def test_another_fact_is_another_record(tmp_path: Path, changed: dict[str, str]) -> None:
    import_rows(tmp_path / "records", [LISTED], "publicity")
    imported = import_rows(tmp_path / "records", [{**SHARED, **changed}], "collaborative", terms(LATER))
    assert imported.entry.counts["accepted"] == 1


def test_a_withdrawn_record_of_another_system_stands_in_nobodys_way(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [{**LISTED, "撤销日期": "2024-06-01"}], "publicity")
    imported = import_rows(tmp_path / "records", [SHARED], "collaborative", terms(LATER))
    assert imported.entry.counts["accepted"] == 1


def test_a_system_goes_on_to_tell_of_its_own_record(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [SHARED], "collaborative")
    import_rows(tmp_path / "records", [{**SHARED, "移出日期": "2024-06-01"}], "collaborative", terms(LATER))
    assert [str(row["removed_on"]) for row in stored(tmp_path / "records", "listings")] == ["None", "2024-06-01"]


def test_what_was_sent_to_a_platform_and_comes_back_is_no_second_record(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [LISTED], "publicity")
    platform = system_of("collaborative")
    rows = stored(tmp_path / "records", "listings")
    export_records(platform, layout_of(platform, "lists"), rows, tmp_path / "sent.csv")
    again = import_one(tmp_path / "records", tmp_path / "sent.csv", "collaborative", terms(LATER))
    assert again.entry.counts["unchanged"] == 1
    assert len(stored(tmp_path / "records", "listings")) == 1


def test_a_visit_that_both_platforms_report_is_one_inspection(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [INSPECTION], "double_random")
    published = {
        **{"UNISCID": CODE, "insAuth": "局", "insType": "抽查", "insDate": "2024-06-01", "insRes": "未发现问题"},
        **{"监管领域": "食品经营"},
    }
    same = import_rows(tmp_path / "records", [published], "publicity", terms(LATER))
    assert same.entry.counts["unchanged"] == 1
    worse = {**published, "insRes": "发现严重问题"}
    assert import_rows(tmp_path / "records", [worse], "publicity", terms(LATER)).entry.reasons == {
        "contradicts_elsewhere": 1
    }
