"""What the service says of the release that answers, as frozen values; fields are those of `/openapi.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sampling.answers import Header, Rule, SamplingRule, day_of, taken


@dataclass(frozen=True)
class Names:
    """A name in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class SectorRelease:
    """Whose model answers in a sector, and what its standard promises.

    `cuts` are the probabilities at which the second, third and fourth tier begin; `horizon_days` after the as-of date a
    problem of `outcome_severity` must be found to count. `sampling` is by tier.
    """

    sector: str
    name: Names
    office: str
    level: str
    standard_version: str
    outcome_severity: str
    horizon_days: int
    cuts: tuple[float, ...]
    rules: tuple[Rule, ...]
    sampling: Mapping[str, SamplingRule]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "SectorRelease":
        """From an answer's JSON."""
        return taken(
            cls,
            content,
            name=taken(Names, content["name"]),
            cuts=tuple(content["cuts"]),
            rules=tuple(taken(Rule, rule) for rule in content["rules"]),
            sampling={tier: SamplingRule.of(rule) for tier, rule in content["sampling"].items()},
        )


@dataclass(frozen=True)
class Route:
    """From whom a sector takes its answer in [valid_from, valid_to); null: until further notice."""

    sector: str
    source: str
    scheme: str
    valid_from: date
    valid_to: date | None
    reference: str

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Route":
        """From an answer's JSON."""
        return taken(
            cls,
            content,
            valid_from=date.fromisoformat(content["valid_from"]),
            valid_to=day_of(content["valid_to"]),
        )


@dataclass(frozen=True)
class Release:
    """The release in service, by sector, and the sectors that take another system's grades."""

    header: Header
    sectors: tuple[SectorRelease, ...]
    routing: tuple[Route, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Release":
        """From an answer's JSON."""
        return cls(
            Header.of(content),
            tuple(SectorRelease.of(one) for one in content["sectors"]),
            tuple(Route.of(one) for one in content["routing"]),
        )
