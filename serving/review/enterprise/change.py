"""Why did the margin change between two snapshots? A telescoping split whose parts add up to the difference.

One thing is exchanged at a time, from how things stood at the earlier date to how they stand at the later one, and each
part is what the margin moves by in that step. The order is that in which the causes come about, so that each step is a
state that could have been:

1. time: the records of then, looked at on the later date (windows close, terms end, ages grow). It must come first,
   since later records count at the later date only.
2. records: what became known, was corrected, withdrawn or repaired since.
3. peers: the comparison tables of the later population. The enterprise's own records come before what others did.
4. model: the later model on the same indicators, under the earlier calibration.
5. calibration: the later one. It belongs to its model, so it comes last.

Where indicators interact another order would share the same difference out in another way; the sum is the same in any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.peers import Peers
from model.saved import SavedModel
from records.errors import ModelError
from serving.review.enterprise.actions import Frames
from serving.review.enterprise.history import Standpoint
from serving.review.enterprise.own_records import own_records
from serving.review.enterprise.variants import build_variants
from serving.snapshot import Snapshot

Cause = Literal["time", "records", "peers", "model", "calibration"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
"""In the order of the telescope."""
CAUSE_WORDS: Mapping[Cause, tuple[str, str]] = {
    "time": ("时间推移（记录不变）", "passing time, the records unchanged"),
    "records": ("新增、撤销或修复的记录", "records that came, were withdrawn or repaired"),
    "peers": ("同领域企业的变化", "the enterprises compared with"),
    "model": ("模型更新", "another model"),
    "calibration": ("校准更新", "another calibration"),
}

Values = NDArray[np.float64]
Row = Mapping[str, float]


@dataclass(frozen=True)
class Split:
    """The margins at both dates and what each cause adds; `parts` sum to `after - before`."""

    before: float
    after: float
    parts: Mapping[Cause, float]


def split_change(earlier: Standpoint, later: Standpoint, enterprise_id: str, sector: str) -> Split | None:
    """The split of the margin's change; null where one of the two dates has none, or it cannot be built any more.

    It cannot where the earlier release is gone, a model asks for indicators that this version does not have, or the
    register had the enterprise in the sector only after the earlier date.
    """
    models = [_model(standpoint, sector) for standpoint in (earlier, later)]
    if models[0] is None or models[1] is None:
        return None
    try:
        states = _states(earlier, later, enterprise_id, sector)
        return None if states is None else telescope(models[0], models[1], states)
    except (KeyError, ValueError, OSError, ModelError):
        # A snapshot or a model of an earlier version lacks a subject, a column or an indicator of this one.
        return None


def _model(standpoint: Standpoint, sector: str) -> SavedModel | None:
    """The model that gave the margin; null where none did."""
    if standpoint.release is None or np.isnan(standpoint.snapshot.columns["margin"][standpoint.row]):
        return None
    return standpoint.release.model_of(sector)


def _states(earlier: Standpoint, later: Standpoint, enterprise_id: str, sector: str) -> list[Row] | None:
    """The indicators as they stood, after time, after records, and after peers; null if one of them has no row.

    What was not exchanged is not built again: the row before it stands.
    """
    records = [own_records(one.snapshot, enterprise_id).frames for one in (earlier, later)]
    peers = earlier.snapshot.peers()
    at_later_date = replace(peers, as_of=later.as_of)
    first, last = _row(earlier), _row(later)

    def built(frames: Frames) -> Row | None:
        variants = build_variants(enterprise_id, [frames], later.as_of, at_later_date)
        frame = variants.of_sector(sector)
        return dict(zip(frame.names, frame.values[0].astype(np.float64), strict=True)) if len(frame.keys) else None

    aged = first if earlier.as_of == later.as_of else built(records[0])
    renewed = aged if same_records(*records) else built(records[1])
    if aged is None or renewed is None:
        return None
    compared = renewed if _same_peers(peers, later.snapshot) else last
    return [first, aged, renewed, compared]


def _row(standpoint: Standpoint) -> Row:
    snapshot = standpoint.snapshot
    return dict(zip(snapshot.indicators, snapshot.frame[standpoint.row].astype(np.float64), strict=True))


def telescope(before: SavedModel, after: SavedModel, states: Sequence[Row]) -> Split:
    """The split over the indicators as they stood, after time, after records and after peers, in this order."""
    assert before.calibration is not None, "a margin came from it"
    assert after.calibration is not None, "a margin came from it"
    old = [before.margins(_matrix(before, state))[0] for state in states]
    raw = after.raw_margins(_matrix(after, states[-1]))
    new_model, new = before.calibration.margins(raw)[0], after.calibration.margins(raw)[0]
    margins = [*old, new_model, new]
    steps = np.diff(margins)
    return Split(float(margins[0]), float(new), dict(zip(CAUSES, map(float, steps), strict=True)))


def _matrix(model: SavedModel, row: Row) -> Values:
    return np.array([[row[name] for name in model.indicators]], dtype=np.float64)


def same_records(before: Frames, after: Frames) -> bool:
    """Whether two sets of records of an enterprise are the same, in whatever order."""
    return all(_sorted(before[name]).equals(_sorted(after[name])) for name in before)


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    """In one order; lists are sorted by as they print."""
    keys = [name for name in ("record_id", "valid_from", "known_at") if name in rows.columns]
    return rows.sort_values(keys, ignore_index=True).map(lambda value: str(value))


def _same_peers(peers: Peers, snapshot: Snapshot) -> bool:
    other = snapshot.peers()
    return peers.tables.keys() == other.tables.keys() and all(
        table.equals(other.tables[name]) for name, table in peers.tables.items()
    )
