"""Which rows of a snapshot are asked for, found piece by piece: a column is never read whole for one page of it."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from serving.access.scope import Scope
from serving.scorer import Scorer
from serving.snapshot import Snapshot


def wanted_rows(scorer: Scorer, wanted: Scope, step: int, after: str | None = None) -> Iterator[NDArray[np.int64]]:
    """The rows in a scope, ascending, those of `step` rows at a time; pieces without any are left out.

    With `after` only the rows of enterprises behind that id, in the order of their UTF-8 bytes, whether or not the
    snapshot knows it.
    """
    snapshot = scorer.snapshot
    codes = snapshot.columns["sector"]
    is_wanted = _wanted_sectors(snapshot, wanted)
    in_stations = None if wanted.stations is None else scorer.in_stations(wanted.stations)
    for start in range(_first_row(snapshot, after), len(codes), step):
        piece = slice(start, start + step)
        chosen = is_wanted[codes[piece]]
        if in_stations is not None:
            chosen &= in_stations[piece]
        if chosen.any():
            yield start + np.flatnonzero(chosen)


def rows_of_ids(
    scorer: Scorer, enterprise_ids: Sequence[str], wanted: Scope
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each result its place among the ids, ascending, and its row; an id without any in the scope has row -1."""
    snapshot, in_sight = scorer.snapshot, scorer.is_visible(wanted)
    positions = snapshot.positions(enterprise_ids)
    first = snapshot.first_row[positions]
    sizes = np.where(positions >= 0, snapshot.first_row[positions + 1] - first, 0)
    asked = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.arange(len(asked)) + (first + sizes - np.cumsum(sizes))[asked]
    is_kept = _wanted_sectors(snapshot, wanted)[snapshot.columns["sector"][rows]]
    if in_sight is not None:
        is_kept &= in_sight[rows]
    asked, rows = asked[is_kept], rows[is_kept]
    absent = np.flatnonzero(np.bincount(asked, minlength=len(sizes)) == 0)
    places = np.searchsorted(asked, absent)
    return np.insert(asked, places, absent), np.insert(rows, places, -1)


def owners_of(snapshot: Snapshot, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The position among `snapshot.ids` of the enterprise that each row is of."""
    return np.searchsorted(snapshot.first_row, rows, side="right") - 1


def _first_row(snapshot: Snapshot, after: str | None) -> int:
    if after is None:
        return 0
    # Cut to the column's width an id still stands behind each one that it begins with.
    cut = np.array(after.encode("utf-8", "surrogatepass"), dtype=snapshot.ids.dtype)
    return int(snapshot.first_row[np.searchsorted(snapshot.ids, cut, side="right")])


def _wanted_sectors(snapshot: Snapshot, wanted: Scope) -> NDArray[np.bool_]:
    return np.array([wanted.has_sector(sector) for sector in snapshot.sectors], dtype=bool)
