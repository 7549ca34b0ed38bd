"""Which reader a field's cells go through."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from records.contract import ColumnType
from records.systems.declaration import Field, Kind, Layout
from records.systems.values.cell import Cell, Read, Unreadable
from records.systems.values.dates import read_date, read_end_date, read_timestamp
from records.systems.values.numbers import read_amount, read_number, read_share, read_whole
from records.systems.values.words import (
    read_code,
    read_codes,
    read_identifier,
    read_list,
    read_text,
    read_truth,
)

Reader = Callable[[Cell], Read]

KIND_OF_TYPE: dict[ColumnType, Kind] = {
    "string": "text",
    "date": "date",
    "timestamp": "timestamp",
    "int": "whole",
    "float": "number",
    "bool": "truth",
    "list": "list",
}
"""How the cells of a field are read that declares no kind, by the type of the contract's column."""


def kind_of(layout: Layout, field: Field) -> Kind:
    column = layout.contract_column(field.column)
    return field.kind or (KIND_OF_TYPE[column.type] if column is not None else "text")


def reader_of(layout: Layout, field: Field, unit: str, epoch: date) -> Reader:
    """How the cells of a field are read; each distinct cell is read once.

    `unit` is what the file states for amounts (empty: the field's own is assumed), `epoch` day 0 of serial numbers.
    """
    readers: dict[Kind, Reader] = {
        "identifier": lambda cell: read_identifier(cell, field.pattern),
        "text": read_text,
        "date": lambda cell: read_date(cell, epoch),
        "end_date": lambda cell: read_end_date(cell, epoch),
        "timestamp": lambda cell: read_timestamp(cell, epoch),
        "whole": read_whole,
        "number": read_number,
        "amount": lambda cell: read_amount(cell, unit or field.unit, is_assumed=not unit),
        "share": read_share,
        "truth": read_truth,
        "list": read_list,
        "items": read_items,
    }
    if field.codes is not None:
        codes = field.codes
        readers |= {"code": lambda cell: read_code(cell, codes), "codes": lambda cell: read_codes(cell, codes)}
    return _remembering(readers[kind_of(layout, field)])


def read_items(cell: Cell) -> Read:
    """Check items with their results: a list of objects, or its JSON text. Other text is refused."""
    content: Any = cell
    if isinstance(cell, str):
        if not cell.strip():
            return Read(None)
        try:
            content = json.loads(cell)
        except ValueError as error:
            raise Unreadable("unreadable_items") from error
    if content is None:
        return Read(None)
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise Unreadable("unreadable_items")
    return Read(tuple(content))


def _remembering(reader: Reader) -> Reader:
    """Columns repeat their values: the same cell is read once."""
    known: dict[tuple[type, Cell], Read | Unreadable] = {}

    def read(cell: Cell) -> Read:
        if isinstance(cell, list | dict):
            return reader(cell)
        key = (type(cell), cell)
        if key not in known:
            try:
                known[key] = reader(cell)
            except Unreadable as refusal:
                known[key] = refusal
        found = known[key]
        if isinstance(found, Unreadable):
            raise Unreadable(found.code)
        return found

    return read
