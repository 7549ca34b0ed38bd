"""Where enterprises are: sub-districts, stations, coordinates, and how risk clusters in space."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Street:
    """A sub-district with its station; `code` numbers it within the district (our numbering, not official)."""

    code: str
    name: str
    lat: float
    lon: float
    weight: float

    @property
    def station(self) -> str:
        return f"{self.name}市场监督管理所"


STREETS: tuple[Street, ...] = (
    Street("440511001", "小公园", 23.352, 116.666, 1.4),
    Street("440511002", "金东", 23.372, 116.706, 1.2),
    Street("440511003", "石炮台", 23.355, 116.690, 1.5),
    Street("440511004", "金砂", 23.368, 116.692, 1.6),
    Street("440511005", "岐山", 23.392, 116.672, 1.2),
    Street("440511006", "东方", 23.366, 116.680, 0.9),
    Street("440511007", "光华", 23.364, 116.668, 0.9),
    Street("440511008", "广厦", 23.377, 116.696, 0.8),
    Street("440511009", "月浦", 23.402, 116.662, 0.6),
    Street("440511010", "鮀江", 23.381, 116.628, 0.7),
    Street("440511011", "鮀莲", 23.398, 116.614, 0.6),
)
"""Sub-districts around the centre of Jinping (23.36 N, 116.68 E), with rough coordinates."""

STREET_CODES = np.array([street.code for street in STREETS], dtype=object)
STATIONS = np.array([street.station for street in STREETS], dtype=object)

_SCATTER_DEGREES = 0.006
"""How far enterprises lie from the middle of their sub-district: some 600 metres."""
_BUMPS = 12
"""Neighbourhoods with better or worse conduct; enough that risk does not follow the station alone."""
_BUMP_DEGREES = 0.012
"""The reach of such a neighbourhood: some 1.2 kilometres."""


def settle(rng: np.random.Generator, count: int) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """A sub-district (its number), latitude and longitude for each of `count` enterprises."""
    weights = np.array([street.weight for street in STREETS])
    street = rng.choice(len(STREETS), size=count, p=weights / weights.sum())
    lat = np.array([place.lat for place in STREETS])[street] + rng.normal(0, _SCATTER_DEGREES, count)
    lon = np.array([place.lon for place in STREETS])[street] + rng.normal(0, _SCATTER_DEGREES, count)
    return street, lat.round(6), lon.round(6)


@dataclass(frozen=True)
class Field:
    """A smooth surface over the district, with mean 0 and standard deviation 1 at the given places."""

    lat: Floats
    lon: Floats
    height: Floats
    mean: float
    scale: float

    def at(self, lat: Floats, lon: Floats) -> Floats:
        """The height of the surface at each place."""
        return (_raw_height(self, lat, lon) - self.mean) / self.scale


def spatial_field(rng: np.random.Generator, lat: Floats, lon: Floats) -> Field:
    """A surface made of bumps around randomly chosen enterprises, standardised over all of them."""
    centre = rng.integers(len(lat), size=_BUMPS)
    raw = Field(lat[centre], lon[centre], rng.standard_normal(_BUMPS), 0.0, 1.0)
    heights = _raw_height(raw, lat, lon)
    return Field(raw.lat, raw.lon, raw.height, float(heights.mean()), float(heights.std()) or 1.0)


def _raw_height(field: Field, lat: Floats, lon: Floats) -> Floats:
    squared = (lat[:, None] - field.lat) ** 2 + (lon[:, None] - field.lon) ** 2
    return np.exp(-squared / (2 * _BUMP_DEGREES**2)) @ field.height
