"""Texts, identifiers, truths, lists and codes."""

import re
from collections.abc import Sequence
from datetime import date

from records.systems.declaration import CodeMap
from records.systems.values.cell import Broken, Cell, Read, Unreadable, is_null_word, machine_text, plain, squeezed

TRUE_WORDS = frozenset({"是", "有", "1", "y", "yes", "true", "t", "√", "对"})
FALSE_WORDS = frozenset({"否", "无", "没有", "0", "n", "no", "false", "f", "×", "x", "错"})

LONGEST_EXACT_NUMBER = 10**15
"""Spreadsheets keep 15 digits: a longer identifier that was stored as a number has lost its last ones."""

_SEPARATORS = re.compile(r"[;,、|]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)


def read_text(cell: Cell) -> Read:
    """Text as it stands, without blanks at its ends."""
    if isinstance(cell, str):
        text = plain(cell)
        return Read(None, ("null_word",) if text else ()) if is_null_word(text) else Read(text)
    if isinstance(cell, date):
        return Read(cell.isoformat())
    return machine_text(cell)


def read_identifier(cell: Cell, pattern: str = "") -> Read:
    """A code or number that names something: half-width, in capitals, without blanks.

    Raises
    ------
    Unreadable
        `id_lost_digits` for a long number that a spreadsheet has rounded, `unknown_code` for what does not
        fit `pattern` (a regular expression; empty: anything fits).
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= LONGEST_EXACT_NUMBER:
        raise Unreadable("id_lost_digits")
    text = machine_text(cell)
    if text.value is None:
        return text
    if _SCIENTIFIC.fullmatch(text.value):
        raise Unreadable("id_lost_digits")
    compact = squeezed(text.value)
    flags = ("blanks_removed",) if compact != text.value else ()
    if compact.upper() != compact:
        flags = (*flags, "capitalised")
    if pattern and not re.fullmatch(pattern, compact.upper()):
        raise Unreadable("unknown_code")
    return Read(compact.upper(), (*text.flags, *flags))


def read_truth(cell: Cell) -> Read:
    """Whether: 是/否, 有/无, 1/0, Y/N, true/false."""
    if isinstance(cell, bool):
        return Read(cell)
    if isinstance(cell, str) and plain(cell).casefold() in FALSE_WORDS:
        return Read(False)
    text = machine_text(cell)
    if text.value is None:
        return text
    word = text.value.casefold()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise Unreadable("unreadable_truth")
    return Read(word in TRUE_WORDS, text.flags)


def read_list(cell: Cell) -> Read:
    """A sorted list of texts, none twice; text is split at semicolons, commas, 、 and |. Nothing is the empty list."""
    parts, flags = _parts(cell)
    return Read(sorted({part.value for part in map(read_text, parts) if part.value is not None}), flags)


def read_code(cell: Cell, codes: CodeMap) -> Read:
    """What a system's code or name means in the contract.

    Raises Unreadable `unknown_code`, or `ambiguous_code` for one that the system itself uses in two senses.
    """
    text = machine_text(cell)
    return text if text.value is None else Read(*_meaning(text.value, codes)).flagged(*text.flags)


def read_codes(cell: Cell, codes: CodeMap) -> Read:
    """What the codes of a multi-select mean, as a sorted tuple without repetitions; null where none is given.

    Raises Unreadable as `read_code`, if it refuses one of them.
    """
    whole = _whole_code(cell, codes)
    if whole is not None:
        return whole
    parts, flags = _parts(cell)
    read = [machine_text(part) for part in parts]
    given = [part.value for part in read if part.value is not None]
    meanings = tuple(sorted({_meaning(text, codes)[0] for text in given}))
    found = tuple(flag for part in read for flag in part.flags) + tuple(
        flag for text in given for flag in _meaning(text, codes)[1]
    )
    return Read(meanings or None, tuple(dict.fromkeys((*flags, *found))))


def _whole_code(cell: Cell, codes: CodeMap) -> Read | None:
    """A single code, whose name may hold a separator itself."""
    if not isinstance(cell, str):
        return None
    text = machine_text(cell)
    if text.value is None or codes.meaning(text.value) is None:
        return None
    return Read((codes.meaning(text.value),), text.flags)


def _meaning(text: str, codes: CodeMap) -> tuple[str, tuple[str, ...]]:
    if codes.is_ambiguous(text):
        raise Unreadable("ambiguous_code")
    meaning = codes.meaning(text)
    if meaning is not None:
        return meaning, ()
    if codes.otherwise and not text.isascii():
        return codes.otherwise, ("other_item",)
    raise Unreadable("unknown_code")


def _parts(cell: Cell) -> tuple[Sequence[Cell], tuple[str, ...]]:
    if isinstance(cell, Broken):
        raise Unreadable(cell.code)
    if isinstance(cell, list | tuple):
        return cell, ()
    text = machine_text(cell)
    return ([] if text.value is None else _SEPARATORS.split(text.value)), text.flags
