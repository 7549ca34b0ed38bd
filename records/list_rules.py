"""How long a listing lasts and what ends it: the abnormal list and the list of serious violations (handbook 2.3, 2.4).

The rules are dated data in `list_rules.toml`. The day of the listing says which rule governs it; what was listed before
the first rule is under the first (project decision).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from records.calendar import months_after
from records.errors import ConfigError
from records.finding_subjects import LISTINGS
from records.toml_checks import DATE, POSITIVE, TEXT, Check, Place, Problem, by_name, list_of, read_checked, table

SHIPPED_RULES = Path(__file__).with_suffix(".toml")
SERIOUS = "serious"
ABNORMAL_CAUSES = tuple(code for code in LISTINGS.column("cause").codes if code != "serious_violation")


@dataclass(frozen=True)
class SeriousRule:
    """The term of a serious listing from `valid_from` on, and when early removal may be applied for; in months."""

    id: str
    zh: str
    en: str
    valid_from: date
    months: int
    early_removal_after_months: int


@dataclass(frozen=True)
class RemovalReason:
    """Why an abnormal listing ends; given no more from `valid_to` on (null: still given)."""

    code: str
    zh: str
    en: str
    valid_to: date | None = None


@dataclass(frozen=True)
class AbnormalCause:
    """Why an enterprise is on the abnormal list; `code` is the number that publicity systems use."""

    cause: str
    code: str
    zh: str
    en: str
    removal: tuple[RemovalReason, ...]


@dataclass(frozen=True)
class ListRules:
    """Everything that a file declares; `serious` in the order of the dates, `abnormal` by cause."""

    serious: tuple[SeriousRule, ...]
    abnormal: Mapping[str, AbnormalCause]


def list_ends_on(kind: str, listed_on: date) -> date | None:
    """From which day on is an enterprise off the list again without being removed? Exclusive, as `listed_until` is.

    Null for the abnormal list, which is left by removal alone.
    """
    return months_after(listed_on, _serious_rule(listed_on).months) if kind == SERIOUS else None


def early_removal_possible_from(kind: str, listed_on: date) -> date | None:
    """From which day on may early removal be applied for? Null for the abnormal list: once its cause has ended."""
    return months_after(listed_on, _serious_rule(listed_on).early_removal_after_months) if kind == SERIOUS else None


def removal_reasons(cause: str, on: date | None = None) -> tuple[RemovalReason, ...]:
    """For which reasons may a listing of this cause end on a day (null: ever)?

    Raises ConfigError for a cause that is none of the abnormal list's.
    """
    known = shipped_list_rules().abnormal
    if cause not in known:
        raise ConfigError(
            f"A cause must be one of the abnormal list's, {', '.join(known)}, got {cause!r}; correct the code."
        )
    reasons = known[cause].removal
    return tuple(one for one in reasons if on is None or one.valid_to is None or on < one.valid_to)


def _serious_rule(listed_on: date) -> SeriousRule:
    rules = shipped_list_rules().serious
    begun = [one for one in rules if one.valid_from <= listed_on]
    return begun[-1] if begun else rules[0]


@cache
def shipped_list_rules() -> ListRules:
    """The rules that come with this version."""
    return read_list_rules(SHIPPED_RULES)


def read_list_rules(path: Path) -> ListRules:
    """The rules that a TOML file declares.

    Raises ConfigError with every problem, one sentence per line with file and line.
    """
    raw = read_checked(path, _check)
    reasons = {code: RemovalReason(code, **content) for code, content in raw["removal"].items()}
    abnormal = {
        cause: AbnormalCause(cause, **{**content, "removal": tuple(reasons[code] for code in content["removal"])})
        for cause, content in raw["abnormal"].items()
    }
    return ListRules(tuple(SeriousRule(name, **content) for name, content in raw["serious"].items()), abnormal)


def _check(raw: Any, place: Place) -> Iterator[Problem]:
    problems = list(_FILE(raw, place))
    yield from problems
    if problems:
        return
    if not raw["serious"]:
        yield ("serious",), "serious must hold at least one rule, got none; add one"
    for earlier, later in pairwise(raw["serious"]):
        dates = [raw["serious"][name]["valid_from"] for name in (earlier, later)]
        if dates[0] >= dates[1]:
            got = f"{dates[0]} before {dates[1]}"
            yield (
                ("serious", later, "valid_from"),
                f"rules must stand in the order of their dates, got {got}; order them",
            )
    yield from _wrong_causes(raw["abnormal"], raw["removal"])


def _wrong_causes(causes: Mapping[str, Any], reasons: Mapping[str, Any]) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for cause, content in causes.items():
        owner = owners.setdefault(content["code"], cause)
        if owner != cause:
            got = f"{content['code']!r} of {owner} again"
            yield ("abnormal", cause, "code"), f"a code must belong to one cause, got {got}; correct it"
        for reason in content["removal"]:
            if reason not in reasons:
                known = ", ".join(reasons)
                yield ("abnormal", cause, "removal"), f"a reason must be one of {known}, got {reason!r}; declare it"


_RULE = {
    "zh": TEXT,
    "en": TEXT,
    "valid_from": DATE,
    "months": POSITIVE,
    "early_removal_after_months": POSITIVE,
}
_CAUSE: dict[str, Check] = {"code": TEXT, "zh": TEXT, "en": TEXT, "removal": list_of(TEXT)}
_FILE = table(
    {
        "serious": by_name(bool, "a rule", table(_RULE, required=_RULE)),
        "abnormal": table(dict.fromkeys(ABNORMAL_CAUSES, table(_CAUSE, required=_CAUSE)), required=ABNORMAL_CAUSES),
        "removal": by_name(bool, "a reason", table({"zh": TEXT, "en": TEXT, "valid_to": DATE}, required=("zh", "en"))),
    },
    required=("serious", "abnormal", "removal"),
)
