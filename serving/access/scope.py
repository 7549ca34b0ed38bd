"""What a caller may see of the population: sectors of supervision and local stations."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scope:
    """Null limits nothing. An enterprise without a station is in the scope of no station."""

    sectors: frozenset[str] | None = None
    stations: frozenset[str] | None = None

    def has_sector(self, sector: str) -> bool:
        """Whether tiers in this sector may be seen."""
        return self.sectors is None or sector in self.sectors

    def has_station(self, station: object) -> bool:
        """Whether enterprises of this station may be seen; `station` is null where an enterprise has none."""
        return self.stations is None or station in self.stations

    def narrowed(self, sector: str | None) -> "Scope":
        """The part of the scope that is asked about: one sector, or all of it where `sector` is null."""
        return self if sector is None else replace(self, sectors=frozenset({sector}))


EVERYTHING = Scope()
