"""What the release says of an enterprise under other records: same build, same judgement, the peers held fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.build import Frame
from serving.results import Result
from serving.review.enterprise.actions import Action, Frames, carried_out
from serving.review.enterprise.variants import build_variants
from serving.scorer import Scorer
from serving.verdicts import VERDICT_COLUMNS, judge


@dataclass(frozen=True)
class Rebuilt:
    """One result per set of actions, and the row of `frame` that it was judged on.

    A set under which the enterprise is not in the sector is answered `unknown`, and its row is -1.
    """

    results: tuple[Result, ...]
    rows: tuple[int, ...]
    frame: Frame


def rebuild(
    scorer: Scorer, enterprise_id: str, sector: str, frames: Frames, sets: Sequence[Sequence[Action]]
) -> Rebuilt:
    """The result of the enterprise in the sector under each set of actions; the empty set is how things stand.

    Raises RequestError as `carried_out` does.
    """
    snapshot = scorer.snapshot
    changed = [carried_out(frames, actions, snapshot.as_of) for actions in sets]
    with scorer.lock:
        variants = build_variants(enterprise_id, changed, snapshot.as_of, scorer.peers)
        frame, numbers = variants.of_sector(sector), variants.numbers_of(sector).tolist()
        verdicts = judge(frame, scorer.release)
    columns = {name: getattr(verdicts, name) for name in VERDICT_COLUMNS}
    judged = scorer.results.of_rows([(enterprise_id, sector)] * len(numbers), columns, np.arange(len(numbers)))
    row_of = {number: row for row, number in enumerate(numbers)}
    rows = tuple(row_of.get(number, -1) for number in range(len(sets)))
    unknown = scorer.results.unknown(enterprise_id, sector)
    return Rebuilt(tuple(judged[row] if row >= 0 else unknown for row in rows), rows, frame)
