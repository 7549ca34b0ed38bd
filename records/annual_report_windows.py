"""When annual reports are due, and in which state the report on a year is at a date (handbook 2.6).

The windows are dated data in `annual_report_windows.toml`, which says how to add an extended deadline.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from records.errors import ConfigError
from records.toml_checks import DATE, TEXT, Place, Problem, is_whole, list_of, must_be, read_checked, table

SHIPPED_WINDOWS = Path(__file__).with_suffix(".toml")


class ReportState(StrEnum):
    """Where the report on one year stands; the last three are the states that records of annual reports have."""

    NOT_DUE = "not_due"
    OPEN = "open"
    ON_TIME = "on_time"
    LATE = "late"
    NOT_FILED = "not_filed"


@dataclass(frozen=True)
class Window:
    """The days on which a report may be filed in time, from `opens` to `closes`, both inclusive, and who says so."""

    opens: date
    closes: date
    source: str


@dataclass(frozen=True)
class Rule:
    """The usual window of the reports on some years: month and day in the year after; null: no last year."""

    first_year: int
    last_year: int | None
    opens: str
    closes: str
    source: str

    def holds_for(self, year: int) -> bool:
        """Whether the report on `year` has this window."""
        return self.first_year <= year <= (self.last_year or year)


@dataclass(frozen=True)
class Extension:
    """A later last day for the reports on one year, where an enterprise's region begins with `region`."""

    year: int
    region: str
    closes: date
    source: str


@dataclass(frozen=True)
class ReportWindows:
    """Every window that a file declares."""

    rules: tuple[Rule, ...]
    extensions: tuple[Extension, ...] = ()

    def of(self, year: int, region: str | None = None) -> Window:
        """The window of the report on `year` in a region; null: where no extension of a single region holds.

        Raises ConfigError for a year that no rule names.
        """
        rule = next((one for one in self.rules if one.holds_for(year)), None)
        if rule is None:
            known = ", ".join(f"{one.first_year}-{one.last_year or ''}" for one in self.rules)
            raise ConfigError(
                f"A report must be on a year with a filing window, known for {known}, got {year}; "
                f"add the window of that year to {SHIPPED_WINDOWS.name}."
            )
        fitting = [one for one in self.extensions if one.year == year and (region or "").startswith(one.region)]
        extension = max(fitting, key=lambda one: len(one.region), default=None)
        opens, closes = (date.fromisoformat(f"{year + 1}-{day}") for day in (rule.opens, rule.closes))
        if extension is None:
            return Window(opens, closes, rule.source)
        return Window(opens, extension.closes, extension.source)


def report_state(
    year: int,
    established_on: date,
    filed_on: date | None,
    as_of: date,
    region: str | None = None,
    windows: ReportWindows | None = None,
) -> ReportState:
    """In which state is an enterprise's report on `year` at 00:00 of `as_of`?

    An enterprise founded in a year reports on it for the first time in the next one, so nothing is due on years before
    its founding; nor is anything due before the window opens. A report counts as filed if it was filed before `as_of`;
    it is on time up to the window's last day, that day included. Not yet filed, it is open as long as the last day has
    not passed: at 00:00 of the last day still open, at 00:00 of the next one not filed.

    `windows` are the shipped ones where null. Raises ConfigError for a year without a window.
    """
    window = (windows or shipped_windows()).of(year, region)
    if established_on.year > year or as_of < window.opens:
        return ReportState.NOT_DUE
    if filed_on is not None and filed_on < as_of:
        return ReportState.ON_TIME if filed_on <= window.closes else ReportState.LATE
    return ReportState.OPEN if as_of <= window.closes else ReportState.NOT_FILED


@cache
def shipped_windows() -> ReportWindows:
    """The windows that come with this version."""
    return read_windows(SHIPPED_WINDOWS)


def read_windows(path: Path) -> ReportWindows:
    """The windows that a TOML file declares.

    Raises ConfigError with every problem, one sentence per line with file and line.
    """
    raw = read_checked(path, _check)
    return ReportWindows(
        tuple(_rule(one) for one in raw["window"]),
        tuple(Extension(**{"region": "", **one}) for one in raw.get("extension", [])),
    )


def _rule(one: dict[str, Any]) -> Rule:
    return Rule(**{"last_year": None, **one})


def _check(raw: Any, place: Place) -> Iterator[Problem]:
    problems = list(_FILE(raw, place))
    yield from problems
    if not problems:
        yield from _wrong_rules(raw["window"])
        yield from _wrong_extensions(raw.get("extension", []), raw["window"])


def _wrong_rules(rules: list[dict[str, Any]]) -> Iterator[Problem]:
    if not rules:
        yield ("window",), "window must hold at least one rule, got none; add one"
    for position, rule in enumerate(rules):
        for first, last in (("first_year", "last_year"), ("opens", "closes")):
            if rule[first] > rule.get(last, rule[first]):
                got = f"{rule[first]} and {rule[last]}"
                yield ("window", position, last), f"{last} must not lie before {first}, got {got}; correct it"
    order = sorted(range(len(rules)), key=lambda position: rules[position]["first_year"])
    for earlier, later in pairwise(order):
        begins = rules[later]["first_year"]
        if rules[earlier].get("last_year", begins) >= begins:
            years = f"{rules[earlier]['first_year']} and {begins}"
            yield (
                ("window", later, "first_year"),
                f"windows must not overlap, got those from {years}; give the earlier one a last_year",
            )


def _wrong_extensions(extensions: list[dict[str, Any]], rules: list[dict[str, Any]]) -> Iterator[Problem]:
    windows = ReportWindows(tuple(_rule(one) for one in rules))
    seen: set[tuple[int, str]] = set()
    for position, extension in enumerate(extensions):
        place, year = ("extension", position), extension["year"]
        key = (year, extension.get("region", ""))
        if key in seen:
            where = key[1] or "everywhere"
            yield (*place, "year"), f"a year and region must be extended once, got {year}, {where} again; remove one"
        seen.add(key)
        if not any(rule.holds_for(year) for rule in windows.rules):
            yield (*place, "year"), f"an extension must be of a year that has a window, got {year}; correct it"
        elif extension["closes"] <= (usual := windows.of(year).closes):
            got = f"{extension['closes']}; correct it"
            yield (*place, "closes"), f"an extension must end after the usual {usual}, got {got}"


def _is_day_of_every_year(value: Any) -> bool:
    """Whether a value is a month and day that every year has: 29 February is none."""
    try:
        return isinstance(value, str) and date.fromisoformat(f"2001-{value}").strftime("%m-%d") == value
    except ValueError:
        return False


_DAY = must_be(_is_day_of_every_year, "a month and day of every year", 'write it as "06-30"')
_YEAR = must_be(lambda value: is_whole(value) and 1980 <= value <= 2100, "a year from 1980 to 2100")
_FILE = table(
    {
        "window": list_of(
            table(
                {"first_year": _YEAR, "last_year": _YEAR, "opens": _DAY, "closes": _DAY, "source": TEXT},
                required=("first_year", "opens", "closes", "source"),
            )
        ),
        "extension": list_of(
            table(
                {"year": _YEAR, "region": TEXT, "closes": DATE, "source": TEXT},
                required=("year", "closes", "source"),
            )
        ),
    },
    required=("window",),
)
