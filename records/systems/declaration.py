"""The words in which a system's files are declared: codes, fields, layouts.

One declaration gives recognition by headers, reading, export, and the page docs/systems.md.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from records.contract import Column, Subject
from records.systems.values.cell import half_width, squeezed

Kind = Literal[
    "identifier",
    "text",
    "date",
    "end_date",
    "timestamp",
    "whole",
    "number",
    "amount",
    "share",
    "truth",
    "code",
    "codes",
    "list",
    "items",
]
Unit = Literal["yuan", "wan"]


@dataclass(frozen=True)
class Code:
    """One meaning of the contract, and how a system writes it; the first way is the one that is exported."""

    means: str
    written: tuple[str, ...]


@dataclass(frozen=True)
class CodeMap:
    """A system's code table.

    `otherwise` is what a Chinese name means that the table does not hold (empty: it is unknown); a number or letter
    that the table does not hold is always unknown. `ambiguous` are codes that the system uses in two senses.
    """

    name: str
    zh: str
    en: str
    codes: tuple[Code, ...]
    source: str
    otherwise: str = ""
    ambiguous: tuple[str, ...] = ()
    as_it_is: str = ""

    def meaning(self, text: str) -> str | None:
        """The contract's code for what a file says; punctuation, capitals and leading zeros do not count."""
        found = self._meanings.get(code_key(text))
        return text if found is None and self.as_it_is and re.fullmatch(self.as_it_is, text) else found

    def is_ambiguous(self, text: str) -> bool:
        return code_key(text) in {code_key(code) for code in self.ambiguous}

    def written(self, means: str) -> str:
        """How the system writes a meaning; a code that means itself is written as it is."""
        return next((code.written[0] for code in self.codes if code.means == means), means)

    @cached_property
    def _meanings(self) -> Mapping[str, str]:
        return {code_key(text): code.means for code in self.codes for text in (*code.written, code.means)}


def code_key(text: str) -> str:
    """What makes two ways of writing a code the same: of Chinese names the punctuation does not count.

    >>> code_key("吊销，未注销") == code_key("吊销（未注销）"), code_key("01"), code_key("1,2")
    (True, '1', '1,2')
    """
    narrow = squeezed(half_width(text)).casefold()
    if not narrow.isascii():
        return "".join(letter for letter in narrow if letter.isalnum())
    return (narrow.lstrip("0") or "0") if narrow.isdigit() else narrow


@dataclass(frozen=True)
class Field:
    """One field of a layout.

    `column` is the contract's column that it fills, or the name of a value that only derivations use. `names` are
    its names in the system's files beside those that the contract declares (official name, Chinese label, column
    name); the first of all is the one that is exported. Capitals, blanks and a unit in brackets do not count. `kind`
    says how a cell is read (None: as the column's type asks). `unit` is that of an amount whose header names none.
    `pattern` is the form of an identifier, as a regular expression. `is_last_day` says that the system names the last
    day of something where the contract names the first day after it.
    """

    column: str
    names: tuple[str, ...] = ()
    kind: Kind | None = None
    codes: CodeMap | None = None
    unit: Unit = "yuan"
    pattern: str = ""
    is_last_day: bool = False
    zh: str = ""
    en: str = ""


@dataclass
class Row:
    """One row while it is read: values by column, and what was found about it.

    `earlier` are the values of a version before this one that the row tells of as well (null: it does not).
    """

    values: dict[str, Any]
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    flags: list[tuple[str, str]] = field(default_factory=list)
    is_broken: bool = False
    earlier: dict[str, Any] | None = None

    def get(self, column: str) -> Any:
        return self.values.get(column)

    def flag(self, code: str, column: str) -> None:
        """Say that something was put right; the row is kept."""
        if (code, column) not in self.flags:
            self.flags.append((code, column))

    def refuse(self, code: str, column: str, received: Any = "") -> None:
        """Say why the row cannot be used; it goes into quarantine."""
        self.faults.append((code, column, "" if received is None else str(received)))

    def give_up(self, code: str) -> None:
        """Say that the row as a whole cannot be read: what it gave stands in wrong columns, or is not what was sent."""
        self.faults[:] = [(code, "", "")]
        self.flags.clear()
        self.is_broken = True

    def is_flagged(self, code: str, column: str) -> bool:
        return (code, column) in self.flags

    def is_faulty_in(self, column: str) -> bool:
        return any(fault[1] == column for fault in self.faults)


