"""JSON files: an array of objects, an object that holds one under `data`, or one object a line."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from records.errors import DataError
from records.systems.files.encoding import DecodedText, decode
from records.systems.files.sheet import Sheet
from records.systems.values.cell import Cell

ROWS_KEYS = ("data", "rows", "list")
"""Under which keys an object may hold the rows."""


def read_json(content: bytes, label: str) -> list[Sheet]:
    """The one table of a JSON file; a row's number is its place in the array, or its line.

    Raises
    ------
    DataError
        If the file is no JSON, holds no rows, or its encoding is mixed.
    """
    decoded = decode(content, label)
    try:
        whole = _parsed(decoded.text)
    except ValueError as error:
        lines = list(_lines(decoded))
        if not any(isinstance(row, dict) for _, row in lines):
            raise DataError(f"{label} must be JSON, it is not ({error}): export it again.") from error
        return [_sheet(label, lines)]
    if decoded.broken:
        line = min(decoded.broken)
        raise DataError(f"{label} must be UTF-8 or GB18030 throughout, line {line} is not: export it again.")
    return [_sheet(label, list(enumerate(_rows(whole, label), start=1)))]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _rows(whole: Any, label: str) -> list[Any]:
    if isinstance(whole, dict):
        found = [whole[key] for key in ROWS_KEYS if isinstance(whole.get(key), list)]
        whole = found[0] if found else [whole]
    if not isinstance(whole, list):
        raise DataError(f"{label} must hold an array of objects, got {type(whole).__name__}: export it again.")
    return whole


def _lines(decoded: DecodedText) -> Iterator[tuple[int, Any]]:
    """The object of each line; a line that holds none is None."""
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, None if number in decoded.broken else _parsed(line)
        except ValueError:
            yield number, None


def _sheet(label: str, rows: list[tuple[int, Any]]) -> Sheet:
    headers = list(dict.fromkeys(name for _, row in rows if isinstance(row, dict) for name in row))
    body: list[list[Cell]] = [
        [row.get(name) for name in headers] if isinstance(row, dict) else [None] * len(headers) for _, row in rows
    ]
    broken = {number: "unreadable_line" for number, row in rows if not isinstance(row, dict)}
    return Sheet(label, [list(headers), *body], [0, *(number for number, _ in rows)], broken)
