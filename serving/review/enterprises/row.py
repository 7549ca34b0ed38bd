"""One enterprise in one sector as the pages show it, and who may see it."""

from dataclasses import dataclass

import numpy as np
from starlette.requests import Request

from features.catalogue.everything import BY_NAME
from features.indicator import Indicator
from model.standard import Standard
from model.tiers import Tier, tier_of_rank
from records.errors import RequestError
from serving.decisions.overlay import Overlay
from serving.in_service import scorer_of
from serving.results import Result
from serving.review.desk import desk_of
from serving.review.enterprises.columns import TableColumns
from serving.review.enterprises.states import Standing
from serving.review.visitor import Visitor
from serving.scorer import Scorer

SHOWN_REASONS = 2


@dataclass(frozen=True)
class Row:
    """The service's answer, with what is shown beside it.

    `standard` is null where no standard names the sector, `station` empty where the enterprise has none. `raised_by`
    are the strongest of the indicators that raise the risk.
    """

    result: Result
    standard: Standard | None
    station: str
    raised_by: tuple[Indicator, ...]

    @property
    def tier(self) -> Tier | None:
        """The tier, overrides laid over it; null without one."""
        return self._tier(self.result["tier_rank"])

    @property
    def model_tier(self) -> Tier | None:
        """The tier that the model, a table, another system or a rule gives by itself."""
        override = self.result["override"]
        return self.tier if override is None else self._tier(override["model_tier_rank"])

    @property
    def model_source(self) -> str:
        """What that tier comes from."""
        override = self.result["override"]
        return str(self.result["source"] if override is None else override["model_source"])

    @staticmethod
    def _tier(rank: int | None) -> Tier | None:
        return None if rank is None else tier_of_rank(rank)


def rows_at(scorer: Scorer, columns: TableColumns, positions: np.ndarray) -> list[Row]:
    """The rows at these positions of the snapshot."""
    keys = [columns.key_of(position) for position in positions.tolist()]
    results = scorer.at_rows(keys, positions)
    return [
        Row(result, _standard(scorer, key[1]), columns.stations[columns.station[at]], _raised_by(scorer, at))
        for result, key, at in zip(results, keys, positions.tolist(), strict=True)
    ]


def row_of(request: Request, visitor: Visitor, enterprise_id: str, sector: str) -> Row:
    """The row of an enterprise in a sector; RequestError (404) alike for one unknown and one outside the scope."""
    scorer = scorer_of(request)
    columns = desk_of(request).columns_of(scorer.snapshot)
    at = columns.row_of(enterprise_id, sector)
    scope = visitor.scope
    if at is None or not scope.has_sector(sector) or not scope.has_station(columns.stations[columns.station[at]]):
        raise RequestError(
            "unknown_enterprise",
            "enterprise",
            "An enterprise and sector must be in the snapshot and in the token's scope; look it up in the table.",
            404,
        )
    return rows_at(scorer, columns, np.array([at]))[0]


def standing_of(request: Request) -> Standing:
    """Where people stand with every row of the snapshot in service."""
    overlay: Overlay = request.app.state.overlay
    in_force = overlay.in_force()
    return Standing(desk_of(request).columns_of(scorer_of(request).snapshot), overlay.rulings, in_force)


def _standard(scorer: Scorer, sector: str) -> Standard | None:
    model = scorer.release.model_of(sector)
    return None if model is None else model.standard


def _raised_by(scorer: Scorer, row: int) -> tuple[Indicator, ...]:
    columns = scorer.snapshot.columns
    pairs = zip(columns["reason_indicator"][row].tolist(), columns["reason_contribution"][row].tolist(), strict=True)
    names = [scorer.snapshot.indicators[position] for position, part in pairs if position >= 0 and part > 0]
    return tuple(BY_NAME[name] for name in names[:SHOWN_REASONS])
