"""How many of each stratum are drawn, and with what chance: fixed before the seed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from sampling.draw.mistake import DrawError
from sampling.draw.unit import TIERS, Unit


@dataclass(frozen=True)
class Stratum:
    """The enterprises of a pool with one sector, tier, station (empty: none) and certainty.

    `sample_size` of its `pool_size` are drawn without replacement, so that each of them has the same chance.
    """

    sector: str
    tier: str
    station: str
    is_certain: bool
    pool_size: int
    sample_size: int

    @property
    def key(self) -> tuple[str, str, str, bool]:
        """What its units have in common."""
        return self.sector, self.tier, self.station, self.is_certain

    @property
    def inclusion_probability(self) -> float:
        """The chance of each of its enterprises."""
        return self.sample_size / self.pool_size

    @property
    def name(self) -> str:
        """Tier, station and, for certain units, so much; how a plan names it within its sector."""
        return "/".join([self.tier, self.station or "-", *(["certain"] if self.is_certain else [])])

    def as_registered(self) -> dict[str, Any]:
        """As the service takes it."""
        told = {
            "tier": self.tier,
            "station": self.station or None,
            "pool_size": self.pool_size,
            "sample_size": self.sample_size,
            "inclusion_probability": self.inclusion_probability,
        }
        return told | ({"certainty": True} if self.is_certain else {})

    @classmethod
    def registered(cls, sector: str, told: Mapping[str, Any]) -> "Stratum":
        """One that was registered."""
        is_certain = bool(told.get("certainty", False))
        return cls(sector, told["tier"], told["station"] or "", is_certain, told["pool_size"], told["sample_size"])


def check_ratio(ratio: float, what: str) -> float:
    """The ratio; DrawError for one of nothing, of less, or of more than everybody."""
    if not 0 < ratio <= 1:
        raise DrawError(
            f"The ratio of {what} must be above 0 and at most 1, got {ratio:g}: of a tier of which nobody is drawn "
            "nothing can ever be known; set a ratio in the draw's file or in the sector's standard."
        )
    return ratio


def sample_size(pool_size: int, ratio: float, smallest: int) -> int:
    """`ratio` of the pool rounded up, at least `smallest`, and never more than there are.

    The ratio is taken as it is written: 0.07 of 100 are 7.

    >>> sample_size(100, 0.07, 1), sample_size(10, 0.01, 3), sample_size(2, 0.01, 3), sample_size(1, 0.01, 1)
    (7, 3, 2, 1)
    """
    return min(pool_size, max(ceil(Fraction(str(ratio)) * pool_size), smallest))


def strata_of(units: Iterable[Unit], ratio_of: Callable[[str, str], float], smallest: int) -> list[Stratum]:
    """The strata of a pool in the order of sector, tier, station, certain ones first; `ratio_of` a sector and tier.

    All certain units of a stratum are drawn; the ratio is that of the others. A stratum smaller than `smallest`, such
    as one of a single enterprise, is drawn whole. Raises DrawError for a sector in which nobody can be drawn.
    """
    listed = list(units)
    counts = Counter(unit.stratum for unit in listed if unit.is_in_pool)
    for sector in sorted({unit.sector for unit in listed} - {key[0] for key in counts}):
        raise DrawError(
            f"Somebody must be left to draw from, got 0 of {sum(unit.sector == sector for unit in listed)} in "
            f"{sector}; leave the sector out, or look at the reasons of its exclusions."
        )
    ordered = sorted(counts, key=lambda key: (key[0], TIERS.index(key[1]), key[2].encode(), not key[3]))
    sizes = {
        key: counts[key] if key[3] else sample_size(counts[key], ratio_of(key[0], key[1]), smallest) for key in ordered
    }
    return [Stratum(*key, counts[key], size) for key, size in sizes.items()]
