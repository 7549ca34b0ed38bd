"""What a bureau may set of its worklists: lengths and limits, read from one TOML file (`rules.toml` is shipped)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from model.standard_terms import TIERS
from records.errors import ConfigError
from records.toml_checks import Check, is_whole, must_be, one_of, read_checked, table

SHIPPED_RULES = Path(__file__).with_name("rules.toml")
LONGEST_DAYS = 3650


@dataclass(frozen=True)
class BufferRules:
    """How long a buffer lasts, and what makes an enterprise a candidate for one."""

    length: int
    unit: Literal["days", "working_days"]
    finding_days: int
    clean_days: int


@dataclass(frozen=True)
class DormancyRules:
    """How old the report that shows no business may be, and how early an end is announced."""

    report_days: int
    lead_days: int


@dataclass(frozen=True)
class ReminderRules:
    """Who is reminded, of which penalties, and not again within which time."""

    minimum_tier: str
    repeat_days: int
    penalty_days: int


@dataclass(frozen=True)
class CleanupRules:
    """How long an enterprise must have been out of reach, or without contact and trade."""

    unreachable_days: int
    idle_days: int


@dataclass(frozen=True)
class Rules:
    """All of them, one table of the file each; every key is required, and none is filled in."""

    buffer: BufferRules
    dormancy: DormancyRules
    reminders: ReminderRules
    cleanup: CleanupRules


def read_rules(path: Path) -> Rules:
    """The rules in a TOML file.

    Raises ConfigError for a file that is missing, or with every problem, one sentence per line with file and line.
    """
    if not path.is_file():
        raise ConfigError(f"The rules of the worklists must be a file, {path} is none; name one with --rules FILE.")
    raw = read_checked(path, _FILE)
    return Rules(
        BufferRules(**raw["buffer"]),
        DormancyRules(**raw["dormancy"]),
        ReminderRules(**raw["reminders"]),
        CleanupRules(**raw["cleanup"]),
    )


@cache
def shipped_rules() -> Rules:
    """Those of `rules.toml` beside this module, which the service uses."""
    return read_rules(SHIPPED_RULES)


def _days(least: int) -> Check:
    rule = f"a whole number of days from {least} to {LONGEST_DAYS}"
    return must_be(lambda value: is_whole(value) and least <= value <= LONGEST_DAYS, rule)


def _all_of(**keys: Check) -> Check:
    return table(keys, required=keys)


_FILE = _all_of(
    buffer=_all_of(length=_days(1), unit=one_of(("days", "working_days")), finding_days=_days(1), clean_days=_days(1)),
    dormancy=_all_of(report_days=_days(1), lead_days=_days(0)),
    reminders=_all_of(minimum_tier=one_of(TIERS), repeat_days=_days(0), penalty_days=_days(1)),
    cleanup=_all_of(unreachable_days=_days(0), idle_days=_days(1)),
)
