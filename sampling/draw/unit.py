"""One enterprise in one sector as a draw sees it: what is known of it, and what follows for the draw."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sampling.answers import SamplingRule

TIERS = ("low", "medium", "medium_high", "high")
Part = Literal["random", "certain", "excluded"]
PARTS: tuple[Part, ...] = ("random", "certain", "excluded")


@dataclass(frozen=True)
class Candidate:
    """What the service says of an enterprise in a sector at the as-of date; `tier` and `rule` are null without a tier.

    `checked_on` are the days of its checks in the sector, `visited_on` those of the year in any sector, `drawn_on` the
    days of the year on which it was drawn in the sector.
    """

    enterprise_id: str
    sector: str
    status: str
    tier: str | None
    station: str | None
    state: str | None
    established_on: date | None
    checked_on: tuple[date, ...]
    visited_on: tuple[date, ...]
    drawn_on: tuple[date, ...]
    rule: SamplingRule | None


@dataclass(frozen=True)
class Unit:
    """An enterprise's place in a draw: drawn at random, certain to be checked, or excluded; `reason` says why.

    `tier` is empty without a tier, `station` without a station, `reason` for the random part.
    """

    sector: str
    enterprise_id: str
    tier: str
    station: str
    part: Part
    reason: str

    @property
    def is_in_pool(self) -> bool:
        """Whether it can be drawn, or is certain to be."""
        return self.part != "excluded"

    @property
    def stratum(self) -> tuple[str, str, str, bool]:
        """Sector, tier, station, and whether it is certain: units that agree in these have one chance."""
        return self.sector, self.tier, self.station, self.part == "certain"
