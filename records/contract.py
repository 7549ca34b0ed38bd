"""The words in which the record contract is declared: columns and subjects.

One declaration gives reading, validation, quarantine, the data dictionary and the import mappings.
"""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["string", "date", "timestamp", "int", "float", "bool", "list"]

TIMEZONE = "Asia/Shanghai"
"""Dates and naive timestamps are local time in this zone; an as-of date A is its 00:00."""


@dataclass(frozen=True)
class Column:
    """One column of a subject.

    `type` is what the column holds after reading: `date` without a time, `timestamp` as naive local time
    (TIMEZONE) in microseconds, `list` as a list of strings (`;`-separated in CSV). `codes` lists every
    allowed value of a coded column. `minimum` and `maximum` are inclusive bounds. `official` is the field's
    name in the national publicity system (handbook 5.1), where it has one.
    """

    name: str
    type: ColumnType
    zh: str
    en: str
    nullable: bool = False
    codes: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    official: str = ""


@dataclass(frozen=True)
class Subject:
    """A table of records about enterprises.

    `key` names the columns that identify a row: two rows with the same key that differ contradict each other.
    `versioned_by` names the columns that identify the thing of which rows are versions; the version in force
    at an as-of date is the one with the latest `known_at` before it.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    versioned_by: tuple[str, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def is_event(self) -> bool:
        """Whether rows are events with `occurred_on` (all subjects but the enterprises themselves)."""
        return "occurred_on" in self.column_names
