"""What a report is made of: sections of tables whose cells are still numbers, whatever they are rendered to.

Null (None) is unknown: nothing was given from which it could be told. NaN is undefined: a share of nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from training.cards.blocks import Text
from training.metrics import Rate

Form = Literal["text", "day", "count", "share", "index", "rate", "part", "verdict", "flag"]
"""How a column is written: counts are whole numbers, shares lie in [0, 1], an index has three decimals, a part is
counted of a whole, a verdict names the number that it rests on, a flag has none."""

Number = int | float | None


@dataclass(frozen=True)
class Moved:
    """A figure of the month, and the same of the month before."""

    value: Number
    before: Number

    @property
    def change(self) -> Number:
        """By how much it grew; null where either is unknown, NaN where either is undefined."""
        return None if self.value is None or self.before is None else self.value - self.before


@dataclass(frozen=True)
class Part:
    """So many of so many; both null where nothing was given."""

    part: int | None
    whole: int | None

    @property
    def share(self) -> Number:
        return share_of(self.part, self.whole)


@dataclass(frozen=True)
class Verdict:
    """The answer to a yes-or-no question, null where nobody can tell, with the number that it rests on."""

    answer: bool | None
    number: Number


Cell = Text | str | bool | int | float | date | Rate | Moved | Part | Verdict | None


@dataclass(frozen=True)
class Column:
    """One column; `moves` says that its cells are `Moved`."""

    zh: str
    en: str
    form: Form = "text"
    moves: bool = False

    @property
    def is_number(self) -> bool:
        return self.form in ("count", "share", "index", "rate", "part")


@dataclass(frozen=True)
class Table:
    """A table; `note` says what is counted, of what, and since when. `totals` are its last rows that add up others."""

    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text
    totals: int = 0


@dataclass(frozen=True)
class Tile:
    """One headline figure; `of` says what it is counted of."""

    name: Text
    form: Form
    value: Cell
    of: Text


@dataclass(frozen=True)
class Picture:
    """A drawing before it is drawn: `numbers` as the drawing of its kind wants them (`training.pictures.charts`).

    `text` is its title, and what it shows for those who do not see it; `label` names the axis of its numbers.
    """

    kind: Literal["counts", "parts", "estimates", "indexes"]
    text: Text
    label: Text
    numbers: pd.DataFrame


def side_of(cells: Sequence[Cell], side: Literal["value", "before"] = "value") -> list[float]:
    """One side of figures that moved, as plain numbers: NaN for what is unknown or undefined."""
    values = [getattr(cell, side) if isinstance(cell, Moved) else None for cell in cells]
    return [float("nan") if value is None else float(value) for value in values]


def label_of(cell: Cell) -> str:
    """A row's name in both languages, for a drawing."""
    return f"{cell.zh} {cell.en}".strip() if isinstance(cell, Text) else str(cell)


@dataclass(frozen=True)
class Section:
    """One of the five axes, or the four gates; `missing` are sentences about what was not given."""

    id: str
    title: Text
    tiles: tuple[Tile, ...]
    parts: tuple[Table | Picture, ...]
    missing: tuple[Text, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(part for part in self.parts if isinstance(part, Table))


@dataclass(frozen=True)
class Remark:
    """One line of what a reader must know to read the report: a name and a sentence."""

    name: Text
    text: Text


@dataclass(frozen=True)
class Page:
    """A report before it is rendered; `remarks` say when it looks back from, and what it was made of."""

    title: Text
    remarks: tuple[Remark, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class MonthlyReport(Page):
    """The report of a month, `YYYY-MM`."""

    month: str


def share_of(part: Number, whole: Number) -> Number:
    """A part of a whole: null where either is unknown, NaN of nothing."""
    if part is None or whole is None:
        return None
    return part / whole if whole else float("nan")


def known_or_nothing(value: Any) -> Number:
    """A measured number as a plain one; NaN for the null that says that there was nothing to measure."""
    if pd.isna(value):
        return float("nan")
    return value.item() if isinstance(value, np.generic) else value


def counted(rows: Sequence[object] | pd.Series | pd.DataFrame, is_given: bool) -> int | None:
    """How many there are; null where the subject was not given at all."""
    return len(rows) if is_given else None
