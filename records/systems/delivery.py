"""A delivered table read under its layout: one `Row` per row, with what was wrong and what was put right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from records.rules import OWNER_COLUMNS
from records.systems.common import ENDS
from records.systems.declaration import Derivation, Field, Layout, Row, System, Terms, label_of, names_of
from records.systems.headers import Header, Recognised, header_key
from records.systems.values.cell import Cell, Unreadable
from records.systems.values.parsers import Reader, kind_of, reader_of

SUBJECT_ID = "pripid"
"""The value of a row that stands for the enterprise where it names no unified code."""

NOT_KEPT = ("序号", "行号 row", "原因代码 reasons", "说明", "explanation", "备注")
"""Headers of any file that tell nothing of a record; those of a file of quarantined rows among them."""

SMALL_AMOUNT = 100.0
"""Amounts without a unit whose median is below this many yuan are probably in 万元; that is told, not changed."""


@dataclass(frozen=True)
class Delivery:
    """One table under its layout.

    `rows` are in the order of the file, `numbers` their lines there. `headers` and `originals` are what stood in the
    fields, under the layout's names (of its own fields only: others may be about persons). `given` are the columns that
    the file states or that follow from what it states; all others keep the value that they have. `derivations` are
    those of the layout for which the file has what they start from; `stated` are the columns that are in the file.
    """

    system: System
    layout: Layout
    rows: list[Row]
    numbers: list[int]
    headers: tuple[str, ...]
    originals: list[list[Cell]]
    given: frozenset[str]
    stated: frozenset[str]
    derivations: tuple[Derivation, ...]
    notes: tuple[str, ...]


def read_delivery(recognised: Recognised, system: System, terms: Terms) -> Delivery:
    """Read every row; nothing is judged yet that needs another row or the contract's rules."""
    sheet, layout = recognised.sheet, recognised.layout
    body = sheet.grid[recognised.first_row :]
    rows = [Row({}) for _ in body]
    notes = [*sheet.notes, *_told_columns(recognised, system, terms)]
    for one in layout.fields:
        if one.column in recognised.columns and not _is_left_out(one, terms):
            notes += _read_field(recognised, one, body, rows, terms)
    _refuse_broken(recognised, body, rows)
    for row in rows:
        _complete(row, layout, system, terms)
    return Delivery(
        system=system,
        layout=layout,
        rows=rows,
        numbers=sheet.numbers[recognised.first_row :],
        headers=_field_headers(recognised),
        originals=[_field_cells(recognised, cells) for cells in body],
        given=_given(recognised, terms),
        stated=frozenset(recognised.columns),
        derivations=_running(recognised),
        notes=tuple(notes),
    )


def _is_left_out(one: Field, terms: Terms) -> bool:
    """Stamps of the rows are not when the bureau received them, unless a history is being loaded."""
    return one.column == "known_at" and not terms.is_history


def _told_columns(recognised: Recognised, system: System, terms: Terms) -> list[str]:
    """Headers of which nothing is known, and columns of the layout that the file does not have."""
    layout = recognised.layout
    left_out = {header_key(name) for name in (*layout.not_kept, *NOT_KEPT)}
    for other in system.layouts if layout.shares_file else ():
        left_out |= {header_key(name) for one in other.fields for name in names_of(other, one)}
        left_out |= {header_key(name) for name in other.not_kept}
    unknown = [path for path in recognised.unused if not left_out & set(Header(path).keys)]
    given = _given(recognised, terms)
    stated = {*given, *(one.column for one in ENDS)}
    kept = [one.column for one in layout.fields if layout.contract_column(one.column) and one.column not in stated]
    notes = [f"未用的列 columns not used: {', '.join(unknown)}"] if unknown else []
    if "known_at" in recognised.columns and not terms.is_history:
        notes.append("获知时间按交付日期，未用文件中的 known since the delivery, not since the file's own stamps")
    derived = [name for one in _running(recognised) for name in one.columns if name not in recognised.columns]
    if derived:
        notes.append(f"推得的列 columns worked out: {', '.join(dict.fromkeys(derived))}")
    if kept:
        notes.append(f"未给出、保持原值的列 columns not given keep their value: {', '.join(kept)}")
    return notes


def _read_field(recognised: Recognised, one: Field, body: list[list[Cell]], rows: list[Row], terms: Terms) -> list[str]:
    """Read one field of all rows; what the reader of the file should know of it is answered."""
    layout, positions = recognised.layout, recognised.columns[one.column]
    stated = [recognised.headers[position].unit for position in positions]
    is_amount = kind_of(layout, one) == "amount"
    readers = [reader_of(layout, one, unit or terms.amounts or "", recognised.sheet.epoch) for unit in stated]
    for number, (cells, row) in enumerate(zip(body, rows, strict=True), start=recognised.first_row):
        _read_cell(row, one, positions, readers, cells)
        if any((number, position) in recognised.sheet.copied for position in positions):
            row.flag("merged_cell", one.column)
    if is_amount and not any(stated) and terms.amounts is None:
        return _told_unit(layout, one, rows)
    return []


