"""What a sampling module sends and gets of draws, as strict models and as the description shows them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from serving.contract.answers import Header
from serving.reading import EnterpriseId, Strict
from serving.requests import Day, SectorId

MAX_STRATA = 1_000
MAX_POOL = 10**8
MAX_UNITS = 100_000
MAX_TEAM = 200
MAX_ENTRIES = 10_000

DrawId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}$")]
"""The sender's own id of a draw; it stands in an address, so it is made of letters that may."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
TierId = Literal["low", "medium", "medium_high", "high"]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
InspectorId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
Seed = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"),
]
"""As it was published, without blanks around it."""
Station = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Stratum(Strict):
    """One tier at one station (null: those without one): how many are in the pool, and how many are to be drawn.

    Each of its `pool_size` enterprises has the `inclusion_probability`, in (0, 1]; `sample_size` is what follows from
    it, rounded up or down. With `certainty` it is the part of the tier and station that is checked whatever the seed
    says, such as for a statutory minimum: its probability is 1.
    """

    tier: TierId
    station: Station | None
    certainty: bool = False
    pool_size: int = Field(ge=1, le=MAX_POOL)
    sample_size: int = Field(ge=0, le=MAX_POOL)
    inclusion_probability: float = Field(gt=0, le=1)


class DrawRequest(Strict):
    """A draw before it is drawn.

    `snapshot` and `as_of` name the tiers that it rests on. `pool_hash` is SHA-256 over the ids of the pool in the
    order of their UTF-8 bytes, each followed by a line feed; `pool_size` is how many there are. `files_hash` is SHA-256
    over the files that say who is in which stratum and who may inspect, if there are any (docs/draws.md). `seed_source`
    says where the seed will come from, `seed_at` when it will exist, with its zone: nobody knows it yet.
    """

    draw_id: DrawId
    sector: SectorId
    as_of: Day
    snapshot: Digest
    pool_hash: Digest
    pool_size: int = Field(ge=1, le=MAX_POOL)
    files_hash: Digest | None = None
    strata: list[Stratum] = Field(min_length=1, max_length=MAX_STRATA)
    seed_source: Words
    seed_at: AwareDatetime


class DrawAnswer(BaseModel):
    """A draw as it was registered, with the entry of the audit log (number and digest) that proves when."""

    draw_id: str
    registered_at: datetime
    entry: int
    entry_digest: str
    draw: DrawRequest


class PlannedUnit(Strict):
    """An enterprise that was drawn, as its stratum was registered, and the ids of at least two who inspect it."""

    enterprise_id: EnterpriseId
    tier: TierId
    station: Station | None
    certainty: bool = False
    inclusion_probability: float = Field(gt=0, le=1)
    inspectors: list[InspectorId] = Field(min_length=2, max_length=MAX_TEAM)


class PlanRequest(Strict):
    """What came of a draw: the seed as it was published, and everybody whom it drew."""

    seed: Seed
    units: list[PlannedUnit] = Field(min_length=1, max_length=MAX_UNITS)


class PlanAnswer(BaseModel):
    """What came of a draw as it was handed in, with the entry of the audit log that proves when."""

    draw_id: str
    received_at: datetime
    entry: int
    entry_digest: str
    plan: PlanRequest


class PoolQuery(Strict):
    """The page behind the enterprise `after`, at most `limit` entries (1,000), of this snapshot alone (digest)."""

    after: EnterpriseId | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_ENTRIES)] = 1_000
    snapshot: Digest | None = None


class PoolEntry(BaseModel):
    """What decides on a draw of an enterprise; null where the register says nothing, days ascending.

    `checked_on` are the days of its checks in the sector, `visited_on` those of checks in any sector in the year of the
    as-of date, `drawn_on` the days of that year on which it was drawn in the sector. Void visits are none.
    """

    enterprise_id: str
    station: str | None
    state: str | None
    established_on: date | None
    checked_on: list[date]
    visited_on: list[date]
    drawn_on: list[date]


class PoolAnswer(Header):
    """A page of a sector's enterprises, also of those without a tier; `next` is `after` of the page behind it."""

    sector: str
    entries: list[PoolEntry]
    next: str | None


EXAMPLE_DRAW = {
    "draw_id": "2026-03-food-01",
    "sector": "food_operation",
    "as_of": "2026-03-01",
    "snapshot": "3b1f" + "0" * 60,
    "pool_hash": "9a0c" + "0" * 60,
    "pool_size": 1210,
    "files_hash": "51e8" + "0" * 60,
    "strata": [
        {
            "tier": "low",
            "station": "城东所",
            "certainty": True,
            "pool_size": 10,
            "sample_size": 10,
            "inclusion_probability": 1.0,
        },
        {
            "tier": "low",
            "station": "城东所",
            "pool_size": 1000,
            "sample_size": 30,
            "inclusion_probability": 0.03,
        },
        {
            "tier": "high",
            "station": "城东所",
            "pool_size": 200,
            "sample_size": 100,
            "inclusion_probability": 0.5,
        },
    ],
    "seed_source": "体彩排列五第26055期 the lottery's draw 26055",
    "seed_at": "2026-03-05T20:30:00+08:00",
}
EXAMPLE_ANSWER = {
    "draw_id": "2026-03-food-01",
    "registered_at": "2026-03-04T09:30:00+08:00",
    "entry": 4711,
    "entry_digest": "77d2" + "0" * 60,
    "draw": EXAMPLE_DRAW,
}

_MEMBERS = [("A", "low", True, 1.0, 10), ("B", "low", False, 0.03, 30), ("C", "high", False, 0.5, 100)]
EXAMPLE_PLAN = {
    "seed": "3 1 4 1 5",
    "units": [
        {
            "enterprise_id": f"{name}{number:03d}",
            "tier": tier,
            "station": "城东所",
            "inclusion_probability": probability,
            "inspectors": ["JC01", "JC07"],
        }
        | ({"certainty": True} if is_certain else {})
        for name, tier, is_certain, probability, count in _MEMBERS
        for number in range(count)
    ],
}
EXAMPLE_PLAN_ANSWER = {
    "draw_id": "2026-03-food-01",
    "received_at": "2026-03-05T21:00:00+08:00",
    "entry": 4730,
    "entry_digest": "0c1e" + "0" * 60,
    "plan": EXAMPLE_PLAN,
}
EXAMPLE_POOL_ANSWER = {
    "release": "8c5a" + "0" * 60,
    "snapshot": "3b1f" + "0" * 60,
    "as_of": "2026-03-01",
    "sector": "food_operation",
    "entries": [
        {
            "enterprise_id": "91440511MA0000015A",
            "station": "城东所",
            "state": "active",
            "established_on": "2019-05-06",
            "checked_on": ["2023-04-11", "2026-01-20"],
            "visited_on": ["2026-01-20"],
            "drawn_on": [],
        }
    ],
    "next": None,
}
