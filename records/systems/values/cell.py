"""What a cell of a delivered file can hold, and what reading one gives: a value with flags, or a refusal."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

Cell = Any
"""None, text, a number, a truth, a date or a time as the file gives them, a list or an object of JSON, or `Broken`."""

NULL_WORDS = frozenset(
    {"", "-", "--", "---", "—", "——", "/", "\\", "\\n", "无", "空", "null", "none", "nan", "n/a", "#n/a"}
)
"""Ways to write that there is nothing (compared without capitals). Zero is not among them: empty is not zero."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}
_CONTROLS = set(range(0x20)) - {0x09, 0x0A, 0x0D}
_INVISIBLE = dict.fromkeys([0xFEFF, 0x200B, 0x200C, 0x200D, 0x2060, 0x7F, *_CONTROLS])
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2212], 0x2D)


@dataclass(frozen=True)
class Broken:
    """A cell that its file could not give: an error of a spreadsheet, a formula never worked out."""

    code: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Read:
    """What a cell says in the contract's types; `flags` name what had to be put right for it."""

    value: Any
    flags: tuple[str, ...] = ()

    def flagged(self, *flags: str) -> "Read":
        return Read(self.value, (*self.flags, *flags))


class Unreadable(Exception):  # noqa: N818 - a refusal that the reader of the row expects, not a failure
    """A cell that cannot be read without guessing; `code` is one of `records.systems.reasons.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def half_width(text: str) -> str:
    """Full-width letters, digits and punctuation as ASCII, dashes as minus; Chinese characters stay.

    >>> half_width("１２，５００．５　元")
    '12,500.5 元'
    """
    return text.translate(_FULL_WIDTH).translate(_DASHES)


def plain(text: str) -> str:
    """Text without invisible characters and without blanks at its ends."""
    return text.translate(_INVISIBLE).replace("\xa0", " ").strip()


def is_null_word(text: str) -> bool:
    return plain(half_width(text)).casefold() in NULL_WORDS


def machine_text(cell: Cell) -> Read:
    """A cell that holds a number, code or date in words, as half-width text; null where it holds nothing.

    Raises Unreadable for what is no text at all (an object, an error of a spreadsheet).
    """
    match cell:
        case None:
            return Read(None)
        case Broken():
            raise Unreadable(cell.code)
        case bool() | date() | datetime() | time() | dict() | list():
            raise Unreadable("unexpected_type")
        case int():
            return Read(str(cell))
        case float():
            return Read(None) if cell != cell else Read(_number_text(cell))
    text = plain(str(cell))
    if is_null_word(text):
        return Read(None, ("null_word",) if text else ())
    narrow = plain(half_width(text))
    return Read(narrow, ("full_width",) if narrow != text else ())


def _number_text(number: float) -> str:
    """As a person would write it: whole numbers without a decimal point, the others in as few digits as are exact."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def squeezed(text: str) -> str:
    """Text without any blanks."""
    return re.sub(r"\s+", "", text)
