"""What the lists are compared for: purposes, their legal basis, and which list stops an applicant (handbook R20, 6).

Dated by the texts they name and kept as data in `list_purposes.toml`; each reading is a project decision until it was
checked. Interception rests on entries of the lists alone: nothing here knows of a tier.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from records.finding_subjects import LISTINGS
from records.toml_checks import TEXT, Place, Problem, by_name, list_of, must_be, one_of, read_checked, table

SHIPPED_PURPOSES = Path(__file__).with_suffix(".toml")
KINDS = LISTINGS.column("kind").codes


@dataclass(frozen=True)
class ListKind:
    """One of the lists; `basis` names the rules under which it is kept."""

    id: str
    zh: str
    en: str
    basis: str


@dataclass(frozen=True)
class Purpose:
    """What an applicant applies for. Entries of the lists in `stops` stop the automatic path; a person then decides.

    `is_checked` is false while the reading of `basis` is the project's own.
    """

    id: str
    zh: str
    en: str
    stops: tuple[str, ...]
    basis: str
    is_checked: bool


@dataclass(frozen=True)
class ListPurposes:
    """Everything that a file declares, by id; `lists` has every kind of the record contract."""

    lists: Mapping[str, ListKind]
    purposes: Mapping[str, Purpose]


@cache
def shipped_purposes() -> ListPurposes:
    """The purposes that come with this version."""
    return read_purposes(SHIPPED_PURPOSES)


def read_purposes(path: Path) -> ListPurposes:
    """The purposes that a TOML file declares.

    Raises ConfigError with every problem, one sentence per line with file and line.
    """
    raw = read_checked(path, _check)
    return ListPurposes(
        lists={kind: ListKind(kind, **content) for kind, content in raw["list"].items()},
        purposes={
            name: Purpose(name, **{**content, "stops": tuple(content["stops"])})
            for name, content in raw["purpose"].items()
        },
    )


def _check(raw: Any, place: Place) -> Iterator[Problem]:
    problems = list(_FILE(raw, place))
    yield from problems
    if not problems and not raw["purpose"]:
        yield ("purpose",), "purpose must hold at least one purpose, got none; add one"


_LIST = {"zh": TEXT, "en": TEXT, "basis": TEXT}
_PURPOSE = {
    "zh": TEXT,
    "en": TEXT,
    "stops": list_of(one_of(KINDS)),
    "basis": TEXT,
    "is_checked": must_be(lambda value: isinstance(value, bool), "true or false"),
}
_FILE = table(
    {
        "list": table(dict.fromkeys(KINDS, table(_LIST, required=_LIST)), required=KINDS),
        "purpose": by_name(
            lambda name: name.isidentifier() and name.isascii() and len(name) <= 32,
            "letters, digits and _, at most 32",
            table(_PURPOSE, required=_PURPOSE),
        ),
    },
    required=("list", "purpose"),
)
