"""What a release says about each row of a frame: status, tier, margin, probability, interval, source, rules.

The population and records sent along with a request go through this one function, so they cannot disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from features.build import Frame
from model.calibration import probability_of
from model.point_table import point_ranks, points_of
from model.saved import SavedModel
from model.tiers import HIGH_RANK, NO_TIER, hard_rule_hits, is_borderline, tier_ranks
from serving.release import Release

STATUSES = ("unknown", "scored", "out_of_scope", "no_model")
SOURCES = ("", "module", "superior", "sector", "general", "point_table", "hard_rule", "override")
"""Codes are positions. Modules, superior systems and overrides enter with routing and reviews."""

CHUNK_ROWS = 8192

Tick = Callable[[int], None]


@dataclass(frozen=True)
class Verdicts:
    """One entry per row of a frame, in the frame's order.

    `status` and `source` are positions in STATUSES and SOURCES; `tier` is a rank, NO_TIER without one. `margin`,
    `probability`, `low` and `high` (the interval's ends) are NaN where the source has none. Bit i of `rules` is
    set where the standard's hard rule i holds.
    """

    status: NDArray[np.uint8]
    tier: NDArray[np.uint8]
    margin: NDArray[np.float64]
    probability: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    borderline: NDArray[np.bool_]
    source: NDArray[np.uint8]
    rules: NDArray[np.uint32]


VERDICT_COLUMNS = tuple(field.name for field in fields(Verdicts))


def judge(frame: Frame, release: Release, *, threads: int = 1, on_rows: Tick | None = None) -> Verdicts:
    """Give every row of the frame its verdict.

    Rows out of scope by type or registration state get no tier; nor do rows whose sector no standard names, or
    whose source is a point table that the standard lacks (`no_model`). `on_rows` is told how many rows were
    judged since it was last called.

    Raises
    ------
    ModelError
        If the frame lacks an indicator of a model's schema, a hard rule or a point table.
    """
    verdicts = _nothing(len(frame.keys))
    served = frame.in_cohort
    verdicts.status[~served] = STATUSES.index("out_of_scope")
    sectors = frame.keys["sector"].to_numpy()
    for sector in np.unique(sectors[served].astype(str)):
        rows = np.flatnonzero(served & (sectors == sector))
        model = release.model_of(str(sector))
        for start in range(0, len(rows), CHUNK_ROWS):
            chunk = rows[start : start + CHUNK_ROWS]
            if model is None:
                verdicts.status[chunk] = STATUSES.index("no_model")
            else:
                _judge_rows(verdicts, chunk, frame, model, threads)
            if on_rows is not None:
                on_rows(len(chunk))
    return verdicts


def _nothing(count: int) -> Verdicts:
    return Verdicts(
        status=np.zeros(count, dtype=np.uint8),
        tier=np.full(count, NO_TIER, dtype=np.uint8),
        margin=np.full(count, np.nan),
        probability=np.full(count, np.nan),
        low=np.full(count, np.nan),
        high=np.full(count, np.nan),
        borderline=np.zeros(count, dtype=np.bool_),
        source=np.zeros(count, dtype=np.uint8),
        rules=np.zeros(count, dtype=np.uint32),
    )


def _judge_rows(verdicts: Verdicts, rows: NDArray[np.intp], frame: Frame, model: SavedModel, threads: int) -> None:
    needed = model.standard.rule_indicators
    facts = matrix_of(frame, rows, needed)
    if model.level == "point_table":
        _apply_point_table(verdicts, rows, facts, model)
    else:
        _apply_model(verdicts, rows, matrix_of(frame, rows, model.indicators), model, threads)
    hits = hard_rule_hits(model.standard, facts, needed)
    verdicts.rules[rows] = hits @ (1 << np.arange(hits.shape[1], dtype=np.uint32))
    hit = rows[hits.any(axis=1)]
    verdicts.status[hit] = STATUSES.index("scored")
    verdicts.source[hit] = SOURCES.index("hard_rule")
    verdicts.tier[hit] = HIGH_RANK


def _apply_model(
    verdicts: Verdicts, rows: NDArray[np.intp], matrix: NDArray[np.float64], model: SavedModel, threads: int
) -> None:
    assert model.calibration is not None, "only point tables come without a calibration"
    raw = model.raw_margins(matrix, threads)
    interval = model.calibration.interval(raw)
    verdicts.margin[rows] = model.calibration.margins(raw)
    verdicts.probability[rows] = probability_of(verdicts.margin[rows])
    verdicts.low[rows], verdicts.high[rows] = interval[:, 0], interval[:, 1]
    verdicts.tier[rows] = tier_ranks(verdicts.probability[rows], model.standard.cuts)
    verdicts.borderline[rows] = is_borderline(interval, model.standard.cuts)
    verdicts.status[rows] = STATUSES.index("scored")
    verdicts.source[rows] = SOURCES.index(model.level)


def _apply_point_table(
    verdicts: Verdicts, rows: NDArray[np.intp], facts: NDArray[np.float64], model: SavedModel
) -> None:
    table = model.standard.point_table
    if table is None:
        verdicts.status[rows] = STATUSES.index("no_model")
        verdicts.tier[rows] = NO_TIER
        return
    verdicts.tier[rows] = point_ranks(table, points_of(table, facts, model.standard.rule_indicators))
    verdicts.status[rows] = STATUSES.index("scored")
    verdicts.source[rows] = SOURCES.index("point_table")


def matrix_of(frame: Frame, rows: NDArray[np.intp], names: tuple[str, ...]) -> NDArray[np.float64]:
    """The named indicators of some rows, in that order, as a matrix for a model."""
    return replace(frame, keys=frame.keys.iloc[rows], values=frame.values[rows]).columns(names)
