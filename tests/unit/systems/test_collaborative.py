"""System 3: lists and leads between departments, with who produced, provided and answers for them."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from records.errors import ConfigError
from records.systems.everything import layout_of, system_of
from records.systems.exporting import export_records
from records.systems.files.reading import read_file
from tests.deliveries import CODE, import_one, import_rows, stored, terms

COLLABORATIVE = system_of("collaborative")
LIST = {
    "统一社会信用代码": CODE,
    "名单种类": "经营异常名录",
    "列入原因": "4",
    "列入日期": "2024-03-01",
    "来源部门": "税务局",
    "提供单位": "省协同平台",
    "责任单位": "税务局征管科",
}
LEAD = {
    "线索编号": "XS-1",
    "统一社会信用代码": CODE,
    "发现日期": "2024-05-01",
    "线索来源": "部门移送",
    "监管领域": "食品经营",
    "事项类别": "食品安全",
    "是否查实": "是",
    "移送单位": "金平区局",
    "来源部门": "卫健局",
}


def ours(**changed: Any) -> dict[str, Any]:
    """A lead of the bureau's own, as the contract has it."""
    return {
        **{"record_id": "LD-1", "enterprise_id": CODE, "occurred_on": date(2024, 5, 1), "use_until": None},
        **{"known_at": datetime(2024, 5, 2), "withdrawn_at": None, "source": "金平区局线索库"},  # noqa: DTZ001
        **{
            "producer": "执法股",
            "provider": "信用股",
            "responsible": "执法股",
            "sector": "drugs",
            "kind": "monitoring",
        },
        **{"matter": "licence", "verified": None, "handled_on": None, "sent_to": "卫健局"},
        **changed,
    }


def test_a_list_keeps_who_produced_provided_and_answers_for_it(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [LIST], "collaborative", terms(owners={}))
    row = stored(tmp_path / "records", "listings")[0]
    assert (row["producer"], row["provider"], row["responsible"]) == ("税务局", "省协同平台", "税务局征管科")
    assert (row["kind"], row["cause"], row["source"]) == ("abnormal", "unreachable", "广东省协同监管平台")


def test_a_lead_comes_with_its_number_and_department(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [LEAD], "collaborative")
    row = stored(tmp_path / "records", "leads")[0]
    assert row["record_id"] == "collaborative:leads:XS-1"
    assert (row["kind"], row["matter"], row["verified"], row["producer"]) == ("transfer", "food_safety", True, "卫健局")


def test_leads_that_name_a_department_go_out_with_their_provenance(tmp_path: Path) -> None:
    rows = [
        ours(),
        ours(record_id="LD-2", sent_to=None),
        ours(record_id="collaborative:leads:XS-1", source="广东省协同监管平台"),
    ]
    exported = export_records(COLLABORATIVE, layout_of(COLLABORATIVE, "leads"), rows, tmp_path / "x.csv")
    assert exported.written == 1
    assert exported.left_out == {
        "未指定移送单位 names no department": 1,
        "来自该系统 came from the system itself": 1,
    }
    headers, row = read_file(tmp_path / "x.csv").sheets[0].grid
    sent = dict(zip(headers, row, strict=True))
    assert sent["线索编号"] == "LD-1"
    assert (sent["来源部门"], sent["provider"], sent["responsible"]) == ("执法股", "信用股", "执法股")
    assert (sent["线索来源"], sent["移送单位"], sent["known_at"]) == ("监测", "卫健局", "2024-05-02 00:00:00")


def test_what_goes_out_is_read_by_the_other_department(tmp_path: Path) -> None:
    export_records(COLLABORATIVE, layout_of(COLLABORATIVE, "leads"), [ours()], tmp_path / "x.xlsx")
    import_one(tmp_path / "records", tmp_path / "x.xlsx", "collaborative", terms(owners={}))
    row = stored(tmp_path / "records", "leads")[0]
    same = (
        "enterprise_id",
        "occurred_on",
        "producer",
        "provider",
        "responsible",
        "sector",
        "kind",
        "matter",
        "sent_to",
    )
    assert {name: row[name] for name in same} == {name: ours()[name] for name in same}


def test_what_a_system_only_sends_is_not_exported_to_it(tmp_path: Path) -> None:
    publicity = system_of("publicity")
    with pytest.raises(ConfigError, match="publicity sends penalties and takes none: export inspections"):
        export_records(publicity, layout_of(publicity, "penalties"), [], tmp_path / "x.csv")


def test_results_that_were_void_are_not_published(tmp_path: Path) -> None:
    publicity = system_of("publicity")
    row = {
        **dict.fromkeys(("withdrawn_at", "use_until", "task_code", "inclusion_probability", "native_score")),
        **{"record_id": "IN-1", "enterprise_id": CODE, "occurred_on": date(2024, 5, 1), "source": "检查系统"},
        **{"known_at": datetime(2024, 5, 2), "producer": "所", "provider": "股", "responsible": "股"},  # noqa: DTZ001
        **{"sector": "drugs", "basis": "random", "severity": "general"},
        **{"findings_minor": 0, "findings_general": 2, "findings_serious": 0},
    }
    rows = [row, {**row, "record_id": "IN-2", "severity": "void"}]
    exported = export_records(publicity, layout_of(publicity, "inspections"), rows, tmp_path / "x.csv", "gb18030")
    assert (exported.written, exported.left_out) == (1, {"检查无效 void, no result": 1})
    headers, sent = read_file(tmp_path / "x.csv").sheets[0].grid
    told = dict(zip(headers, sent, strict=True))
    assert (told["insAuth"], told["insType"], told["insDate"], told["insRes"]) == (
        *("所", "随机抽查", "2024-05-01", "发现一般问题"),
    )
    assert "inclusion_probability" not in told
