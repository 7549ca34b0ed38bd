"""How good are the answers, before anybody was inspected? And how good was what was said of earlier ones?

A calibrated probability says how often it will be right: an enterprise counts as a problem with weight p and as clean
with weight 1 - p, and every figure of quality follows. It holds as long as the calibration does, which is what later
inspections judge.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from model.calibration import margin_of, probability_of
from model.saved import SavedModel
from model.standard import GENERAL
from supervision.watch.drift import ALL
from training.metrics import INTERVAL, Rate, design_rate, mean_rate_draws, strata_of
from training.selection import quality
from training.tiers.rates import YEARLY_DRIFT

NORMAL_REACH = float(stats.norm.ppf((1 + INTERVAL) / 2))
"""From the middle of an interval to its end, in standard deviations."""
FIGURES = ("rate", "auc", "log_loss", "brier")
LEVEL_YEARS = 2.0
"""From the snapshots that a calibration was fitted on to the inspections that judge it: a horizon each way."""


def estimates(answers: pd.DataFrame, models: Mapping[str, SavedModel]) -> dict[str, dict[str, Any]]:
    """What is to be expected of random inspections, by sector and for `all` together.

    `answers` has sector, margin and probability (null where no model answered: left out). Each has n, rate with low and
    high (95 % of what the calibration's sampling error and two years of drift leave open), auc (larger is better),
    log_loss and brier (smaller is better). Sectors without a probability are left out.
    """
    rows = answers[answers["probability"].notna()]
    groups = {ALL: rows, **{str(sector): own for sector, own in rows.groupby("sector")}}
    return {name: _expected(own, models) for name, own in groups.items() if len(own)}


def truths(draws: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What random inspections found of earlier answers, with the same figures, by sector and for `all` together.

    `draws` has sector, outcome, probability and inclusion_probability; each counts 1 / inclusion probability times.
    """
    groups = {ALL: draws, **{str(sector): own for sector, own in draws.groupby("sector")}}
    return {name: _found(own) for name, own in groups.items() if len(own)}


def level_deviation(expected: Mapping[str, Any]) -> float:
    """The standard deviation, in log-odds, of the true rate around an estimate."""
    low, high = margin_of(np.array([expected["low"], expected["high"]]))
    return float((high - low) / (2 * NORMAL_REACH))


def _expected(rows: pd.DataFrame, models: Mapping[str, SavedModel]) -> dict[str, Any]:
    probability = rows["probability"].to_numpy(dtype=float)
    rate = _rate(rows, models)
    return {"n": len(rows), "rate": rate.rate, "low": rate.low, "high": rate.high, **_qualities(probability)}


def _qualities(probability: np.ndarray) -> dict[str, Any]:
    """The figures of quality if every enterprise were a problem with weight p and clean with weight 1 - p."""
    both = pd.DataFrame({"outcome": np.repeat([1.0, 0.0], len(probability)), "probability": np.tile(probability, 2)})
    told = quality(both, np.concatenate([probability, 1 - probability]))
    brier = float((probability * (1 - probability)).mean())
    return {"auc": told["auc"], "log_loss": told["log_loss"], "brier": brier}


def _rate(rows: pd.DataFrame, models: Mapping[str, SavedModel]) -> Rate:
    """The mean probability, and between what the calibrations' replicates and drift let it lie.

    Of several sectors the mean of their reaches: their calibrations err together (`training.tiers.rates`).
    """
    rate = float(rows["probability"].mean())
    reaches = [
        len(own) * _reach(own, models.get(str(sector), models[GENERAL])) for sector, own in rows.groupby("sector")
    ]
    reach = sum(reaches) / len(rows)
    low, high = probability_of(margin_of(np.array(rate)) + np.array([-reach, reach]))
    return Rate(rate, float(low), float(high))


def _reach(rows: pd.DataFrame, model: SavedModel) -> float:
    """Half the width of the interval of a sector's mean probability, in log-odds."""
    assert model.calibration is not None, "a probability comes from a calibration"
    drift = NORMAL_REACH * YEARLY_DRIFT * np.sqrt(LEVEL_YEARS)
    draws = mean_rate_draws(rows["margin"].to_numpy(dtype=float), model.calibration)
    sampling = NORMAL_REACH * margin_of(draws).std(ddof=1) if len(draws) > 1 else 0.0
    return float(np.hypot(sampling, drift))


def _found(draws: pd.DataFrame) -> dict[str, Any]:
    chance = draws["inclusion_probability"].to_numpy(dtype=float)
    outcome, probability = (draws[name].to_numpy(dtype=float) for name in ("outcome", "probability"))
    rate = design_rate(outcome, chance, strata_of(draws))
    assert rate is not None, "there is a draw"
    told = quality(draws, 1 / chance)
    brier = float(np.average((probability - outcome) ** 2, weights=1 / chance))
    figures = {"auc": told["auc"], "log_loss": told["log_loss"], "brier": brier}
    return {"n": len(draws), "rate": rate.rate, "low": rate.low, "high": rate.high, **figures}
