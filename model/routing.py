"""Whose answer a sector takes at a date (R7): a provincial module's, a superior bureau's, or our own model's.

The routes are dated data in `routing.toml` beside the standards, which says how to write one. Precedence: a provincial
professional module, else the superior bureau's indicators, else our own model, which needs no row.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from model.standard import ROUTING_FILE
from records.toml_checks import DATE, TEXT, Check, Place, Problem, list_of, one_of, read_checked, table

SCHEMES = {
    "module": "provincial_professional",
    "superior": "superior",
    "general": "provincial_general",
}
"""The sources of a route in order of precedence, each with the scheme of the grades that go with it."""


@dataclass(frozen=True)
class Route:
    """From whom one sector takes its answer in [valid_from, valid_to); null: until further notice."""

    sector: str
    source: str
    scheme: str
    valid_from: date
    reference: str
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the route is in force on a day: closed at its start, open at its end."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Routing:
    """Every declared route; without any, our own model answers everywhere."""

    routes: tuple[Route, ...] = ()

    def route_of(self, sector: str, as_of: date) -> Route | None:
        """The route that rules a sector at a date, by precedence; null: our own model answers, undeclared."""
        order = list(SCHEMES)
        holding = [route for route in self.routes if route.sector == sector and route.holds_on(as_of)]
        return min(holding, key=lambda route: order.index(route.source), default=None)

    def to_json(self) -> list[dict[str, Any]]:
        """The routes as JSON values; `from_json` gives an equal routing back."""
        return [{key: _text(value) for key, value in asdict(route).items()} for route in self.routes]

    @classmethod
    def from_json(cls, content: list[Mapping[str, Any]]) -> "Routing":
        """The routing that `to_json` wrote, also after a walk through JSON text."""
        return cls(tuple(Route(**{**one, **_dates(one)}) for one in content))


def read_routing(directory: Path, sectors: Collection[str]) -> Routing:
    """The routing of a directory of standards, whose sectors are given; no file, no routes.

    Raises
    ------
    ConfigError
        With every problem of the file, one sentence per line with file and line.
    """
    path = Path(directory) / ROUTING_FILE
    if not path.exists():
        return Routing()
    raw = read_checked(path, _check(sectors))
    return Routing(tuple(Route(**one) for one in raw.get("route", [])))


def _check(sectors: Collection[str]) -> Check:
    route = table(
        {
            "sector": one_of(sorted(sectors)),
            "source": one_of(SCHEMES),
            "scheme": one_of(SCHEMES.values()),
            "valid_from": DATE,
            "valid_to": DATE,
            "reference": TEXT,
        },
        required=("sector", "source", "scheme", "valid_from", "reference"),
    )
    whole = table({"route": list_of(route)})

    def check(raw: Any, place: Place) -> Iterator[Problem]:
        problems = list(whole(raw, place))
        yield from problems
        if not problems:
            yield from _contradictions(raw.get("route", []))

    return check


def _contradictions(rows: list[dict[str, Any]]) -> Iterator[Problem]:
    routes = [Route(**row) for row in rows]
    for position, route in enumerate(routes):
        place = ("route", position)
        if (fitting := SCHEMES[route.source]) != route.scheme:
            got = f"{route.scheme!r}; correct it"
            yield (*place, "scheme"), f"the scheme of source {route.source!r} must be {fitting!r}, got {got}"
        if route.valid_to is not None and route.valid_to <= route.valid_from:
            got = f"{route.valid_from} and {route.valid_to}; correct it"
            yield (*place, "valid_to"), f"valid_to must lie after valid_from, got {got}"
        for earlier in routes[:position]:
            if (earlier.sector, earlier.source) == (route.sector, route.source) and _overlap(earlier, route):
                got = f"{route.sector}, {route.source} from {earlier.valid_from} and from {route.valid_from}"
                yield (
                    (*place, "valid_from"),
                    f"two routes of one sector and source must not overlap, got {got}; give the earlier a valid_to",
                )


def _overlap(one: Route, other: Route) -> bool:
    return one.holds_on(other.valid_from) or other.holds_on(one.valid_from)


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _dates(one: Mapping[str, Any]) -> dict[str, date | None]:
    return {name: one[name] and date.fromisoformat(one[name]) for name in ("valid_from", "valid_to")}
