"""What can be wrong in a TOML file: each check looks at one key and yields every problem it sees, with its place.

A file is checked whole, so that all its problems are reported together, each with file and line.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import zip_longest
from math import isfinite
from pathlib import Path
from typing import Any

from records.errors import ConfigError

Place = tuple[str | int, ...]
"""The keys that lead to a value; a number is a position in a list."""
Problem = tuple[Place, str]
Check = Callable[[Any, Place], Iterable[Problem]]


def read_checked(path: Path, check: Check) -> dict[str, Any]:
    """The content of one TOML file that passes a check.

    Raises ConfigError with every problem, one sentence per line with file and line.
    """
    text = text_of(path)
    raw = parse(path, text)
    if complaints := located(path, text, check(raw, ())):
        raise ConfigError("\n".join(complaints))
    return raw


def text_of(path: Path) -> str:
    """The text of a file in UTF-8, with or without a byte order mark; ConfigError for another encoding."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise ConfigError(f"{path}:1: the file must be text in UTF-8, got other bytes; save it as UTF-8.") from wrong


def parse(path: Path, text: str) -> dict[str, Any]:
    """The tables of a text in TOML; ConfigError with file and line for one that is not."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = found[1] if found else len(text.splitlines())
        raise ConfigError(f"{path}:{line}: the file must be TOML, got: {error}; correct the line.") from error


def located(path: Path, text: str, problems: Iterable[Problem]) -> list[str]:
    """Each problem as a sentence with file and line, in the order of the lines."""
    lines = sorted((line_of(text, place), sentence) for place, sentence in problems)
    return [f"{path}:{line}: {sentence}." for line, sentence in lines]


def line_of(text: str, place: Place) -> int:
    """The line, from 1, where the keys of a place stand, found by their words: 1 where none of them does."""
    lines, at = text.splitlines(), 0
    for part, following in zip_longest(place, place[1:]):
        if isinstance(part, int):
            continue
        word = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)")
        found = [number for number in range(at, len(lines)) if word.search(lines[number].split("#")[0])]
        if not found:
            break
        repeat = following if isinstance(following, int) else 0
        at = found[min(repeat, len(found) - 1)]
    return at + 1


def table(keys: Mapping[str, Check], required: Iterable[str] = ()) -> Check:
    """A table that may have these keys and no others."""

    def check(value: Any, place: Place) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield place, f"{named(place)} must be a table, got {value!r}; write it with its keys"
            return
        for key in required:
            if key not in value:
                yield place, f"{named((*place, key))} is required and missing; add it"
        for key, content in value.items():
            if key in keys:
                yield from keys[key](content, (*place, key))
            else:
                known = ", ".join(sorted(keys))
                yield (
                    (*place, key),
                    f"{named((*place, key))} is not a key here; use one of {known}, or remove it",
                )

    return check


def list_of(check_row: Check) -> Check:
    """A list of tables or values that all obey one check."""

    def check(value: Any, place: Place) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield place, f"{named(place)} must be a list, got {value!r}; write it in brackets"
            return
        for position, row in enumerate(value):
            yield from check_row(row, (*place, position))

    return check


def must_be(is_right: Callable[[Any], bool], rule: str, remedy: str = "correct it") -> Check:
    """A value that obeys one rule."""

    def check(value: Any, place: Place) -> Iterator[Problem]:
        if not is_right(value):
            yield place, f"{named(place)} must be {rule}, got {value!r}; {remedy}"

    return check


def one_of(codes: Iterable[str]) -> Check:
    """A value out of a list of codes."""
    allowed = tuple(codes)
    return must_be(lambda value: value in allowed, f"one of {', '.join(allowed)}")


def by_name(is_name: Callable[[str], bool], rule: str, check_content: Check) -> Check:
    """A table whose keys are names of one kind and whose contents all obey one check."""

    def check(value: Any, place: Place) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield place, f"{named(place)} must be a table, got {value!r}; write it with its keys"
            return
        for key, content in value.items():
            if not is_name(key):
                yield (*place, key), f"a key of {named(place)} must be {rule}, got {key!r}; correct it"
            yield from check_content(content, (*place, key))

    return check


def named(place: Place) -> str:
    """How a sentence calls a place; positions are counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the file"


def is_number(value: Any) -> bool:
    """Whether a value is a finite number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def is_whole(value: Any) -> bool:
    """Whether a value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


TEXT = must_be(lambda value: isinstance(value, str) and bool(value.strip()), "a text that is not empty")
NUMBER = must_be(is_number, "a number")
DATE = must_be(lambda value: type(value) is date, "a date", "write it as 2024-12-31 without quotes")
POSITIVE = must_be(lambda value: is_whole(value) and value >= 1, "a whole number of at least 1")
NATURAL = must_be(lambda value: is_whole(value) and value >= 0, "a whole number of at least 0")
