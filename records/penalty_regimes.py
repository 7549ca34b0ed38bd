"""How long a penalty is displayed and used, and from when it may be repaired (handbook 2.5).

The regimes are dated data in `penalty_regimes.toml`. Project decisions, to be checked with the texts:

- The decision's own date says which regime governs; what was decided before the first regime is under the first.
- A regime that is milder than the one before also serves earlier decisions, but only from its first day on: display
  ends and repair becomes possible at the milder date, and not before that day.
- Terms count from the decision, since records do not say when display began; that errs in the enterprise's favour. So
  does the end: the corresponding day itself is the first on which the penalty is neither displayed nor used.
- Where display and use end together, no indicator and no reason rests on the penalty afterwards; it is kept for audit.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from records.calendar import months_after
from records.event_columns import SEVERITIES
from records.finding_subjects import PENALTIES
from records.toml_checks import (
    DATE,
    POSITIVE,
    TEXT,
    Place,
    Problem,
    by_name,
    list_of,
    must_be,
    one_of,
    read_checked,
    table,
)

SHIPPED_REGIMES = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class DisplayClass:
    """Penalties of one severity: displayed and used for `months`, open to repair after so many (null: not needed)."""

    months: int
    repair_after_months: int | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Regime:
    """The rules for decisions from `valid_from` on; `classes` by severity (see the TOML for each field)."""

    id: str
    zh: str
    en: str
    valid_from: date
    shortens_earlier: bool
    never_displayed: tuple[str, ...]
    repair_decided_within_working_days: int
    classes: Mapping[str, DisplayClass]

    def class_of(self, kind: str, severity: str) -> DisplayClass:
        """The class of a penalty: the one that claims its kind, else that of its severity."""
        claiming = (one for one in self.classes.values() if kind in one.kinds)
        return next(claiming, self.classes[severity])


def regime_of(day: date) -> Regime:
    """The regime that governs what is decided, or applied for, on a day."""
    begun = [one for one in regimes() if one.valid_from <= day]
    return begun[-1] if begun else regimes()[0]


def display_ends_on(kind: str, severity: str, decided_on: date) -> date | None:
    """From which day on is a penalty displayed no more, if nobody has it repaired? Null: it never was (warnings).

    `kind` and `severity` are codes of the record contract. The day itself is already without display.
    """
    if kind in regime_of(decided_on).never_displayed:
        return None
    return use_ends_on(kind, severity, decided_on)


def use_ends_on(kind: str, severity: str, decided_on: date) -> date:
    """From which day on is a penalty used no more, if nobody has it repaired? Exclusive, as `use_until` is.

    That is the day on which its display ends. A kind that is never displayed is used for as long as the class of its
    severity would be displayed (project decision: a warning may not weigh longer than a fine).
    """
    return min(
        max(months_after(decided_on, regime.class_of(kind, severity).months), since)
        for regime, since in _serving(decided_on)
    )


def repair_possible_from(kind: str, severity: str, decided_on: date) -> date | None:
    """From which day on may the repair of a penalty be applied for? Null: display ends by itself, or never began.

    Other conditions (duties performed, no further violation) are for the officer to see.
    """
    if kind in regime_of(decided_on).never_displayed:
        return None
    waits = [(regime.class_of(kind, severity).repair_after_months, since) for regime, since in _serving(decided_on)]
    if waits[0][0] is None:
        return None
    return min(max(months_after(decided_on, wait), since) for wait, since in waits if wait is not None)


def _serving(decided_on: date) -> list[tuple[Regime, date]]:
    """The regimes that serve a decision, its own first, each with the day from which it does so."""
    own = regime_of(decided_on)
    later = [one for one in regimes() if one.valid_from > decided_on and one is not own and one.shortens_earlier]
    return [(own, decided_on), *((one, one.valid_from) for one in later)]


@cache
def regimes() -> tuple[Regime, ...]:
    """The regimes that come with this version, in the order of their dates."""
    return read_regimes(SHIPPED_REGIMES)


def read_regimes(path: Path) -> tuple[Regime, ...]:
    """The regimes that a TOML file declares, in the order of their dates.

    Raises ConfigError with every problem, one sentence per line with file and line.
    """
    return tuple(_regime(name, content) for name, content in read_checked(path, _check).items())


def _regime(name: str, content: Mapping[str, Any]) -> Regime:
    classes = {severity: _display_class(content[severity]) for severity in SEVERITIES}
    own = {key: value for key, value in content.items() if key not in SEVERITIES}
    return Regime(**{**own, "id": name, "never_displayed": tuple(own["never_displayed"]), "classes": classes})


def _display_class(content: Mapping[str, Any]) -> DisplayClass:
    return DisplayClass(**{**content, "kinds": tuple(content.get("kinds", ()))})


def _check(raw: Any, place: Place) -> Iterator[Problem]:
    problems = list(_FILE(raw, place))
    yield from problems
    if problems:
        return
    if not raw:
        yield (), "the file must hold at least one regime, got none; add one"
    for earlier, later in pairwise(raw):
        if raw[earlier]["valid_from"] >= raw[later]["valid_from"]:
            got = f"{raw[earlier]['valid_from']} before {raw[later]['valid_from']}"
            yield (later, "valid_from"), f"regimes must stand in the order of their dates, got {got}; order them"


_KIND = one_of(PENALTIES.column("kind").codes)
_CLASS = table(
    {"months": POSITIVE, "repair_after_months": POSITIVE, "kinds": list_of(_KIND)},
    required=("months",),
)
_REGIME = {
    "zh": TEXT,
    "en": TEXT,
    "valid_from": DATE,
    "shortens_earlier": must_be(lambda value: isinstance(value, bool), "true or false"),
    "never_displayed": list_of(_KIND),
    "repair_decided_within_working_days": POSITIVE,
    **dict.fromkeys(SEVERITIES, _CLASS),
}
_FILE = by_name(bool, "a regime", table(_REGIME, required=_REGIME))
