"""Write a table as the receiving system reads it: CSV, XLSX or JSON, by the file's suffix."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from records.errors import ConfigError
from records.systems.files.spreadsheets import write_workbook

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")


def write_table(path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> None:
    """Write the table to `path`, whole or not at all; empty cells for null, lists with `;` between their parts.

    A `.json` file is an array of objects, a `.jsonl` file one object a line; both keep lists and truths as such.

    Raises
    ------
    ConfigError
        If the suffix is none of .csv, .xlsx, .json, .jsonl or the encoding none of ENCODINGS.
    """
    if encoding not in ENCODINGS:
        raise ConfigError(f"An encoding must be one of {', '.join(ENCODINGS)}, got {encoding!r}.")
    writers = {".csv": _csv, ".json": _json, ".jsonl": _json_lines}
    if path.suffix != ".xlsx" and path.suffix not in writers:
        raise ConfigError(f"A table is written as .csv, .xlsx, .json or .jsonl, got {path.name!r}: name it so.")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".export-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        if path.suffix == ".xlsx":
            write_workbook(temporary, list(headers), [[_cell(value) for value in row] for row in rows])
        else:
            temporary.write_bytes(writers[path.suffix](headers, rows).encode(encoding))
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _csv(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _json(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return json.dumps(_objects(headers, rows), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _json_lines(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return "".join(json.dumps(one, ensure_ascii=False, allow_nan=False) + "\n" for one in _objects(headers, rows))


def _objects(headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(headers, row, strict=True)) for row in rows]


def _cell(value: Any) -> Any:
    """A value in a cell: truths as 1 and 0, as the platforms write them."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, list | tuple):
        return ";".join(str(part) for part in value)
    return value
