"""XLSX workbooks, read and written by openpyxl; each visible sheet is a table."""

import io
import warnings
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from records.errors import DataError
from records.systems.files.sheet import Sheet
from records.systems.values.cell import Broken, Cell
from records.systems.values.dates import EXCEL_EPOCH

_EPOCH_1904 = date(1904, 1, 1)


def read_workbook(content: bytes, label: str) -> list[Sheet]:
    """The visible sheets of a workbook that hold anything.

    Every cell of a merged range gets its content. A formula gives the value that was last worked out for it; one
    without a value, and an error such as #N/A, is a cell that cannot be read.

    Raises
    ------
    DataError
        If the file is no workbook, or is protected by a password.
    """
    formulas = _open(content, label, data_only=False)
    values = _open(content, label, data_only=True) if _has_formulas(formulas) else formulas
    epoch = _EPOCH_1904 if formulas.epoch == CALENDAR_MAC_1904 else EXCEL_EPOCH
    shown = [sheet for sheet in formulas.worksheets if sheet.sheet_state == "visible" and sheet.max_row]
    hidden = [sheet.title for sheet in formulas.worksheets if sheet.sheet_state != "visible"]
    notes = tuple(f"隐藏工作表未读 hidden sheet not read: {title}" for title in hidden)
    sheets = [_sheet(label, sheet, values[sheet.title], epoch, notes) for sheet in shown]
    if len(shown) == 1:
        return [sheet for sheet in sheets if sheet.grid]
    named = zip(shown, sheets, strict=True)
    return [replace(one, title=of.title, label=f"{label} [{of.title}]") for of, one in named if one.grid]


def write_workbook(path: Path, headers: list[str], rows: list[list[Any]]) -> None:
    """One sheet; texts stay texts, so that nothing that a system sent is taken for a formula."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("data")
    for row in (headers, *rows):
        cells = []
        for value in row:
            cell = openpyxl.cell.WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def _open(content: bytes, label: str, data_only: bool) -> openpyxl.Workbook:
    try:
        with warnings.catch_warnings():
            # What it cannot keep when it writes a workbook again (styles, rules for input) is not read here.
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(io.BytesIO(content), data_only=data_only)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError) as error:
        raise DataError(f"{label} cannot be read as a workbook ({error}): save it again as .xlsx.") from error


def _has_formulas(book: openpyxl.Workbook) -> bool:
    return any(cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def _sheet(label: str, formulas: Worksheet, values: Worksheet, epoch: date, notes: tuple[str, ...]) -> Sheet:
    grid: list[list[Cell]] = []
    numbers: list[int] = []
    copied: set[tuple[int, int]] = set()
    origins = _merged(formulas)
    for row, worked_out in zip(formulas.iter_rows(), values.iter_rows(), strict=True):
        cells = [_content(formula, value) for formula, value in zip(row, worked_out, strict=True)]
        repeated = []
        for position, cell in enumerate(row):
            if (origin := origins.get((cell.row, cell.column))) is not None:
                cells[position] = _content(formulas.cell(*origin), values.cell(*origin))
                repeated.append(position)
        if all(cell is None or cell == "" for cell in cells):
            continue
        copied.update((len(grid), position) for position in repeated)
        grid.append(cells)
        numbers.append(row[0].row)
    return Sheet(label, grid, numbers, copied=frozenset(copied), epoch=epoch, notes=notes)


def _merged(sheet: Worksheet) -> dict[tuple[int, int], tuple[int, int]]:
    """From each empty cell of a merged range to the one that holds its content."""
    return {
        at: (area.min_row, area.min_col)
        for area in sheet.merged_cells.ranges
        for row in area.rows
        for at in row
        if at != (area.min_row, area.min_col)
    }


def _content(formula: Any, value: Any) -> Cell:
    if formula.data_type == "f":
        if value.value is None:
            return Broken("uncalculated_formula", str(formula.value))
        return Broken("excel_error", str(value.value)) if value.value in ERROR_CODES else value.value
    return Broken("excel_error", str(formula.value)) if formula.data_type == "e" else formula.value
