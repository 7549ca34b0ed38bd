"""Has anything broken with the past? One look at what was answered, beside what was learned and answered before.

Inputs and margins are compared with those of the same season of the last year that the models could learn from;
probabilities and promises are judged by random inspections since; feeds by their own past; tiers by the last date that
was watched. What is expected of the answers is remembered, so that a later run can hold it against what was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from features.build import Frame, build_frame
from model.saved import SavedModel
from model.standard import GENERAL, Standard
from records.progress import Report, silent
from records.source import Records
from supervision.watch.drift import input_drift, margin_drift, side_of
from supervision.watch.estimates import estimates, truths
from supervision.watch.jumps import jumps
from supervision.watch.promises import calibration_kept, matured_draws, promises_kept
from supervision.watch.remembered import Entry, Remembered
from supervision.watch.silence import feeds
from training.backtest import score_cohort

USE_ROWS = 100
"""Enterprises of a sector whose contributions tell what its model leans on."""


@dataclass(frozen=True)
class Answered:
    """What was answered at a date, by which release and snapshot (digests).

    `frame` holds the indicators of everyone known; `answers` one row per enterprise and sector that has a tier:
    enterprise_id, sector, tier_rank, margin, probability, reasons and contributions. `models` are those of the release
    by sector, the general one included.
    """

    frame: Frame
    answers: pd.DataFrame
    models: Mapping[str, SavedModel]
    release: str
    snapshot: str

    @property
    def as_of(self) -> date:
        return self.frame.as_of


@dataclass(frozen=True)
class Watched:
    """What one look found, as tables (each as the function of its name gives it), and what was asked.

    `expected` are the estimates of now; `scored` has one row per earlier date, sector and figure: as_of, sector,
    figure, expected, found, n. `jumped_since` is the date that jumps start from; null where nothing was remembered.
    """

    as_of: date
    reference: date
    release: str
    snapshot: str
    inputs: pd.DataFrame
    margins: pd.DataFrame
    calibration: pd.DataFrame
    promises: pd.DataFrame
    feeds: pd.DataFrame
    jumps: pd.DataFrame
    jumped_since: date | None
    expected: Mapping[str, Mapping[str, Any]]
    scored: pd.DataFrame


def watch(
    records: Records,
    standards: Mapping[str, Standard],
    answered: Answered,
    ledger: Remembered,
    progress: Report = silent,
) -> Watched:
    """Look at what was answered, and remember it.

    `records` are accepted rows; of them only what was known before the answers' date is looked at. Where the records do
    not reach back to the reference, or nothing was remembered yet, the tables in question are empty.
    """
    as_of = answered.as_of
    steps = 4
    progress("参照期 reference", 0, steps)
    reference = reference_date(as_of, answered.models)
    past = build_frame(records, reference)
    progress("监测 watching", 1, steps)
    use = used(past, answered.models)
    progress("监测 watching", 2, steps)
    draws = matured_draws(records, standards, as_of, ledger)
    entries = ledger.before(as_of)
    progress("监测 watching", 3, steps)
    found = Watched(
        as_of,
        reference,
        answered.release,
        answered.snapshot,
        input_drift(side_of(past), side_of(answered.frame), use),
        margin_drift(score_cohort(past, answered.models), answered.answers),
        calibration_kept(draws, _latest_estimates(entries)),
        promises_kept(draws, standards),
        feeds(records, as_of),
        *_jumped(entries, ledger, answered),
        estimates(answered.answers, answered.models),
        _scores(entries, draws),
    )
    ledger.remember(Entry(as_of, answered.release, answered.snapshot, found.expected), answered.answers)
    progress("监测 watching", steps, steps)
    return found


def reference_date(as_of: date, models: Mapping[str, SavedModel]) -> date:
    """The same day of the latest earlier year that the models could look at when they were trained.

    The same day, since inputs have seasons. A model that does not say when it was trained counts as trained now.
    """
    told = models[GENERAL].lineage.get("as_of")
    learned = date.fromisoformat(str(told)) if told else as_of
    years = next(years for years in range(1, 100) if _earlier(as_of, years) <= learned)
    return _earlier(as_of, years)


def used(frame: Frame, models: Mapping[str, SavedModel]) -> dict[str, float]:
    """The share of all contributions' spread that each indicator of the models has; they add up to 1.

    Over at most USE_ROWS enterprises of each sector in the frame, each sector by its size. Empty for point tables.
    """
    shares: dict[str, float] = {}
    keys = frame.keys[frame.in_cohort]
    for sector, members in keys.groupby("sector"):
        model = models.get(str(sector), models[GENERAL])
        if not model.components:
            continue
        rows = members.index.to_numpy()[np.unique(np.linspace(0, len(members) - 1, USE_ROWS).astype(int))]
        few = replace(frame, keys=frame.keys.iloc[rows], values=frame.values[rows])
        spread = model.contributions(few.columns(model.indicators))[1].std(axis=0)
        for name, part in zip(model.indicators, spread / max(spread.sum(), np.finfo(float).tiny), strict=True):
            shares[name] = shares.get(name, 0.0) + float(part) * len(members)
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items() if share > 0}


def _earlier(as_of: date, years: int) -> date:
    return (pd.Timestamp(as_of) - pd.DateOffset(years=years)).date()


def _latest_estimates(entries: list[Entry]) -> dict[str, Mapping[str, Any]]:
    """By sector the estimate that was remembered last: how sure its calibration was of its level."""
    return {sector: one for entry in entries for sector, one in entry.estimates.items()}


def _jumped(entries: list[Entry], ledger: Remembered, answered: Answered) -> tuple[pd.DataFrame, date | None]:
    """Who jumped since the last entry, with the station in charge."""
    last = entries[-1] if entries else None
    named = ("enterprise_id", "sector", "tier_rank", "reasons", "contributions")
    before = answered.answers[:0] if last is None else ledger.answers(last, *named)
    stations = answered.frame.keys[["enterprise_id", "sector", "station"]]
    found = jumps(before, answered.answers).merge(stations, on=["enterprise_id", "sector"])
    return found, None if last is None else last.as_of


def _scores(entries: list[Entry], draws: pd.DataFrame) -> pd.DataFrame:
    """Every earlier estimate beside what the draws until the next answer found; dates without any draw are left out."""
    rows = [
        (entry.as_of, sector, figure, entry.estimates[sector][figure], truth[figure], truth["n"])
        for entry in entries
        for sector, truth in truths(draws[draws["answered_on"] == pd.Timestamp(entry.as_of)]).items()
        if sector in entry.estimates
        for figure in ("rate", "auc", "log_loss", "brier")
    ]
    return pd.DataFrame(rows, columns=["as_of", "sector", "figure", "expected", "found", "n"])
