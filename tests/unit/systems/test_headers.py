"""Layouts are recognised by headers, whatever stands above them and however they are written."""

from typing import Any

import pytest

from records.errors import DataError
from records.systems.declaration import Layout, System, names_of
from records.systems.everything import SYSTEMS, system_of
from records.systems.files.sheet import Sheet
from records.systems.headers import Recognised, header_key, header_unit, recognise

PUBLICITY = system_of("publicity")
PENALTY = ["UNISCID", "PENDECNO", "PENTYPE", "PENAM", "PENDECISSDATE"]
ROW = ["91440511MA0000015A", "1号", "2", "5", "2024-05-01"]
LAYOUTS = [(system, layout) for system in SYSTEMS for layout in system.layouts]


def recognised(*grid: list[Any], system: System = PUBLICITY, layout: str | None = None) -> Recognised:
    sheet = Sheet("x.csv", list(grid), list(range(1, len(grid) + 1)))
    found = recognise(sheet, system, layout)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    "headers",
    [
        PENALTY,
        ["uniscId", "penDecNo", "penType", "penAm", "penDecIssDate"],
        ["统一社会信用代码", "处罚决定书文号", "处罚种类", "罚款金额（万元）", "处罚决定日期"],
        [" 统一社会 信用代码", "*决定书文号", "处罚类别", "罚款金额:元", "作出行政处罚决定日期"],
        ["enterprise_id", "decision_no", "kind", "fine_yuan", "occurred_on"],
    ],
)
def test_names_of_all_kinds_are_the_same_fields(headers: list[str]) -> None:
    found = recognised(headers, ROW)
    assert found.layout.id == "penalties"
    assert set(found.columns) == {"enterprise_id", "decision_no", "kind", "fine_yuan", "occurred_on"}
    assert found.unused == ()


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("罚款金额（万元）", "wan"),
        ("罚款金额(元)", "yuan"),
        ("罚款金额（单位：万元）", "wan"),
        ("资产总额(亿元)", "yi"),
        ("PENAM", ""),
        ("registered_capital_yuan", "yuan"),
        ("从业人数(人)", ""),
        ("注册资本(金)", ""),
        ("出资额（万元人民币）", "wan"),
    ],
)
def test_a_header_may_name_its_unit(header: str, unit: str) -> None:
    assert header_unit(header) == unit


def test_titles_above_the_header_are_passed_over() -> None:
    found = recognised(["汕头市金平区行政处罚信息公示表"], ["制表：某股", "", "2024年5月"], PENALTY, ROW)
    assert found.first_row == 3


def test_a_unit_in_the_title_holds_for_amounts_without_one() -> None:
    found = recognised(["行政处罚信息表（单位：万元）", "", "", "", ""], PENALTY, ROW)
    assert found.headers[3].unit == "wan"


@pytest.mark.parametrize("above", [["处罚", "", "", "", "日期"], ["处罚", "处罚", "处罚", "处罚", "日期"]])
def test_merged_header_rows_are_one_header(above: list[str]) -> None:
    below = ["统一社会信用代码", "决定书文号", "种类", "金额(万元)", ""]
    found = recognised(["一览表", *[""] * 4], [*above[:4], "处罚决定日期"], below, ROW, layout="penalties")
    assert found.first_row == 3
    assert [header.path.split("/")[-1] for header in found.headers][:2] == ["统一社会信用代码", "决定书文号"]
    assert found.columns["kind"] == (2,)
    assert found.columns["fine_yuan"] == (3,)
    assert found.columns["occurred_on"] == (4,)
    assert found.headers[3].unit == "wan"


def test_twins_are_both_found() -> None:
    found = recognised([*PENALTY, "penType", "处罚种类"], [*ROW, "2", ""])
    assert found.columns["kind"] == (2, 5, 6)


def test_unknown_headers_are_told() -> None:
    assert recognised([*PENALTY, "经办人工号", "处罚内容"], ROW).unused == ("经办人工号", "处罚内容")


def test_no_layout_fits_and_the_nearest_says_what_it_lacks() -> None:
    with pytest.raises(DataError, match=r"nearest, penalties, lacks penType, got UNISCID, PENDECNO, 甲, PENDECISSDATE"):
        recognised(["UNISCID", "PENDECNO", "甲", "PENDECISSDATE"], ROW)


def test_a_named_layout_must_fit_as_well() -> None:
    with pytest.raises(DataError, match="nearest, licences, lacks"):
        recognised(PENALTY, ROW, layout="licences")


def test_a_file_of_draws_and_results_has_both_layouts() -> None:
    headers = ["uniscid", "task_code", "sector", "basis", "pi", "drawn_at", "selected", "check_date", "overall_result"]
    sheet = Sheet("x.csv", [headers, [""] * len(headers)], [1, 2])
    assert [found.layout.id for found in recognise(sheet, system_of("double_random"))] == ["draws", "results"]
    assert [found.layout.id for found in recognise(sheet, system_of("double_random"), "results")] == ["results"]


@pytest.mark.parametrize(("system", "layout"), LAYOUTS, ids=lambda one: one.id)
def test_a_layout_is_recognised_by_its_own_names(system: System, layout: Layout) -> None:
    headers = [next(names_of(layout, field)) for field in layout.fields]
    sheet = Sheet("x.csv", [headers, [""] * len(headers)], [1, 2])
    assert layout in [found.layout for found in recognise(sheet, system)]


@pytest.mark.parametrize(("system", "layout"), LAYOUTS, ids=lambda one: one.id)
def test_no_name_stands_for_two_fields_of_a_layout(system: System, layout: Layout) -> None:
    owners: dict[str, str] = {}
    for field in layout.fields:
        for name in names_of(layout, field):
            assert owners.setdefault(header_key(name), field.column) == field.column, name


@pytest.mark.parametrize(("system", "layout"), LAYOUTS, ids=lambda one: one.id)
def test_every_required_column_of_the_contract_has_a_source(system: System, layout: Layout) -> None:
    sources = {field.column for field in layout.fields} | {column for column, _ in layout.fixed}
    sources |= {column for one in layout.derivations for column in one.columns}
    sources |= {column for one in layout.fills for column in one.columns}
    sources |= {"record_id", "source", "known_at"}
    required = {column.name for column in layout.subject.columns if not column.nullable}
    assert required - sources == set()
    assert {name for group in layout.recognised_by for name in group} <= {field.column for field in layout.fields}
    assert {name.removesuffix("?") for name in layout.identity} <= sources
    assert set(layout.stamps) <= sources
    assert set(layout.ends) <= sources
