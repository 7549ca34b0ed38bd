"""Write a drawn worklist into a file: CSV or XLSX for people, JSON or Parquet for programs."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from records.errors import ConfigError
from supervision.worklists.as_json import about, date_columns, json_rows, station_counts
from supervision.worklists.draw_up import DrawnList
from supervision.worklists.worklist import ListColumn

BOM = "utf-8-sig"
"""Excel takes a CSV file for UTF-8 only where it begins with a byte order mark."""
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SHEETS = ("清单 list", "按所汇总 stations", "说明 about")
WIDEST_COLUMN = 60
MEASURED_ROWS = 200


def check_suffix(path: Path) -> None:
    """Raise ConfigError for a file whose kind is none of those written here."""
    if path.suffix not in _WRITERS:
        raise ConfigError(f"A worklist is written as one of {', '.join(_WRITERS)}, got {path.name!r}; rename the file.")


def write_list(drawn: DrawnList, path: Path, limit: int | None = None) -> None:
    """Write at most `limit` rows (null: all) into `path`; its suffix names the kind.

    In CSV and XLSX headings are a column's Chinese heading and its name, and records stand in one cell, `; ` between
    them; JSON and Parquet have names and lists. XLSX has two more sheets: counts by station, and what the list is.
    """
    check_suffix(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _WRITERS[path.suffix](drawn, drawn.told(limit=limit), path)


def _for_people(drawn: DrawnList, rows: pd.DataFrame) -> pd.DataFrame:
    """Headings, plain dates, records as one text; a text that a spreadsheet would run gets an apostrophe in front."""
    told = rows.assign(records=rows["records"].map("; ".join))
    for name in date_columns(told):
        told[name] = told[name].dt.date
    for name in told.select_dtypes("str"):
        is_formula = told[name].str.startswith(_FORMULA_STARTS, na=False)
        told[name] = told[name].where(~is_formula, "'" + told[name])
    return told.rename(columns={one.name: _heading(one) for one in drawn.worklist.all_columns})


def _heading(column: ListColumn) -> str:
    return f"{column.zh} {column.name}"


def _write_csv(drawn: DrawnList, rows: pd.DataFrame, path: Path) -> None:
    _for_people(drawn, rows).to_csv(path, index=False, encoding=BOM)


def _write_xlsx(drawn: DrawnList, rows: pd.DataFrame, path: Path) -> None:
    stations = drawn.stations().rename(columns={"station": "市场监督管理所 station", "rows": "行数 rows"})
    tables = (_for_people(drawn, rows), stations, _facts(drawn, len(rows)))
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, table in zip(SHEETS, tables, strict=True):
            table.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 1))
            sheet = book.sheets[name]
            for cells, heading in zip(sheet.columns, table.columns, strict=True):
                texts = [heading, *map(str, table[heading].head(MEASURED_ROWS))]
                sheet.column_dimensions[cells[0].column_letter].width = min(max(map(_width, texts)) + 2, WIDEST_COLUMN)


def _facts(drawn: DrawnList, written: int) -> pd.DataFrame:
    worklist = drawn.worklist
    facts = (
        ("清单 list", f"{worklist.zh} {worklist.en} ({worklist.name})"),
        ("基准日 as of", f"{drawn.as_of} 00:00"),
        ("行数 rows", f"{written} / {len(drawn)}"),
        ("依据 source", worklist.source),
        ("办理 action", worklist.action_zh),
        ("", worklist.action_en),
        ("注意 note", "标为仅限内部的行涉及举报或线索，不得向企业或公众出示。"),
        ("", "Rows marked internal rest on a report or a lead: never show them to an enterprise or the public."),
    )
    return pd.DataFrame(facts, columns=["项目 item", "内容 content"])


def _width(text: str) -> int:
    """Columns that a text takes: Chinese characters are twice as wide."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _write_json(drawn: DrawnList, rows: pd.DataFrame, path: Path) -> None:
    content = {
        "as_of": str(drawn.as_of),
        "worklist": about(drawn.worklist),
        "total": len(drawn),
        "stations": station_counts(drawn),
        "rows": json_rows(rows),
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def _write_parquet(drawn: DrawnList, rows: pd.DataFrame, path: Path) -> None:
    rows.to_parquet(path, index=False)


_WRITERS: dict[str, Callable[[DrawnList, pd.DataFrame, Path], None]] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".json": _write_json,
    ".parquet": _write_parquet,
}
