"""The check character of unified social credit codes (GB 32100-2015).

Some codes in circulation fail the check (handbook 5.3), so a failure is a flag for the data's owner, never a
reason to refuse a record.
"""

import re

import ibis
import ibis.expr.types as ir

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of a code by value; I, O, S, V and Z are not used."""

WEIGHTS = tuple(3**position % 31 for position in range(17))

CODE_PATTERN = f"^[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}$"
"""Authority and class, six digits of region, organisation code, check character."""


def check_character(body: str) -> str:
    """The 18th character of the code that starts with the 17 characters of `body`.

    >>> check_character("91440511MA0000015")
    'A'
    """
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_unified_code(identifier: str) -> bool:
    """Whether `identifier` has the form of a unified code, its check character right or wrong."""
    return re.match(CODE_PATTERN, identifier) is not None


def has_wrong_check_character(identifier: str) -> bool:
    """Whether `identifier` has the form of a unified code and its last character is not the computed one."""
    return is_unified_code(identifier) and check_character(identifier[:17]) != identifier[17]


def wrong_check_character(identifiers: ir.StringColumn) -> ir.BooleanColumn:
    """`has_wrong_check_character` of a whole column, computed in the engine; null for null."""
    total: ir.IntegerColumn = ibis.literal(0)
    for position, weight in enumerate(WEIGHTS):
        total = total + _value(identifiers, position) * weight
    expected = (31 - total % 31) % 31
    return identifiers.re_search(CODE_PATTERN) & (_value(identifiers, 17) != expected)


def _value(identifiers: ir.StringColumn, position: int) -> ir.IntegerColumn:
    return ibis.literal(ALPHABET).find(identifiers.substr(position, 1))
