"""What a sampling module sends and gets of a draw, as strict models and as the description shows them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from serving.reading import Strict
from serving.requests import Day, SectorId

MAX_STRATA = 1_000
MAX_POOL = 10**8

DrawId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}$")]
"""The sender's own id of a draw; it stands in an address, so it is made of letters that may."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
TierId = Literal["low", "medium", "medium_high", "high"]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Station = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Stratum(Strict):
    """One tier at one station (null: those without one): how many are in the pool, and how many are to be drawn.

    Each of its `pool_size` enterprises has the `inclusion_probability`, in (0, 1]; `sample_size` is what follows from
    it, rounded up or down.
    """

    tier: TierId
    station: Station | None
    pool_size: int = Field(ge=1, le=MAX_POOL)
    sample_size: int = Field(ge=0, le=MAX_POOL)
    inclusion_probability: float = Field(gt=0, le=1)


class DrawRequest(Strict):
    """A draw before it is drawn.

    `snapshot` and `as_of` name the tiers that it rests on. `pool_hash` is SHA-256 over the ids of the pool in the
    order of their UTF-8 bytes, each followed by a line feed; `pool_size` is how many there are. `seed_source` says
    where the seed will come from, `seed_at` when it will exist, with its zone: nobody knows it yet.
    """

    draw_id: DrawId
    sector: SectorId
    as_of: Day
    snapshot: Digest
    pool_hash: Digest
    pool_size: int = Field(ge=1, le=MAX_POOL)
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


EXAMPLE_DRAW = {
    "draw_id": "2026-03-food-01",
    "sector": "food_operation",
    "as_of": "2026-03-01",
    "snapshot": "3b1f" + "0" * 60,
    "pool_hash": "9a0c" + "0" * 60,
    "pool_size": 1200,
    "strata": [
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
