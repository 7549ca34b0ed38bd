"""Small tables that people keep: read from CSV or XLSX as texts, and written as a workbook."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils import get_column_letter

from sampling.draw.mistake import DrawError

WIDEST_COLUMN = 40


def read_table(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of the first sheet, or of a CSV file in UTF-8, with just these columns as trimmed texts, empty for none.

    Rows without any content are passed over. DrawError for a file that cannot be read, is of another kind, or lacks a
    column.
    """
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows}
    if path.suffix not in readers:
        raise DrawError(f"A table must be one of {', '.join(readers)}, got {path.name!r}; save it as one of them.")
    try:
        header, *rows = list(readers[path.suffix](path)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error, BadZipFile, KeyError, ValueError) as fault:
        raise DrawError(
            f"A table must be a readable file in UTF-8 or XLSX, {path.name} is not ({type(fault).__name__}); "
            "save it again."
        ) from None
    missing = [name for name in columns if name not in header]
    if missing:
        raise DrawError(f"{path.name} must have the columns {', '.join(columns)}, it lacks {missing[0]}; add it.")
    named = [dict(zip(header, row, strict=False)) for row in rows if any(row)]
    return [{name: row.get(name, "") for name in columns} for row in named]


def write_workbook(path: Path, sheets: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """A workbook of sheets by name, each with a row of headings; texts stay texts, so that none runs as a formula."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        table = [dict(row) for row in rows]
        headings = list(table[0]) if table else []
        for line in [headings, *(list(row.values()) for row in table)]:
            sheet.append(line)
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        for at, heading in enumerate(headings, 1):
            widest = max(_width(str(text)) for text in [heading, *(row[heading] for row in table[:200])])
            sheet.column_dimensions[get_column_letter(at)].width = min(widest + 2, WIDEST_COLUMN)
        sheet.freeze_panes = "A2"
    book.save(path)


def _csv_rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            yield [cell.strip() for cell in row]


def _xlsx_rows(path: Path) -> Iterator[list[str]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_text(cell) for cell in row]
    finally:
        book.close()


def _text(cell: Any) -> str:
    """A cell as the person sees it: a number that is whole has no point, a day no time."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()


def _width(text: str) -> int:
    """Columns that a text takes: Chinese characters are twice as wide."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
