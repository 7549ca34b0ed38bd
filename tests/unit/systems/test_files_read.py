"""CSV, JSON and XLSX files become the same table, whatever their names say."""

from pathlib import Path

import openpyxl
import pytest

from records.errors import DataError
from records.systems.files.reading import DeliveredFile, read_file
from records.systems.values.cell import Broken
from tests.deliveries import write_xlsx


def delivered(tmp_path: Path, content: bytes | str, name: str = "x.csv") -> DeliveredFile:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path)


def test_a_csv_file_keeps_the_numbers_of_its_lines(tmp_path: Path) -> None:
    sheet = delivered(tmp_path, 'a,b\n\n1,"x\ny"\n ,\n2,z\n').sheets[0]
    assert sheet.grid == [["a", "b"], ["1", "x\ny"], ["2", "z"]]
    assert sheet.numbers == [1, 3, 6]


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_any_usual_delimiter_divides_the_fields(tmp_path: Path, mark: str) -> None:
    content = f'标题\na{mark}b{mark}c\n"x;y,z"{mark}2{mark}3\n'
    assert delivered(tmp_path, content).sheets[0].grid[1:] == [["a", "b", "c"], ["x;y,z", "2", "3"]]


def test_an_open_quote_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.csv must be CSV, line 2 is not"):
        delivered(tmp_path, 'a,b\n"1,2\n3,4\n')


def test_a_broken_line_inside_a_quoted_field_breaks_its_row(tmp_path: Path) -> None:
    content = "局,号\n".encode("gb18030") + b'"\xbd\xf0\xc6\xbd\n\xff\xff",1\n' + "金平局,2\n".encode("gb18030")
    assert delivered(tmp_path, content).sheets[0].broken == {2: "undecodable"}


@pytest.mark.parametrize(
    "content",
    ['[{"a": 1, "b": "x"}, {"a": 2}]', '{"data": [{"a": 1, "b": "x"}, {"a": 2}]}', '{"a": 1, "b": "x"}\n{"a": 2}\n'],
)
def test_json_in_three_forms(tmp_path: Path, content: str) -> None:
    sheet = delivered(tmp_path, content).sheets[0]
    assert sheet.grid == [["a", "b"], [1, "x"], [2, None]]
    assert sheet.numbers[1:] == [1, 2]


def test_json_in_gb18030(tmp_path: Path) -> None:
    assert delivered(tmp_path, '[{"机关": "金平区市场监督管理局"}]'.encode("gb18030")).sheets[0].grid[1] == [
        "金平区市场监督管理局"
    ]


@pytest.mark.parametrize("line", ["[1]", "{", '{"a": NaN}', '{"a": 1, "a": 2}', "null"])
def test_a_line_that_is_no_object_is_told(tmp_path: Path, line: str) -> None:
    sheet = delivered(tmp_path, f'{{"a": 1}}\n{line}\n').sheets[0]
    assert sheet.broken == {2: "unreadable_line"}
    assert sheet.numbers[1:] == [1, 2]


@pytest.mark.parametrize("content", ["[{", "[1, 2", '{"data": 3}x', "[" * 100_000])
def test_broken_json_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(DataError, match=r"x\.csv must be JSON"):
        delivered(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", r"old \(\.xls\) or protected"),
        (b"<html><table></table></html>", "web page or XML"),
        (b"PK\x03\x04broken", "cannot be read as a workbook"),
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(DataError, match=told):
        delivered(tmp_path, content)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="must be there"):
        read_file(tmp_path / "nothing.csv")


def test_a_workbook_is_read_by_its_content_not_its_name(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", [["a", "b"], [None, None], ["甲", 2]])
    sheet = read_file(path.rename(tmp_path / "y.csv")).sheets[0]
    assert sheet.grid == [["a", "b"], ["甲", 2]]
    assert sheet.numbers == [1, 3]


def test_every_cell_of_a_merged_range_has_its_content(tmp_path: Path) -> None:
    grid = [["处罚", None, "日期"], ["文号", "金额", None], ["1", 5, "x"], [None, 6, "y"]]
    sheet = read_file(write_xlsx(tmp_path / "x.xlsx", grid, ["A1:B1", "C1:C2", "A3:A4"])).sheets[0]
    assert sheet.grid == [["处罚", "处罚", "日期"], ["文号", "金额", "日期"], ["1", 5, "x"], ["1", 6, "y"]]
    assert (3, 0) in sheet.copied
    assert (2, 0) not in sheet.copied


def test_errors_and_formulas_without_a_value_cannot_be_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "x.xlsx", [["a", "b", "c"], ["#N/A", "=1+1", "x"]])
    cells = read_file(path).sheets[0].grid[1]
    assert cells == [Broken("excel_error", "#N/A"), Broken("uncalculated_formula", "=1+1"), "x"]


def test_every_sheet_is_a_table_and_hidden_ones_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "一"
    book.active.append(["a"])
    book.create_sheet("二").append(["b"])
    book.create_sheet("空")
    hidden = book.create_sheet("藏")
    hidden.append(["c"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "x.xlsx")
    sheets = read_file(tmp_path / "x.xlsx").sheets
    assert [sheet.label for sheet in sheets] == ["x.xlsx [一]", "x.xlsx [二]"]
    assert "藏" in sheets[0].notes[0]
