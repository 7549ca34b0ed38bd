"""Comparable enterprises: those of the same sector that are near in margin, and near it for the same reasons.

The distance of two enterprises is in log-odds: how far their margins lie apart, plus, over the indicators that either
has among its strongest reasons, how far the contributions lie apart (an indicator that is not among them counts as 0).
Only the rows nearest in margin are compared by their reasons, so that it is cheap in any population.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.catalogue.everything import BY_NAME
from features.indicator import Indicator
from model.tiers import TIERS, Tier
from serving.snapshot import Snapshot

CANDIDATES = 256
"""How many of the nearest in margin are compared by their reasons (project decision)."""


@dataclass(frozen=True)
class Comparable:
    """One comparable enterprise: what the model says of it, and how far it is away in log-odds."""

    enterprise_id: str
    tier: Tier
    margin: float
    probability: float
    distance: float
    shared: tuple[Indicator, ...]
    """What is among the strongest reasons of both."""


def comparable(
    snapshot: Snapshot, row: int, count: int = 5, is_visible: NDArray[np.bool_] | None = None
) -> tuple[Comparable, ...]:
    """The `count` nearest other rows of the row's sector, the nearest first; none for a row without a margin.

    `is_visible` says which rows the caller may see; null: all.
    """
    columns = snapshot.columns
    margin = columns["margin"]
    if np.isnan(margin[row]):
        return ()
    may_be = (columns["sector"] == columns["sector"][row]) & ~np.isnan(margin)
    if is_visible is not None:
        may_be &= is_visible
    may_be[row] = False
    rows = np.flatnonzero(may_be)
    apart = np.abs(margin[rows] - margin[row])
    if len(rows) > CANDIDATES:
        nearest = np.argpartition(apart, CANDIDATES)[:CANDIDATES]
        rows, apart = rows[nearest], apart[nearest]
    own = _reasons(snapshot, row)
    distances = [
        gap + _apart(own, _reasons(snapshot, other)) for gap, other in zip(apart.tolist(), rows.tolist(), strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda at: (distances[at], int(rows[at])))[:count]
    return tuple(_told(snapshot, int(rows[at]), distances[at], own) for at in order)


def _reasons(snapshot: Snapshot, row: int) -> dict[int, float]:
    """The contributions of a row's strongest reasons, by the indicator's position."""
    positions = snapshot.columns["reason_indicator"][row].tolist()
    parts = snapshot.columns["reason_contribution"][row].tolist()
    return {position: part for position, part in zip(positions, parts, strict=True) if position >= 0}


def _apart(one: dict[int, float], other: dict[int, float]) -> float:
    return sum(abs(one.get(position, 0.0) - other.get(position, 0.0)) for position in one.keys() | other.keys())


def _told(snapshot: Snapshot, row: int, distance: float, own: dict[int, float]) -> Comparable:
    owner = int(np.searchsorted(snapshot.first_row, row, side="right")) - 1
    shared = [position for position in _reasons(snapshot, row) if position in own]
    return Comparable(
        enterprise_id=snapshot.ids[owner].decode(),
        tier=TIERS[int(snapshot.columns["tier"][row]) - 1],
        margin=float(snapshot.columns["margin"][row]),
        probability=float(snapshot.columns["probability"][row]),
        distance=float(distance),
        shared=tuple(BY_NAME[snapshot.indicators[position]] for position in shared),
    )
