"""A report as a workbook: one sheet per table, numbers as numbers."""

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from supervision.report.page import ANSWERS, UNDEFINED, UNKNOWN
from supervision.report.tables import Cell, Column, Form, MonthlyReport, Moved, Part, Table, Verdict
from training.cards.blocks import Text
from training.metrics import Rate

CONTENTS = "目录 contents"
_COUNT, _SHARE = "#,##0", "0.0%"
_FORMATS: dict[Form, str] = {
    "count": _COUNT, "share": _SHARE, "rate": _SHARE, "part": _COUNT, "index": "0.000", "day": "yyyy-mm-dd",
}  # fmt: skip
_CHANGES: dict[Form, str] = {"count": "+#,##0;-#,##0;0", "share": "+0.0%;-0.0%;0.0%", "index": "+0.000;-0.000;0.000"}
_NARROWEST, _WIDEST = 9, 44
"""Columns of a sheet, in characters of the Latin alphabet."""
_HEAD_HEIGHT = 32
"""Two lines, in points."""
_HEAD = PatternFill("solid", start_color="DBE7F5")
_RULE = Border(bottom=Side("thin", color="8A8F98"))
_SOFT = Font(color="616873")

Value = str | int | float | date


def write_workbook(report: MonthlyReport, path: Path) -> None:
    """Write the report as XLSX: a sheet of contents with every note, then one sheet per table.

    Figures that moved take two columns (the month, the change), rates three (rate, low, high), parts three (part,
    whole, share), verdicts two. Unknown and undefined ones are words, never zero.
    """
    workbook = Workbook()
    contents = workbook.worksheets[0]
    contents.title = CONTENTS
    tables = [(section.title, table) for section in report.sections for table in section.tables]
    _write_contents(contents, report, tables)
    for _, table in tables:
        _write_table(workbook.create_sheet(table.title.zh), table)
    workbook.save(path)


def _write_contents(sheet: Worksheet, report: MonthlyReport, tables: list[tuple[Text, Table]]) -> None:
    for place, text, font in ((1, report.title.zh, Font(bold=True, size=14)), (2, report.title.en, _SOFT)):
        title = _put(sheet.cell(place, 1), text, None)
        title.font, title.alignment = font, Alignment()
    row = 3
    for remark in report.remarks:
        for column, said in ((1, remark.name), (3, remark.text)):
            _put(sheet.cell(row, column), _both(said), None)
        row += 1
    row += 1
    for column, heading in enumerate(("表 table", "方面 axis", "说明 note"), start=1):
        _head(sheet.cell(row, column), heading)
    for axis, table in tables:
        row += 1
        link = _put(sheet.cell(row, 1), _both(table.title), None)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{table.title.zh}'!A1")
        link.font = Font(color="1F5FA8", underline="single")
        _put(sheet.cell(row, 2), _both(axis), None)
        _put(sheet.cell(row, 3), _both(table.note), None)
    for column, width in enumerate((34, 34, 110), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write_table(sheet: Worksheet, table: Table) -> None:
    heads = [head for column in table.columns for head in _heads(column)]
    for position, (title, _) in enumerate(heads, start=1):
        _head(sheet.cell(1, position), title)
    for row, cells in enumerate(table.rows, start=2):
        values = [value for cell, column in zip(cells, table.columns, strict=True) for value in _values(cell, column)]
        for position, (value, (_, number_format)) in enumerate(zip(values, heads, strict=True), start=1):
            cell = _put(sheet.cell(row, position), value, number_format)
            if row > len(table.rows) + 1 - table.totals:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    sheet.row_dimensions[1].height = _HEAD_HEIGHT
    if table.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(table.rows) + 1 - table.totals}"
    for position in range(1, len(heads) + 1):
        shown = [str(cells[0].value) for cells in sheet.iter_rows(min_col=position, max_col=position) if cells[0].value]
        longest = max(_width(line) for text in shown for line in text.split("\n"))
        sheet.column_dimensions[get_column_letter(position)].width = min(max(longest + 2, _NARROWEST), _WIDEST)


def _heads(column: Column) -> Iterator[tuple[str, str | None]]:
    """The headings of the sheet's columns that a column becomes, each with its number format."""
    number_format = _FORMATS.get(column.form)
    yield f"{column.zh}\n{column.en}", number_format
    if column.moves:
        yield f"{column.zh}较上期\nchange", _CHANGES.get(column.form)
    elif column.form == "rate":
        yield "区间下限\nlow", number_format
        yield "区间上限\nhigh", number_format
    elif column.form == "part":
        yield f"{column.zh}：总数\nof", number_format
        yield f"{column.zh}：占比\nshare", _SHARE
    elif column.form == "verdict":
        yield f"{column.zh}依据\nevidence", _COUNT


def _values(cell: Cell, column: Column) -> Iterator[Value]:
    if column.moves:
        moved = cell if isinstance(cell, Moved) else Moved(None, None)
        yield from (_value(moved.value), _value(moved.change))
    elif column.form == "rate":
        yield from map(_value, (cell.rate, cell.low, cell.high) if isinstance(cell, Rate) else (cell,) * 3)
    elif column.form == "part":
        part = cell if isinstance(cell, Part) else Part(None, None)
        yield from map(_value, (part.part, part.whole, part.share))
    elif column.form == "verdict":
        verdict = cell if isinstance(cell, Verdict) else Verdict(None, None)
        yield from (_both(ANSWERS[verdict.answer]), _value(verdict.number))
    else:
        yield _value(cell)


def _value(cell: Cell) -> Value:
    match cell:
        case None:
            return UNKNOWN
        case Text():
            return _both(cell)
        case bool():
            return _both(ANSWERS[cell])
        case float() if math.isnan(cell):
            return UNDEFINED
        case str() | int() | float() | date():
            return cell
    raise TypeError(f"a cell of its own cannot hold {cell!r}")


def _put(cell: SheetCell, value: Value, number_format: str | None) -> SheetCell:
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        # A name from the records that begins with = is a name, not a formula.
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.value = value
        cell.number_format = number_format or "General"
        cell.alignment = Alignment(horizontal="right", vertical="top")
    return cell


def _head(cell: SheetCell, title: str) -> None:
    _put(cell, title, None)
    cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _RULE
    cell.alignment = Alignment(wrap_text=True, vertical="bottom")


def _both(text: Text) -> str:
    return f"{text.zh} {text.en}".strip()


def _width(text: str) -> int:
    """How wide a text is: a Chinese character takes two columns."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
