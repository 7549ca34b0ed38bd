"""Delivered files for tests, written here and imported: every one is invented."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from records.source import read_subjects
from records.systems.declaration import Scales, Terms
from records.systems.everything import system_of
from records.systems.importing import Imported, import_files

CODE, OTHER_CODE = "91440511MA0000015A", "91512081MA62K0260E"
OWNERS = {"producer": "金平区局", "provider": "省局", "responsible": "信用股"}
DELIVERED = datetime(2024, 7, 1)  # noqa: DTZ001 - naive local time is the contract

Table = Sequence[Mapping[str, Any]]


def write_csv(path: Path, rows: Table, encoding: str = "utf-8") -> Path:
    pd.DataFrame(rows).to_csv(path, index=False, encoding=encoding)
    return path


def write_json(path: Path, rows: Table, encoding: str = "utf-8") -> Path:
    path.write_text(json.dumps(list(rows), ensure_ascii=False), encoding=encoding)
    return path


def write_xlsx(path: Path, grid: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    """A workbook of one sheet; the content of a merged range stands in its first cell."""
    book = openpyxl.Workbook()
    for row in grid:
        book.active.append(list(row))
    for area in merged:
        book.active.merge_cells(area)
    book.save(path)
    return path


def as_grid(rows: Table) -> list[list[Any]]:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    return [headers, *([row.get(name) for name in headers] for row in rows)]


def terms(known_at: datetime = DELIVERED, **others: Any) -> Terms:
    return Terms(known_at, **{"owners": OWNERS, **others})


def import_one(directory: Path, path: Path, system: str, given: Terms | None = None, **options: Any) -> Imported:
    """Import a file that has one table and is not refused."""
    outcome = import_files(system_of(system), [path], directory, given or terms(), **options)
    assert outcome.refused == ()
    assert len(outcome.imported) == 1
    imported = outcome.imported[0]
    counts = imported.entry.counts
    parts = ("accepted", "superseded", "unchanged", "quarantined")
    assert counts["read"] == sum(counts[part] for part in parts)
    return imported


def import_rows(directory: Path, rows: Table, system: str, given: Terms | None = None, **options: Any) -> Imported:
    """Import rows as CSV beside the directory; each call is a file of its own."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    number = len(list(directory.parent.glob("delivery-*.csv")))
    path = write_csv(directory.parent / f"delivery-{number}.csv", rows)
    return import_one(directory, path, system, given, **options)


def stored(directory: Path, subject: str) -> list[dict[str, Any]]:
    """All versions of a subject's records, in the order in which they became known."""
    table = read_subjects(directory, (subject,)).tables[subject]
    return sorted(table.to_pyarrow().to_pylist(), key=lambda row: (row["known_at"], str(row.get("record_id"))))


def flags_of(directory: Path, imported: Imported) -> set[tuple[int, str, str]]:
    """Row, column and code of every flag of an import."""
    path = directory / "_imports" / imported.entry.name / "flags.parquet"
    if not path.exists():
        return set()
    return set(pd.read_parquet(path)[["row", "column", "flag"]].itertuples(index=False, name=None))


def content_of(directory: Path) -> dict[str, bytes]:
    """Every file below a directory, to see that nothing changed."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def scales() -> Scales:
    national = {"A": 1, "B": 2, "C": 3, "D": 4}
    own = {"AA": 1, "A": 2, "B": 3, "C": 4}
    return {"general": national, "food_operation": national, "drugs": national, "product_quality": own}


PENALTY = {
    "UNISCID": CODE,
    "PENDECNO": "粤汕金市监处罚〔2024〕1号",
    "PENTYPE": "2",
    "PENAM(元)": "5000",
    "PENDECISSDATE": "2024-05-01",
    "penAuth_CN": "金平区市场监督管理局",
}
ENTERPRISE = {
    "UNISCID": CODE,
    "entType": "1130",
    "regState": "A",
    "estDate": "2010-01-01",
    "regCap": "100",
    "industryPhy": "F",
    "industryCo": "5221",
    "regOrg": "440511",
    "localAdm": "石炮台所",
    "apprDate": "2020-03-04",
    "sectors": "食品经营;药品",
}
INSPECTION = {
    "uniscid": CODE,
    "task_code": "T1",
    "basis": "random",
    "sector": "food_operation",
    "pi": "0.1",
    "check_date": "2024-06-01",
    "overall_result": "1",
}
