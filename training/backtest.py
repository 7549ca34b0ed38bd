"""How good would the tiers have been? Train on what was known before T, score at T, look at what followed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from features.build import Frame, build_frame
from model.calibration import probability_of
from model.saved import SavedModel
from model.standard import Standard
from model.tiers import tier_ranks
from records.errors import DataError
from records.finding_subjects import SEVERITY_RANK
from records.progress import Report, silent
from records.source import Records
from records.threads import allowed_threads
from training.examples import standard_of
from training.fit import fit_models
from training.metrics import captured, evaluate
from training.outcomes import drawn_outcomes, first_outcomes, rated_inspections
from training.rivals import grades_of, rival_report
from training.selection import selection_report, selection_table
from training.tiers.figures import tier_figures


@dataclass(frozen=True)
class Backtest:
    """`report` is the JSON of the figures, `scores` one row per enterprise and sector of the cohort at T.

    `scores`: enterprise_id, sector, level, margin, probability (null for a point table), tier_rank, outcome (0/1; null
    if this sector's inspection was not the enterprise's first), severity_rank, basis, inclusion_probability.
    """

    report: dict[str, Any]
    scores: pd.DataFrame


def backtest(
    records: Records,
    standards: Mapping[str, Standard],
    as_of: date,
    horizon_days: int | None = None,
    progress: Report = silent,
) -> Backtest:
    """Judge the whole pipeline at T = `as_of` on one data set.

    The outcome is each enterprise's first non-follow-up inspection in [T, T + horizon) that is neither void nor
    unreachable, as it stands on record today; a problem if its severity reaches the standard's. `horizon_days` replaces
    the standards' horizons, in training too. Design rates and corrected figures rest on every probability draw in the
    window, also where another inspection came first. Grades of other systems that were known at T stand beside ours on
    the enterprises that had one (`training.rivals`).

    Raises DataError when nothing can be learned before T or no enterprise of the cohort was inspected after it.
    """
    if horizon_days is not None:
        standards = {name: replace(standard, horizon_days=horizon_days) for name, standard in standards.items()}
    training = fit_models(records, standards, as_of, progress)
    models = {sector: fitted.model for sector, fitted in training.models.items()}
    progress("评分 scoring", 0, 1)
    frame = build_frame(records, as_of)
    scores = score_cohort(frame, models)
    drawn = scores.merge(judged_draws(records, standards, as_of), on=["enterprise_id", "sector"])
    drawn = drawn[drawn["probability"].notna()]
    scores = _with_outcomes(scores, records, standards, as_of)
    judged = scores[scores["outcome"].notna() & scores["probability"].notna()]
    if judged.empty:
        raise DataError(
            f"A backtest needs enterprises known before {as_of} and inspected after it, none are; give another --as-of."
        )
    report = {
        "as_of": as_of.isoformat(),
        "cohort": int(scores["enterprise_id"].nunique()),
        "inspected_without_probability": int((scores["outcome"].notna() & scores["probability"].isna()).sum()),
        "overall": figures(judged, drawn),
        "selection": selection_report(selection_table(judged, drawn)),
        "rivals": rival_report(judged, drawn, grades_of(frame)),
        "sectors": {
            str(sector): figures(members, drawn[drawn["sector"] == sector])
            for sector, members in judged.groupby("sector")
        },
    }
    return Backtest(report, scores)


def score_cohort(frame: Frame, models: Mapping[str, SavedModel]) -> pd.DataFrame:
    """Margin, probability and tier of every enterprise in scope and in business, per sector; no hard rules."""
    keys = frame.keys
    parts = []
    for sector, members in keys[frame.in_cohort].groupby("sector"):
        model = models.get(str(sector), models["general"])
        part = members[["enterprise_id", "sector"]].assign(level=model.level, margin=np.nan)
        if model.components:
            matrix = frame.columns(model.indicators)[members.index.to_numpy()]
            part["margin"] = model.margins(matrix, allowed_threads())
        probability = probability_of(part["margin"].to_numpy())
        parts.append(part.assign(probability=probability, tier_rank=tier_ranks(probability, model.standard.cuts)))
    columns = ["enterprise_id", "sector", "level", "margin", "probability", "tier_rank"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _with_outcomes(
    scores: pd.DataFrame, records: Records, standards: Mapping[str, Standard], as_of: date
) -> pd.DataFrame:
    return scores.merge(judged_outcomes(records, standards, as_of), on=["enterprise_id", "sector"], how="left")


def judged_outcomes(records: Records, standards: Mapping[str, Standard], as_of: date) -> pd.DataFrame:
    """The outcome a backtest judges by: one row per enterprise inspected in time, in the sector of that inspection."""
    inspections, horizon_days = _rated(records, standards)
    return _problems(first_outcomes(inspections, as_of, horizon_days, ["enterprise_id"]), standards)


def judged_draws(records: Records, standards: Mapping[str, Standard], as_of: date) -> pd.DataFrame:
    """The outcomes that design rates rest on: every probability draw in the window, with the same columns."""
    inspections, horizon_days = _rated(records, standards)
    return _problems(drawn_outcomes(inspections, as_of, horizon_days), standards)


def _rated(records: Records, standards: Mapping[str, Standard]) -> tuple[pd.DataFrame, dict[str, int]]:
    inspections = rated_inspections(records)
    return inspections, {s: standard_of(standards, s).horizon_days for s in inspections["sector"].unique()}


def _problems(outcomes: pd.DataFrame, standards: Mapping[str, Standard]) -> pd.DataFrame:
    least = {s: SEVERITY_RANK[standard_of(standards, s).outcome_severity] for s in outcomes["sector"].unique()}
    # Where nobody was inspected pandas would keep the sectors' type, text.
    least_rank = outcomes["sector"].map(least).astype(float)
    outcomes = outcomes.assign(outcome=(outcomes["severity_rank"] >= least_rank).astype(float))
    return outcomes[["enterprise_id", "sector", "outcome", "severity_rank", "basis", "inclusion_probability"]]


def figures(rows: pd.DataFrame, drawn: pd.DataFrame) -> dict[str, Any]:
    """The figures of one group of judged enterprises, design rates from its draws (see `training.metrics` for each)."""
    outcome, probability = rows["outcome"].to_numpy(dtype=float), rows["probability"].to_numpy(dtype=float)
    return {
        **evaluate(outcome, probability),
        "captured": captured(outcome, probability),
        "tiers": tier_figures(rows, drawn),
    }
