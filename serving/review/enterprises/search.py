"""Which rows a visitor asked for, and one page of them."""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, StringConstraints

from model.tiers import TIERS, TierId
from serving.access.scope import Scope
from serving.reading import Strict
from serving.requests import SectorId
from serving.review.enterprises.columns import Mask, Rows, TableColumns
from serving.review.enterprises.states import Standing, State

PAGE_ROWS = 50
MAX_PAGE = 10**6

Text = Annotated[str, StringConstraints(min_length=1, max_length=64, strip_whitespace=True)]


class Search(Strict):
    """What the table is asked for: each field left out means all."""

    id: Text | None = None
    sector: SectorId | None = None
    tier: TierId | None = None
    station: Text | None = None
    source: Text | None = None
    borderline: Literal["yes"] | None = None
    state: State | None = None
    sort: Literal["risk", "probability", "id"] = "risk"
    page: int = Field(default=1, ge=1, le=MAX_PAGE)


@dataclass(frozen=True)
class Found:
    """One page of the rows that were found: their positions in the snapshot, and how many there are in all."""

    rows: Rows
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are; one where nothing was found."""
        return max(1, -(-self.total // PAGE_ROWS))


def find(columns: TableColumns, standing: Standing, search: Search, scope: Scope) -> Found:
    """The rows in the visitor's scope that the search asks for; a page past the last is the last."""
    is_wanted = visible(columns, scope)
    if search.id is not None:
        is_wanted &= columns.with_id(search.id)
    if search.sector is not None:
        is_wanted &= columns.in_sectors({search.sector})
    if search.station is not None:
        is_wanted &= columns.in_stations({search.station})
    if search.tier is not None:
        is_wanted &= standing.ranks == next(tier.rank for tier in TIERS if tier.id == search.tier)
    if search.source is not None:
        is_wanted &= standing.from_source(search.source)
    if search.borderline is not None:
        is_wanted &= columns.snapshot.columns["borderline"]
    if search.state is not None:
        is_wanted &= standing.rows_in(search.state)
    return _page(_ordered(columns, standing, search.sort, is_wanted), search.page)


def visible(columns: TableColumns, scope: Scope) -> Mask:
    """Which rows are in a scope."""
    is_seen = np.ones(len(columns.owner), dtype=np.bool_)
    if scope.sectors is not None:
        is_seen &= columns.in_sectors(scope.sectors)
    if scope.stations is not None:
        is_seen &= columns.in_stations(scope.stations)
    return is_seen


def _ordered(columns: TableColumns, standing: Standing, sort: str, is_wanted: Mask) -> Rows:
    if sort == "id":
        return np.flatnonzero(is_wanted)
    order = standing.by_risk if sort == "risk" else columns.by_probability
    return np.asarray(order[is_wanted[order]])


def _page(rows: Rows, page: int) -> Found:
    last = max(1, -(-len(rows) // PAGE_ROWS))
    shown = min(page, last)
    return Found(rows[(shown - 1) * PAGE_ROWS : shown * PAGE_ROWS], len(rows), shown)
