"""Numbers and amounts of money: full-width digits, thousands separators, 万元 and 元, per cent."""

import re
from decimal import Decimal, InvalidOperation

from records.systems.values.cell import Cell, Read, Unreadable, machine_text

YUAN_OF_UNIT = {"yuan": Decimal(1), "wan": Decimal(10_000), "yi": Decimal(100_000_000)}
"""Yuan in 元, 万元 and 亿元."""

UNIT_WORDS = {"元": "yuan", "圆": "yuan", "万元": "wan", "万": "wan", "亿元": "yi", "亿": "yi"}

_PLAIN = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|[+-]?\.\d+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_MONEY = re.compile(r"(?:¥|人民币|RMB|CNY)?\s*(?P<number>[^\s¥元圆万亿人]+)\s*(?P<unit>[万亿]?[元圆]?)(?:人民币)?")
_COUNTED = re.compile(r"(?P<number>.+?)\s*[人个家项件次]")


def read_number(cell: Cell) -> Read:
    """The number in a cell; null for an empty one, never 0.

    >>> read_number("１，２３４．５")
    Read(value=1234.5, flags=('full_width', 'thousands_separator'))

    Raises
    ------
    Unreadable
        For text that is no number, or has separators elsewhere than between groups of three digits.
    """
    text = machine_text(cell)
    if text.value is None:
        return text
    number, flags = _decimal(text.value)
    return Read(_finite(number), (*text.flags, *flags))


def read_whole(cell: Cell) -> Read:
    """A whole number; 3.0 is one, 3.5 is not. A counted thing may follow (`12人`)."""
    text = machine_text(cell)
    if text.value is None:
        return text
    counted = _COUNTED.fullmatch(text.value)
    number, flags = _decimal(counted["number"] if counted else text.value)
    if number != number.to_integral_value() or abs(number) >= 2**63:
        raise Unreadable("unreadable_number")
    return Read(int(number), (*text.flags, *flags))


def read_share(cell: Cell) -> Read:
    """A fraction of one; `5%` is 0.05, with the flag `percent`."""
    text = machine_text(cell)
    if text.value is None or not text.value.endswith("%"):
        return read_number(cell)
    number, flags = _decimal(text.value[:-1].rstrip())
    return Read(_finite(number / 100), (*text.flags, *flags, "percent"))


def read_amount(cell: Cell, unit: str = "yuan", is_assumed: bool = False) -> Read:
    """An amount in yuan. `unit` is the cell's unit where it names none itself; `is_assumed` if nothing states it.

    >>> read_amount("0.3", unit="wan")
    Read(value=3000.0, flags=('unit_converted',))
    >>> read_amount("5万元")
    Read(value=50000.0, flags=('unit_converted',))
    """
    text = machine_text(cell)
    if text.value is None:
        return text
    money = _MONEY.fullmatch(text.value)
    if money is None:
        raise Unreadable("unreadable_number")
    number, flags = _decimal(money["number"])
    given = UNIT_WORDS[money["unit"]] if money["unit"] else unit
    if given != "yuan":
        flags = (*flags, "unit_assumed" if is_assumed and not money["unit"] else "unit_converted")
    return Read(_finite(number * YUAN_OF_UNIT[given]), (*text.flags, *flags))


def _decimal(text: str) -> tuple[Decimal, tuple[str, ...]]:
    """In decimal arithmetic, so that 0.29 in 万元 is 2,900 yuan and not a hair less."""
    is_grouped = _GROUPED.fullmatch(text) is not None
    if not is_grouped and not _PLAIN.fullmatch(text):
        raise Unreadable("unreadable_number")
    try:
        return Decimal(text.replace(",", "")), ("thousands_separator",) if is_grouped else ()
    except InvalidOperation as error:
        raise Unreadable("unreadable_number") from error


def _finite(number: Decimal) -> float:
    value = float(number)
    if value in (float("inf"), float("-inf")):
        raise Unreadable("unreadable_number")
    return value
