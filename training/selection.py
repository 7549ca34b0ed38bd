"""What does it do to the figures that inspectors choose whom to visit? Naive figures beside corrected ones.

Naive figures take whoever was inspected for everyone; corrected ones count each random draw 1 / inclusion probability
times, so that they speak for the whole cohort (Hajek, 1971; design: outcomes).
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import log_loss, roc_auc_score

from model.tiers import TIERS
from training.fitted import Fitted
from training.metrics import CALIBRATION_BINS, Rate, design_rate, jeffreys, strata_of
from training.outcomes import is_drawn

Array = NDArray[np.float64]

OVERALL = "overall"
QUALITY = ("auc", "log_loss", "calibration_error")


def selection_of(fitted: Fitted) -> pd.DataFrame:
    """The table of one sector's out-of-fold answers on the last year of inspections, each counted once."""
    recent = fitted.recent
    return selection_table(recent, recent[is_drawn(recent)] if len(recent) else recent)


def selection_table(inspected: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """One row per figure: naive, corrected (each with _low, _high and _n) and difference (naive - corrected).

    `inspected` are all inspections of the cohort, targeted ones too, `drawn` the probability draws among them; both
    have outcome (0/1), probability, tier_rank, sector and inclusion_probability. The figures are the problem rate
    overall and per tier, with 95 % intervals, then `auc` (larger is better), `log_loss` and `calibration_error`
    (smaller is better), without. Null where nobody was inspected or drawn, an AUC also where all outcomes are alike.
    """
    table = [*_rates(inspected, drawn), *_qualities(inspected, drawn)] if len(inspected) else []
    columns = [f"{kind}{end}" for kind in ("naive", "corrected") for end in ("", "_low", "_high", "_n")]
    found = pd.DataFrame(table, columns=["figure", *columns])
    return found.assign(difference=found["naive"].astype(float) - found["corrected"].astype(float))


def quality(rows: pd.DataFrame, weight: Array) -> dict[str, float | None]:
    """AUC, log-loss and calibration error with a weight per row; null without rows, an AUC without both outcomes."""
    if not len(rows):
        return dict.fromkeys(QUALITY)
    outcome, probability = rows["outcome"].to_numpy(dtype=float), rows["probability"].to_numpy(dtype=float)
    both = outcome.min() < outcome.max()
    return {
        "auc": float(roc_auc_score(outcome, probability, sample_weight=weight)) if both else None,
        "log_loss": float(log_loss(outcome, probability, sample_weight=weight, labels=[0, 1])),
        "calibration_error": weighted_calibration_error(outcome, probability, weight),
    }


def weighted_calibration_error(outcome: Array, probability: Array, weight: Array) -> float:
    """Mean distance between predicted and found rate over 10 bins of equal weight, by predicted probability."""
    order = np.argsort(probability, kind="stable")
    share = np.cumsum(weight[order]) - weight[order] / 2
    bins = np.floor(CALIBRATION_BINS * share / weight.sum()).astype(int)
    excess = np.bincount(bins, weights=(weight * (probability - outcome))[order])
    return float(np.abs(excess).sum() / weight.sum())


def selection_report(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The table as JSON values, null for what is not defined."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(key): value for key, value in row.items()} for row in rows]


def _rates(inspected: pd.DataFrame, drawn: pd.DataFrame) -> Iterator[dict[str, Any]]:
    yield _rate_row(OVERALL, inspected, drawn)
    for tier in TIERS:
        yield _rate_row(tier.id, _of_tier(inspected, tier.rank), _of_tier(drawn, tier.rank))


def _qualities(inspected: pd.DataFrame, drawn: pd.DataFrame) -> Iterator[dict[str, Any]]:
    naive, corrected = quality(inspected, np.ones(len(inspected))), quality(drawn, _design_weight(drawn))
    for name in QUALITY:
        yield _row(name, naive[name], corrected[name], len(inspected), len(drawn))


def _of_tier(rows: pd.DataFrame, rank: int) -> pd.DataFrame:
    return rows[rows["tier_rank"] == rank]


def _design_weight(drawn: pd.DataFrame) -> Array:
    return 1 / drawn["inclusion_probability"].to_numpy(dtype=float)


def _rate_row(name: str, inspected: pd.DataFrame, drawn: pd.DataFrame) -> dict[str, Any]:
    naive = jeffreys(float(inspected["outcome"].sum()), len(inspected)) if len(inspected) else None
    outcome = drawn["outcome"].to_numpy(dtype=float)
    corrected = design_rate(outcome, drawn["inclusion_probability"].to_numpy(dtype=float), strata_of(drawn))
    counts = _row(name, None, None, len(inspected), len(drawn))
    return {**counts, **_ends("naive", naive), **_ends("corrected", corrected)}


def _ends(name: str, rate: Rate | None) -> dict[str, float]:
    return {} if rate is None else {name: rate.rate, f"{name}_low": rate.low, f"{name}_high": rate.high}


def _row(name: str, naive: float | None, corrected: float | None, inspected: int, drawn: int) -> dict[str, Any]:
    return {"figure": name, "naive": naive, "naive_n": inspected, "corrected": corrected, "corrected_n": drawn}