def _read_cell(
    row: Row, field: Field, positions: Sequence[int], readers: Sequence[Reader], cells: Sequence[Cell]
) -> None:
    """One field of one row; where it stands in several columns, they have to agree or be empty."""
    column, values = field.column, []
    for position, reader in zip(positions, readers, strict=True):
        cell = cells[position] if position < len(cells) else None
        try:
            read = reader(cell)
        except Unreadable as refusal:
            row.refuse(refusal.code, column, cell)
            continue
        for flag in read.flags:
            row.flag(flag, column)
        if read.value is not None:
            values.append(read.value)
    row.values[column] = values[0] if values else None
    if field.is_last_day and values:
        row.values[column] = values[0] + timedelta(days=1)
    if len(positions) > 1:
        row.flag("duplicate_column", column)
        if any(value != values[0] for value in values):
            row.refuse("contradicting_columns", column, " / ".join(map(str, values)))


def _told_unit(layout: Layout, one: Field, rows: list[Row]) -> list[str]:
    unit = {"yuan": "元", "wan": "万元"}[one.unit]
    zh, en = label_of(layout, one.column)
    notes = [f"{zh}未注明单位，按{unit}读取 {en}: no unit stated, read as {unit}"]
    amounts = [row.values[one.column] for row in rows if row.values.get(one.column)]
    if one.unit == "yuan" and amounts and median(amounts) < SMALL_AMOUNT:
        notes.append(f"{zh}数值偏小，可能以万元计 amounts look like 万元: if so, import with --amounts wan")
    return notes


def _refuse_broken(recognised: Recognised, body: list[list[Cell]], rows: list[Row]) -> None:
    sheet = recognised.sheet
    width = max(position for position, header in enumerate(recognised.headers, start=1) if header.path)
    numbers = sheet.numbers[recognised.first_row :]
    for number, cells, row in zip(numbers, body, rows, strict=True):
        reason = sheet.broken.get(number)
        if reason is None and sheet.is_exact and not _fits(cells, width):
            reason = "wrong_field_count"
        if reason is not None:
            row.give_up(reason)


def _fits(cells: Sequence[Cell], width: int) -> bool:
    """Whether a row has the header's fields; empty ones may follow."""
    return len(cells) >= width and not any(cells[width:])


def _complete(row: Row, layout: Layout, system: System, terms: Terms) -> None:
    """What does not stand in the row itself: fixed columns, the owners of the delivery, when it was known."""
    row.values |= dict(layout.fixed)
    row.values["source"] = system.zh
    for owner in OWNER_COLUMNS:
        row.values[owner] = row.get(owner) or terms.owners.get(owner)
    if row.get("enterprise_id") is None and row.get(SUBJECT_ID) is not None:
        row.values["enterprise_id"] = row.get(SUBJECT_ID)
        row.flag("no_unified_code", "enterprise_id")
    if row.get("known_at") is None and not row.is_faulty_in("known_at"):
        stamps = [row.values[name] for name in layout.stamps if row.get(name) is not None] if terms.is_history else []
        row.values["known_at"] = max(map(moment_of, stamps), default=terms.known_at)
        if terms.is_history and not stamps:
            row.flag("no_own_stamp", "known_at")


def moment_of(day: date) -> datetime:
    """A stamp as a moment: a day is its 00:00."""
    return day if isinstance(day, datetime) else datetime.combine(day, time())


def _running(recognised: Recognised) -> tuple[Derivation, ...]:
    """The derivations for which the file has what they start from."""
    return tuple(
        one
        for one in recognised.layout.derivations
        if not one.needs or any(name in recognised.columns for name in one.needs)
    )


def _given(recognised: Recognised, terms: Terms) -> frozenset[str]:
    layout = recognised.layout
    derived = {column for derivation in _running(recognised) for column in derivation.columns}
    filled = {column for fill in layout.fills for column in fill.columns}
    owners = {owner for owner in OWNER_COLUMNS if terms.owners.get(owner)}
    stated = {*recognised.columns, *derived, *filled, *owners, *dict(layout.fixed), "source", "known_at", "record_id"}
    if SUBJECT_ID in recognised.columns:
        stated.add("enterprise_id")
    return frozenset(stated & set(layout.subject.column_names))


def _field_headers(recognised: Recognised) -> tuple[str, ...]:
    """The layout's own name of each column that was read, with its unit."""
    layout, units = recognised.layout, {"wan": "(万元)", "yi": "(亿元)", "yuan": "(元)"}
    return tuple(
        next(names_of(layout, one)) + units.get(recognised.headers[position].unit, "")
        for one in layout.fields
        for position in recognised.columns.get(one.column, ())
    )


def _field_cells(recognised: Recognised, cells: Sequence[Cell]) -> list[Cell]:
    positions = [at for one in recognised.layout.fields for at in recognised.columns.get(one.column, ())]
    return [cells[position] if position < len(cells) else None for position in positions]
