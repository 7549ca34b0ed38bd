"""What can be wrong in a standard's TOML: each check looks at one key and yields every problem it sees."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from features.catalogue.everything import BY_NAME
from model.standard_terms import DIRECT_HIGH_CONDITIONS, TIERS
from records.event_columns import SEVERITIES
from records.toml_checks import (
    DATE,
    NATURAL,
    NUMBER,
    POSITIVE,
    TEXT,
    Check,
    Place,
    Problem,
    by_name,
    is_number,
    list_of,
    must_be,
    named,
    one_of,
    table,
)

REQUIRED = ("name", "office", "outcome", "tiers")


def find_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """Every problem of one file's own keys; whether required ones are there is known after inheritance."""
    return list(table(_STANDARD)(raw, ()))


def find_missing(merged: Mapping[str, Any]) -> list[Problem]:
    """The required keys that neither the file nor what it inherits from states."""
    return [((key,), f"{key} is required and missing; add it") for key in REQUIRED if key not in merged]


def _is_increasing(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 3 and all(map(is_number, value)) and value[0] < value[1] < value[2]


def _bands(value: Any, place: Place) -> Iterator[Problem]:
    problems = list(list_of(table({"from": NUMBER, "points": NUMBER}, ("from", "points")))(value, place))
    yield from problems
    if not problems and any(a["from"] >= b["from"] for a, b in pairwise(value)):
        yield (
            place,
            f"the bands of {named(place)} must begin at increasing values, got {value!r}; order them",
        )


def _own_indicators(value: Any, place: Place) -> Iterator[Problem]:
    """Each name stands for the place of its problem, so that its own line is found in a list of many lines."""
    problems = list(list_of(TEXT)(value, place))
    yield from problems
    if problems:
        return
    for name in dict.fromkeys(value):
        if name not in BY_NAME:
            yield (*place, name), f"{named(place)} must be {_CATALOGUE_RULE}, got {name!r}; {_CATALOGUE_REMEDY}"
        elif value.count(name) > 1:
            yield (*place, name), f"{named(place)} must name each indicator once, got {name!r} again; remove one"


_NOT_NEGATIVE = must_be(lambda value: is_number(value) and value >= 0, "a number of at least 0")
_FRACTION = must_be(lambda value: is_number(value) and 0 <= value <= 1, "a number between 0 and 1")
_CATALOGUE_RULE = "names of indicators in the catalogue"
_CATALOGUE_REMEDY = "docs/indicators.md lists them all"
_INDICATORS = (BY_NAME.__contains__, "the name of an indicator in the catalogue")

_SAMPLING_RULE = table(
    {
        "ratio": _FRACTION,
        "frequency": _NOT_NEGATIVE,
        "cap": NATURAL,
        "items": list_of(TEXT),
        "active_check": must_be(lambda value: isinstance(value, bool), "true or false"),
    },
    required=("ratio",),
)
_POINT_TABLE = table(
    {
        "base": NUMBER,
        "scale": must_be(lambda value: is_number(value) and value > 0, "a number above 0"),
        "cuts": must_be(_is_increasing, "three increasing numbers", "order them"),
        "source": TEXT,
        "bands": by_name(*_INDICATORS, _bands),
        "per_unit": by_name(*_INDICATORS, NUMBER),
    },
    required=("scale", "cuts"),
)
_STANDARD: dict[str, Check] = {
    "inherits": TEXT,
    "name": table({"zh": TEXT, "en": TEXT}, required=("zh", "en")),
    "office": TEXT,
    "version": TEXT,
    "valid_from": DATE,
    "deadline": DATE,
    "references": list_of(TEXT),
    "indicators": _own_indicators,
    "outcome": table(
        {"severity": one_of(SEVERITIES), "horizon_days": POSITIVE, "maturity_days": NATURAL},
        required=("severity", "horizon_days"),
    ),
    "tiers": table(
        {
            "cuts": must_be(
                lambda value: _is_increasing(value) and value[0] > 0 and value[2] < 1,
                "three increasing numbers between 0 and 1",
                "order them",
            )
        },
        required=("cuts",),
    ),
    "direct_high": list_of(
        table({"when": one_of(DIRECT_HIGH_CONDITIONS), "source": TEXT}, required=("when", "source"))
    ),
    "sampling": table(dict.fromkeys(TIERS, _SAMPLING_RULE)),
    "statutory_minimum": table(
        {"per_years": POSITIVE, "times": POSITIVE, "source": TEXT},
        required=("per_years", "times", "source"),
    ),
    "point_table": _POINT_TABLE,
    "native_scale": by_name(bool, "a grade", one_of(TIERS)),
}
