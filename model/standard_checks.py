"""What can be wrong in a standard's TOML: each check looks at one key and yields every problem it sees."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from features.catalogue.everything import BY_NAME
from model.standard_terms import DIRECT_HIGH_CONDITIONS, TIERS
from records.event_columns import SEVERITIES

Place = tuple[str | int, ...]
Problem = tuple[Place, str]
Check = Callable[[Any, Place], Iterable[Problem]]

REQUIRED = ("name", "office", "outcome", "tiers")


def find_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """Every problem of one file's own keys; whether required ones are there is known after inheritance."""
    return list(_table(_STANDARD)(raw, ()))


def find_missing(merged: Mapping[str, Any]) -> list[Problem]:
    """The required keys that neither the file nor what it inherits from states."""
    return [((key,), f"{key} is required and missing; add it") for key in REQUIRED if key not in merged]


def _table(keys: Mapping[str, Check], required: Iterable[str] = ()) -> Check:
    """A table that may have these keys and no others."""

    def check(value: Any, place: Place) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield place, f"{_named(place)} must be a table, got {value!r}; write it with its keys"
            return
        for key in required:
            if key not in value:
                yield place, f"{_named((*place, key))} is required and missing; add it"
        for key, content in value.items():
            if key in keys:
                yield from keys[key](content, (*place, key))
            else:
                known = ", ".join(sorted(keys))
                yield (
                    (*place, key),
                    f"{_named((*place, key))} is not a key here; use one of {known}, or remove it",
                )

    return check


def _rows(check_row: Check) -> Check:
    """An array of tables or values."""

    def check(value: Any, place: Place) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield place, f"{_named(place)} must be a list, got {value!r}; write it in brackets"
            return
        for position, row in enumerate(value):
            yield from check_row(row, (*place, position))

    return check


def _value(is_right: Callable[[Any], bool], rule: str, remedy: str = "correct it") -> Check:
    def check(value: Any, place: Place) -> Iterator[Problem]:
        if not is_right(value):
            yield place, f"{_named(place)} must be {rule}, got {value!r}; {remedy}"

    return check


def _one_of(codes: Iterable[str]) -> Check:
    allowed = tuple(codes)
    return _value(lambda value: value in allowed, f"one of {', '.join(allowed)}")


def _by_name(is_name: Callable[[str], bool], rule: str, check_content: Check) -> Check:
    """A table whose keys are names of one kind and whose contents all obey one check."""

    def check(value: Any, place: Place) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield place, f"{_named(place)} must be a table, got {value!r}; write it with its keys"
            return
        for key, content in value.items():
            if not is_name(key):
                yield (*place, key), f"a key of {_named(place)} must be {rule}, got {key!r}; correct it"
            yield from check_content(content, (*place, key))

    return check


def _named(place: Place) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "the file"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_increasing(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 3 and all(map(_is_number, value)) and value[0] < value[1] < value[2]
    )


def _bands(value: Any, place: Place) -> Iterator[Problem]:
    problems = list(_rows(_table({"from": _NUMBER, "points": _NUMBER}, ("from", "points")))(value, place))
    yield from problems
    if not problems and any(a["from"] >= b["from"] for a, b in pairwise(value)):
        yield (
            place,
            f"the bands of {_named(place)} must begin at increasing values, got {value!r}; order them",
        )


def _own_indicators(value: Any, place: Place) -> Iterator[Problem]:
    """Each name stands for the place of its problem, so that its own line is found in a list of many lines."""
    problems = list(_rows(_TEXT)(value, place))
    yield from problems
    if problems:
        return
    for name in dict.fromkeys(value):
        if name not in BY_NAME:
            yield (*place, name), f"{_named(place)} must be {_CATALOGUE_RULE}, got {name!r}; {_CATALOGUE_REMEDY}"
        elif value.count(name) > 1:
            yield (*place, name), f"{_named(place)} must name each indicator once, got {name!r} again; remove one"


_TEXT = _value(lambda value: isinstance(value, str) and bool(value.strip()), "a text that is not empty")
_NUMBER = _value(_is_number, "a number")
_DATE = _value(lambda value: isinstance(value, date), "a date", "write it as 2024-12-31 without quotes")
_POSITIVE = _value(lambda value: _is_whole(value) and value >= 1, "a whole number of at least 1")
_NATURAL = _value(lambda value: _is_whole(value) and value >= 0, "a whole number of at least 0")
_NOT_NEGATIVE = _value(lambda value: _is_number(value) and value >= 0, "a number of at least 0")
_FRACTION = _value(lambda value: _is_number(value) and 0 <= value <= 1, "a number between 0 and 1")
_CATALOGUE_RULE = "names of indicators in the catalogue"
_CATALOGUE_REMEDY = "docs/indicators.md lists them all"
_INDICATORS = (BY_NAME.__contains__, "the name of an indicator in the catalogue")

_SAMPLING_RULE = _table(
    {
        "ratio": _FRACTION,
        "frequency": _NOT_NEGATIVE,
        "cap": _NATURAL,
        "items": _rows(_TEXT),
        "active_check": _value(lambda value: isinstance(value, bool), "true or false"),
    },
    required=("ratio",),
)
_POINT_TABLE = _table(
    {
        "base": _NUMBER,
        "scale": _value(lambda value: _is_number(value) and value > 0, "a number above 0"),
        "cuts": _value(_is_increasing, "three increasing numbers", "order them"),
        "source": _TEXT,
        "bands": _by_name(*_INDICATORS, _bands),
        "per_unit": _by_name(*_INDICATORS, _NUMBER),
    },
    required=("scale", "cuts"),
)
_STANDARD: dict[str, Check] = {
    "inherits": _TEXT,
    "name": _table({"zh": _TEXT, "en": _TEXT}, required=("zh", "en")),
    "office": _TEXT,
    "version": _TEXT,
    "valid_from": _DATE,
    "deadline": _DATE,
    "references": _rows(_TEXT),
    "indicators": _own_indicators,
    "outcome": _table(
        {"severity": _one_of(SEVERITIES), "horizon_days": _POSITIVE, "maturity_days": _NATURAL},
        required=("severity", "horizon_days"),
    ),
    "tiers": _table(
        {
            "cuts": _value(
                lambda value: _is_increasing(value) and value[0] > 0 and value[2] < 1,
                "three increasing numbers between 0 and 1",
                "order them",
            )
        },
        required=("cuts",),
    ),
    "direct_high": _rows(
        _table({"when": _one_of(DIRECT_HIGH_CONDITIONS), "source": _TEXT}, required=("when", "source"))
    ),
    "sampling": _table(dict.fromkeys(TIERS, _SAMPLING_RULE)),
    "statutory_minimum": _table(
        {"per_years": _POSITIVE, "times": _POSITIVE, "source": _TEXT},
        required=("per_years", "times", "source"),
    ),
    "point_table": _POINT_TABLE,
    "native_scale": _by_name(bool, "a grade", _one_of(TIERS)),
}
