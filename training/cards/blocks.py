"""What a model card is made of: sections of bilingual sentences, tables and pictures, whatever they are rendered to."""

import re
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Text:
    """One thing said in Chinese, and the same in English."""

    zh: str
    en: str


class Code(str):
    """A name as it stands in code or in a file."""


Cell = Text | Code | str
_NUMBER = re.compile(r"(?:[<−+-]?\s?\d[\d,.]*%?(?: \(.*\)|–\d[\d,.]*%?)?|–|)")
"""A number, with its interval in brackets or as a span; a dash or nothing where there is none."""


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, str) and _NUMBER.fullmatch(cell) is not None


@dataclass(frozen=True)
class Bullets:
    """Sentences, one a line."""

    kind: ClassVar[str] = "bullets"
    items: tuple[Text, ...]


@dataclass(frozen=True)
class Paragraph:
    """One sentence or two."""

    kind: ClassVar[str] = "paragraph"
    text: Text


@dataclass(frozen=True)
class Table:
    """A table with bilingual headings; `marked` are the positions of rows that need a look or were chosen."""

    kind: ClassVar[str] = "table"
    head: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: Text | None = None
    marked: frozenset[int] = frozenset()

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Which columns hold numbers, or nothing, in every row, so that they are set flush right."""
        columns = zip(*self.rows, strict=True)
        return tuple(any(column) and all(_is_number(cell) for cell in column) for column in columns)


@dataclass(frozen=True)
class Picture:
    """A picture by the name under which it is drawn; Markdown has the numbers in a table instead."""

    kind: ClassVar[str] = "picture"
    name: str
    text: Text


Block = Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Section:
    """One numbered part of the card."""

    title: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Card:
    """A model card before it is rendered.

    `badges` are the few facts under the title, `tiles` the headline figures: name, value and interval.
    """

    sector: str
    title: Text
    badges: tuple[Text, ...]
    tiles: tuple[tuple[Text, str, str], ...]
    sections: tuple[Section, ...]
