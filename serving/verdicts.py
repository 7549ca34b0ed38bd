"""What a release says about each row of a frame: status, tier, margin, probability, interval, source, rules.

The population and records sent along with a request go through this one function, so they cannot disagree.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.build import Frame
from model.calibration import probability_of
from model.grades import GRADE_INDICATORS
from model.point_table import point_ranks, points_of
from model.routing import Route
from model.saved import SavedModel
from model.tiers import HIGH_RANK, NO_TIER, hard_rule_hits, is_borderline, tier_ranks
from serving.release import Release

STATUSES = ("unknown", "scored", "out_of_scope", "no_model")
SOURCES = ("", "module", "superior", "sector", "general", "point_table", "hard_rule", "override", "provincial")
"""Codes are positions, so new ones stand at the end. Overrides enter with reviews."""
SCHEME_OF_SOURCE = {
    "module": "provincial_professional",
    "superior": "superior",
    "provincial": "provincial_general",
}
"""Whose grades a source passes on; the other sources are our own."""

CHUNK_ROWS = 16_384
"""Rows of one sector that a thread works on at once: each matrix of them has some 50 MB, and it holds several."""


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


def judge(frame: Frame, release: Release, *, threads: int = 1) -> Verdicts:
    """Give every row of the frame its verdict.

    Rows out of scope by type, code or registration state get no tier; nor do rows whose sector no standard names
    (`no_model`). Where the release routes a sector to a provincial module or a superior bureau at the frame's date, an
    enterprise's latest grade in force is its tier, without margin or probability; an enterprise without a grade is
    answered by our own source. Where that is a point table that the standard lacks, the provincial general grade is
    the tier, and without one there is none (`no_model`). Hard rules outrank all of these.

    Raises
    ------
    ModelError
        If the frame lacks an indicator of a model's schema, a hard rule or a point table.
    """
    verdicts = _nothing(len(frame.keys))
    served = frame.in_cohort
    verdicts.status[~served] = STATUSES.index("out_of_scope")

    def judge_rows(sector: str, rows: NDArray[np.intp]) -> None:
        model = release.model_of(sector)
        if model is None:
            verdicts.status[rows] = STATUSES.index("no_model")
        else:
            _judge_rows(verdicts, rows, frame, model, release.routing.route_of(sector, frame.as_of))

    by_sector(frame, served, judge_rows, threads)
    return verdicts


def by_sector(
    frame: Frame, chosen: NDArray[np.bool_], work: Callable[[str, NDArray[np.intp]], None], threads: int
) -> None:
    """Have the chosen rows of each sector worked on, at most CHUNK_ROWS at a time, by so many threads."""
    codes, sectors = pd.factorize(frame.keys["sector"])
    members = [(str(sector), np.flatnonzero(chosen & (codes == code))) for code, sector in enumerate(sectors)]
    chunks = [
        (sector, rows[start : start + CHUNK_ROWS])
        for sector, rows in members
        for start in range(0, len(rows), CHUNK_ROWS)
    ]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda chunk: work(*chunk), chunks))


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


def _judge_rows(
    verdicts: Verdicts,
    rows: NDArray[np.intp],
    frame: Frame,
    model: SavedModel,
    route: Route | None,
) -> None:
    needed = model.standard.rule_indicators
    facts = frame.columns(needed, rows)
    is_graded = np.zeros(len(rows), dtype=np.bool_)
    if route is not None and route.source != "general":
        is_graded = _apply_grades(verdicts, rows, frame, route.source)
    own = rows[~is_graded]
    if model.level == "point_table":
        _apply_point_table(verdicts, own, facts[~is_graded], frame, model)
    elif len(own):
        _apply_model(verdicts, own, frame.columns(model.indicators, own), model)
    hits = hard_rule_hits(model.standard, facts, needed)
    verdicts.rules[rows] = hits @ (1 << np.arange(hits.shape[1], dtype=np.uint32))
    hit = rows[hits.any(axis=1)]
    verdicts.status[hit] = STATUSES.index("scored")
    verdicts.source[hit] = SOURCES.index("hard_rule")
    verdicts.tier[hit] = HIGH_RANK


def _apply_grades(verdicts: Verdicts, rows: NDArray[np.intp], frame: Frame, source: str) -> NDArray[np.bool_]:
    """Give each row that has a grade of the source's scheme the tier it stands for; which rows have one?"""
    ranks = frame.columns((GRADE_INDICATORS[SCHEME_OF_SOURCE[source]],), rows)[:, 0]
    is_graded = ~np.isnan(ranks)
    graded = rows[is_graded]
    verdicts.tier[graded] = ranks[is_graded].astype(np.uint8)
    verdicts.status[graded] = STATUSES.index("scored")
    verdicts.source[graded] = SOURCES.index(source)
    return is_graded


def _apply_model(verdicts: Verdicts, rows: NDArray[np.intp], matrix: NDArray[np.float64], model: SavedModel) -> None:
    assert model.calibration is not None, "only point tables come without a calibration"
    raw = model.raw_margins(matrix)
    interval = model.calibration.interval(raw)
    verdicts.margin[rows] = model.calibration.margins(raw)
    verdicts.probability[rows] = probability_of(verdicts.margin[rows])
    verdicts.low[rows], verdicts.high[rows] = interval[:, 0], interval[:, 1]
    verdicts.tier[rows] = tier_ranks(verdicts.probability[rows], model.standard.cuts)
    verdicts.borderline[rows] = is_borderline(interval, model.standard.cuts)
    verdicts.status[rows] = STATUSES.index("scored")
    verdicts.source[rows] = SOURCES.index(model.level)


def _apply_point_table(
    verdicts: Verdicts, rows: NDArray[np.intp], facts: NDArray[np.float64], frame: Frame, model: SavedModel
) -> None:
    table = model.standard.point_table
    if table is None:
        verdicts.status[rows] = STATUSES.index("no_model")
        _apply_grades(verdicts, rows, frame, "provincial")
        return
    verdicts.tier[rows] = point_ranks(table, points_of(table, facts, model.standard.rule_indicators))
    verdicts.status[rows] = STATUSES.index("scored")
    verdicts.source[rows] = SOURCES.index("point_table")
