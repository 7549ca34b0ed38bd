"""Recognise a file's layout by its headers: titles above them, merged header rows, units in brackets, twins."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from records.errors import DataError
from records.systems.declaration import Layout, System, names_of
from records.systems.files.sheet import Sheet
from records.systems.values.cell import Broken, Cell, half_width, plain, squeezed

TITLE_ROWS = 10
"""Headers begin within the first rows; titles, notes and dates may stand above."""
HEADER_ROWS = 3
"""Most rows of a header with merged cells."""

SHOWN_HEADERS, SHOWN_LETTERS = 12, 20
"""How much of strange headers a message shows."""

_UNITS = {"元": "yuan", "圆": "yuan", "人民币元": "yuan", "万元": "wan", "万": "wan", "亿元": "yi"}
_UNIT = re.compile(r"(?:\((?:单位)?:?(?P<inner>[^()]*)\)|[:_](?P<tail>万元|元|亿元))$")
_COUNTED = frozenset({"人", "个", "家", "件", "项", "次", "天", "%", "公顷"})


@dataclass(frozen=True)
class Header:
    """One column's header: its `path` of merged parts, joined by `/`, and the unit that it names (empty: none)."""

    path: str
    unit: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """What it may be called, the whole path first: `罚款/金额` is 罚款金额, or else 金额."""
        parts = self.path.split("/")
        return tuple(dict.fromkeys((header_key("".join(parts)), header_key(parts[-1]))))


@dataclass(frozen=True)
class Recognised:
    """A sheet with its layout.

    `columns` gives the positions of every field that was found, by its column; `first_row` is where the body begins
    in the sheet's grid; `unused` are headers that no field has.
    """

    sheet: Sheet
    layout: Layout
    headers: tuple[Header, ...]
    columns: dict[str, tuple[int, ...]]
    first_row: int
    unused: tuple[str, ...]


def header_key(text: str) -> str:
    """What makes two ways of writing a header the same.

    >>> header_key(" 罚款金额（万元）") == header_key("罚款金额"), header_key("PENDECNO") == header_key("penDecNo")
    (True, True)
    """
    name, _ = _split_unit(text)
    return re.sub(r"[_*:\-\"']", "", name).casefold()


def header_unit(text: str) -> str:
    """The unit of money that a header names: `yuan`, `wan`, `yi`, or none."""
    return _split_unit(text)[1]


def recognise(sheet: Sheet, system: System, layout_id: str | None = None) -> list[Recognised]:
    """The layout of a sheet, by the headers that it has, or the one that is named; several where they share files.

    Raises
    ------
    DataError
        If no layout of the system fits, or two fit equally well.
    """
    layouts = [layout for layout in system.layouts if layout_id is None or layout.id == layout_id]
    found = [match for layout in layouts if (match := _best_of(sheet, layout)) is not None]
    if not found:
        raise _unrecognised(sheet, layouts, system)
    most = max(len(match.columns) for match in found)
    best = [match for match in found if len(match.columns) == most]
    if best[0].layout.shares_file:
        return [match for match in found if match.layout.shares_file]
    if len(best) > 1:
        names = " or ".join(match.layout.id for match in best)
        raise DataError(f"{sheet.label} could be {names} of {system.id}: say which with --layout.")
    return best


def _best_of(sheet: Sheet, layout: Layout) -> Recognised | None:
    """The place of the header at which most fields are found; the first and lowest header among equals."""
    known = _field_of_key(layout)
    best: Recognised | None = None
    for first, height in _places(sheet):
        match = _match(sheet, layout, known, first, height)
        is_whole = all(any(one in match.columns for one in group) for group in layout.recognised_by)
        if is_whole and (best is None or len(match.columns) > len(best.columns)):
            best = match
    return best


def _places(sheet: Sheet) -> Iterator[tuple[int, int]]:
    for first in range(min(TITLE_ROWS, len(sheet.grid))):
        for height in range(1, HEADER_ROWS + 1):
            if first + height <= len(sheet.grid):
                yield first, height


def _field_of_key(layout: Layout) -> dict[str, str]:
    return {header_key(name): field.column for field in layout.fields for name in names_of(layout, field)}


def _match(sheet: Sheet, layout: Layout, known: dict[str, str], first: int, height: int) -> Recognised:
    headers = _headers(sheet.grid[first : first + height])
    columns: dict[str, tuple[int, ...]] = {}
    unused = []
    for position, header in enumerate(headers):
        column = next((known[key] for key in header.keys if key in known), None)
        if column is not None:
            columns[column] = (*columns.get(column, ()), position)
        elif header.path:
            unused.append(header.path)
    return Recognised(sheet, layout, headers, columns, first + height, tuple(unused))


def _headers(rows: Sequence[Sequence[Cell]]) -> tuple[Header, ...]:
    """One header per column; an empty cell of an upper row repeats the one to its left, as merged cells read."""
    width = max(len(row) for row in rows)
    paths: list[list[str]] = [[] for _ in range(width)]
    for level, row in enumerate(rows):
        is_last = level == len(rows) - 1
        left = ""
        for position in range(width):
            text = _text(row[position]) if position < len(row) else ""
            below = any(_text(other[position]) for other in rows[level + 1 :] if position < len(other))
            left = text or (left if below and not is_last else "")
            if left and (text or not is_last):
                paths[position].append(left)
    return tuple(_header([part for part, _ in groupby(path)]) for path in paths)


def _header(parts: list[str]) -> Header:
    units = [unit for part in parts if (unit := header_unit(part))]
    return Header("/".join(parts), units[-1] if units else "")


def _text(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Broken) else squeezed(plain(str(cell))).replace("/", "")


def _split_unit(text: str) -> tuple[str, str]:
    name = squeezed(half_width(plain(text)))
    found = _UNIT.search(name)
    if found is None:
        return name, ("yuan" if name.casefold().endswith("_yuan") else "")
    unit = found["inner"] if found["inner"] is not None else found["tail"]
    money = unit.removesuffix("人民币")
    if money in _UNITS:
        return name[: found.start()], _UNITS[money]
    return (name[: found.start()], "") if unit in _COUNTED else (name, "")


def _unrecognised(sheet: Sheet, layouts: list[Layout], system: System) -> DataError:
    """The layout that came closest, and what it lacks."""
    matches = [
        _match(sheet, layout, _field_of_key(layout), first, height)
        for layout in layouts
        for first, height in _places(sheet)
    ]
    nearest = max(matches, key=lambda match: len(match.columns))
    missing = [
        next(names_of(nearest.layout, field))
        for group in nearest.layout.recognised_by
        if not any(column in nearest.columns for column in group)
        and (field := nearest.layout.field(group[0])) is not None
    ]
    first = [header.path[:SHOWN_LETTERS] for header in nearest.headers if header.path][:SHOWN_HEADERS]
    got = ", ".join(first) or "none"
    if not nearest.columns:
        known = ", ".join(layout.id for layout in layouts)
        return DataError(
            f"{sheet.label} must have the headers of a layout of {system.id} ({known}), got {got}: is it another file?"
        )
    return DataError(
        f"{sheet.label} must have the headers of a layout of {system.id}; the nearest, {nearest.layout.id}, "
        f"lacks {', '.join(missing)}, got {got}: rename the columns, or say which layout it is with --layout."
    )