Scales = Mapping[str, Mapping[str, int]]
"""The tier rank of each grade, by sector; the general scheme's under `general`."""


@dataclass(frozen=True)
class Terms:
    """What is said of a delivery beside its files.

    `known_at` is when the bureau received it, as naive local time. With `is_history` each row counts as known since
    its own stamp instead, where the layout has one. `owners` fill the owner columns that a row leaves empty.
    `amounts` is the unit of amounts whose header names none (None: as the layout declares). `scales` say what the
    grades of other systems stand for; a grade that no scale knows is quarantined.
    """

    known_at: datetime
    is_history: bool = False
    owners: Mapping[str, str] = field(default_factory=dict)
    amounts: Unit | None = None
    scales: Scales = field(default_factory=dict)


@dataclass(frozen=True)
class Derivation:
    """Columns that are worked out from what a row says, in one step.

    It runs where the file has at least one of the fields `needs` (empty: always); `derive` changes the row. `zh` and
    `en` say the rule, with its source or that it is a project decision.
    """

    columns: tuple[str, ...]
    zh: str
    en: str
    derive: Callable[[Row, Terms], None]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fill:
    """Columns that a row leaves empty and another subject's record states: the one that is equal in `on`."""

    subject: Subject
    on: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """One kind of file of a system.

    Attributes
    ----------
    identity : tuple of str
        What identifies a record in its system: the same values give the same `record_id`, so that a later row about
        it is a version. A name that ends with `?` may be empty.
    recognised_by : tuple of tuple of str
        A file has this layout if its headers name one column of each group.
    fixed : tuple of pairs
        Columns that every row has.
    same_as : tuple of str
        Columns in which a record of another system is equal that tells of the same fact (empty: none does).
    stamps : tuple of str
        Columns with dates of which the latest tells when a record of old was known, where its file does not say it.
    ends : tuple of str
        Columns that come to be known when a record ends, the date of the end first: a record of old that has ended is
        two versions, as it was known before and since.
    not_kept : tuple of str
        Names of fields that are known and not stored: the contract has no column for them, or they are about persons.
    shares_file : bool
        Whether one file may have this layout and another one that shares, so that its rows are read under both.
    direction : str
        Whether files of it come in, go out, or both.
    """

    id: str
    zh: str
    en: str
    subject: Subject
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    recognised_by: tuple[tuple[str, ...], ...]
    fixed: tuple[tuple[str, str], ...] = ()
    derivations: tuple[Derivation, ...] = ()
    fills: tuple[Fill, ...] = ()
    same_as: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    not_kept: tuple[str, ...] = ()
    shares_file: bool = False
    direction: Literal["in", "out", "both"] = "in"

    def field(self, column: str) -> Field | None:
        return next((one for one in self.fields if one.column == column), None)

    def contract_column(self, column: str) -> Column | None:
        return self.subject.column(column) if column in self.subject.column_names else None


@dataclass(frozen=True)
class System:
    """A system that files are exchanged with; layouts in the order in which their files build on each other."""

    id: str
    zh: str
    en: str
    layouts: tuple[Layout, ...]

    def layout(self, name: str) -> Layout | None:
        return next((layout for layout in self.layouts if layout.id == name), None)


def names_of(layout: Layout, one: Field) -> Iterator[str]:
    """Every name under which a field may stand, the exported one first."""
    yield from one.names
    column = layout.contract_column(one.column)
    if column is not None:
        if column.official:
            yield column.official
        yield column.zh
    elif one.zh:
        yield one.zh
    yield one.column


def label_of(layout: Layout, name: str) -> tuple[str, str]:
    """What a column or a value is called in Chinese and English."""
    one, column = layout.field(name), layout.contract_column(name)
    if one is not None and one.zh:
        return one.zh, one.en
    return (column.zh, column.en) if column is not None else (name, name)
