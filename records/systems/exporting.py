"""Write records as a system's own files: the field maps read backwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from records.errors import ConfigError
from records.systems.declaration import Field, Layout, System, names_of
from records.systems.double_random import TIER_COLUMNS
from records.systems.files.writing import write_table
from records.systems.values.parsers import kind_of

Values = dict[str, Any]


@dataclass(frozen=True)
class Exported:
    """How many rows were written, and how many were left out, by why."""

    written: int
    left_out: dict[str, int]


def exported_table(system: System, layout: Layout, rows: Sequence[Values]) -> tuple[list[str], list[list[Any]]]:
    """Rows of the contract under the layout's names and codes: headers, and cells as the system writes them.

    A value without a column of the contract is left out, but for what identifies the record, which is taken from its
    id, and what identifies the file, which stays empty. Amounts are in yuan, and their header says so.
    """
    told_by = {group[0] for group in layout.recognised_by if len(group) == 1}
    kept = {*layout.subject.column_names, *layout.identity, *told_by}
    fields = [one for one in layout.fields if one.column in kept]
    headers = [next(names_of(layout, one)) + ("(元)" if kind_of(layout, one) == "amount" else "") for one in fields]
    return headers, [[_cell(system, layout, one, row) for one in fields] for row in rows]


def export_records(
    system: System, layout: Layout, rows: Sequence[Values], path: Path, encoding: str = "utf-8"
) -> Exported:
    """Write what is to be sent of some records: nothing that came from the system itself, and nothing internal.

    Results of inspections that were void are no results; leads go to departments, so one that names none stays.

    Raises
    ------
    ConfigError
        If the layout only comes in, or the file's suffix or the encoding is unknown.
    """
    if layout.direction == "in":
        raise ConfigError(f"{system.id} sends {layout.id} and takes none: export {_outgoing(system)}.")
    left_out: dict[str, int] = {}
    kept = []
    for row in rows:
        reason = _stays(system, layout, row)
        if reason:
            left_out[reason] = left_out.get(reason, 0) + 1
        else:
            kept.append(row)
    write_table(path, *exported_table(system, layout, kept), encoding=encoding)
    return Exported(len(kept), left_out)


def export_tiers(rows: Sequence[Values], path: Path, encoding: str = "utf-8") -> Exported:
    """Write tiers for the sampling module of the double-random platform; `rows` have TIER_COLUMNS.

    Raises
    ------
    ConfigError
        If a row lacks a column, or the file's suffix or the encoding is unknown.
    """
    names = [column.name for column in TIER_COLUMNS]
    for row in rows:
        if missing := [name for name in names if name not in row]:
            raise ConfigError(f"A row of tiers must have every declared column, {', '.join(missing)} is missing.")
    write_table(path, names, [[_plain(row[name]) for name in names] for row in rows], encoding=encoding)
    return Exported(len(rows), {})


def _stays(system: System, layout: Layout, row: Values) -> str:
    """Why a row is not sent (empty: it is)."""
    if row["source"] == system.zh:
        return "来自该系统 came from the system itself"
    if layout.subject.name == "inspections" and row["severity"] == "void":
        return "检查无效 void, no result"
    if layout.subject.name == "leads" and not row["sent_to"]:
        return "未指定移送单位 names no department"
    return ""


def _outgoing(system: System) -> str:
    out = [layout.id for layout in system.layouts if layout.direction != "in"]
    return ", ".join([*out, *(["tiers"] if system.id == "double_random" else [])]) or "nothing to it"


def _cell(system: System, layout: Layout, one: Field, row: Values) -> Any:
    if one.column in layout.identity and layout.contract_column(one.column) is None:
        return row["record_id"].removeprefix(f"{system.id}:{layout.id}:")
    if layout.contract_column(one.column) is None:
        return None
    value = row[one.column]
    if value is None:
        return None
    if one.codes is not None:
        return [one.codes.written(part) for part in value] if isinstance(value, list) else one.codes.written(value)
    if one.is_last_day:
        value = value - timedelta(days=1)
    return _plain(value)


def _plain(value: Any) -> Any:
    """Days as 2024-05-01, moments with their time: every system reads these."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value
