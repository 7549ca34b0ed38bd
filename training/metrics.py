"""How good were the probabilities? Ranking, log-loss, calibration, and what each tier turned out to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from model.tiers import TIERS

Array = NDArray[np.float64]

CALIBRATION_BINS = 10
CAPTURE_SHARES = (0.10, 0.25, 0.50)
INTERVAL = 0.95


@dataclass(frozen=True)
class Rate:
    """A rate with its interval (INTERVAL wide); all three lie in [0, 1]."""

    rate: float
    low: float
    high: float


def evaluate(outcome: Array, probability: Array) -> dict[str, float | int | None]:
    """Figures of one set of answers against what was found; each null where it is not defined (one class only).

    `auc` and `average_precision`: larger is better. `log_loss`: smaller is better, in nats. `calibration_error`: mean
    distance between predicted and observed rate over 10 equal-count bins, weighted by their rows.
    """
    outcome = np.asarray(outcome, dtype=float)
    both = len(np.unique(outcome)) == 2
    return {
        "n": len(outcome),
        "base_rate": float(outcome.mean()) if len(outcome) else None,
        "auc": float(roc_auc_score(outcome, probability)) if both else None,
        "average_precision": float(average_precision_score(outcome, probability)) if both else None,
        "log_loss": float(log_loss(outcome, probability, labels=[0, 1])) if len(outcome) else None,
        "calibration_error": calibration_error(outcome, probability) if len(outcome) else None,
    }


def calibration_error(outcome: Array, probability: Array) -> float:
    """Expected calibration error over equal-count bins of the predicted probability (smaller is better)."""
    table = reliability(outcome, probability)
    return float(np.average(np.abs(table["predicted"] - table["observed"]), weights=table["n"]))


def reliability(outcome: Array, probability: Array) -> pd.DataFrame:
    """One row per equal-count bin, ascending: n, predicted (mean probability), observed rate, low, high."""
    order = np.argsort(probability, kind="stable")
    rows = []
    for members in np.array_split(order, min(CALIBRATION_BINS, len(order))):
        observed = jeffreys(float(outcome[members].sum()), len(members))
        rows.append((len(members), float(probability[members].mean()), observed.rate, observed.low, observed.high))
    return pd.DataFrame(rows, columns=["n", "predicted", "observed", "low", "high"])


def captured(outcome: Array, probability: Array, shares: Sequence[float] = CAPTURE_SHARES) -> dict[str, float | None]:
    """Share of all problems among the first 10, 25 and 50 % of enterprises by probability; null without any problem."""
    ranked = np.asarray(outcome)[np.argsort(-probability, kind="stable")]
    total = ranked.sum()
    return {
        f"{share:.0%}".rstrip("%"): float(ranked[: int(np.ceil(share * len(ranked)))].sum() / total) if total else None
        for share in shares
    }


def jeffreys(found: float, looked_at: float) -> Rate:
    """A rate with its Jeffreys interval (equal-tailed, Beta(1/2, 1/2) prior); 0 and 1 included where reached."""
    tail = (1 - INTERVAL) / 2
    low = 0.0 if found == 0 else float(stats.beta.ppf(tail, found + 0.5, looked_at - found + 0.5))
    high = 1.0 if found == looked_at else float(stats.beta.ppf(1 - tail, found + 0.5, looked_at - found + 0.5))
    return Rate(found / looked_at, low, high)


def design_rate(outcome: Array, inclusion_probability: Array, stratum: Sequence[object]) -> Rate | None:
    """The Hajek estimate sum(y / pi) / sum(1 / pi) over probability draws; null without any (design: outcomes).

    Where pi is constant this is a plain rate with a Jeffreys interval. Elsewhere the linearised variance within strata
    gives the number of equally informative plain draws, and the interval is the Jeffreys one at that size; without
    variance (no problem found) Kish's effective size stands in.
    """
    if not len(outcome):
        return None
    weight = 1 / np.asarray(inclusion_probability, dtype=float)
    if np.ptp(weight) < 1e-9:
        return jeffreys(float(outcome.sum()), len(outcome))
    rate = float(np.average(outcome, weights=weight))
    residual = pd.DataFrame({"z": weight * (outcome - rate) / weight.sum(), "stratum": list(stratum)})
    groups = residual.groupby("stratum")["z"]
    sizes = groups.transform("size")
    # A stratum of one row tells nothing about its own spread: its deviation is taken from zero.
    centred = residual["z"] - groups.transform("mean").where(sizes > 1, 0.0)
    variance = float((centred**2 * (sizes / (sizes - 1)).where(sizes > 1, 1.0)).sum())
    kish = float(weight.sum() ** 2 / (weight**2).sum())
    size = min(rate * (1 - rate) / variance, float(len(outcome))) if variance > 0 else kish
    around = jeffreys(rate * size, size)
    return Rate(rate, around.low, around.high)


def tier_table(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per tier, ascending: n, mean_probability, observed and design rate, each with its interval.

    `rows` has tier_rank, probability, outcome, sector and inclusion_probability (null outside probability draws).
    `observed` is the plain share of problems among the inspected; `design` is null without probability draws.
    """
    table = []
    for tier in TIERS:
        members = rows[rows["tier_rank"] == tier.rank]
        drawn = members[members["inclusion_probability"].notna()]
        observed = jeffreys(float(members["outcome"].sum()), len(members)) if len(members) else None
        probability = drawn["inclusion_probability"].to_numpy(dtype=float)
        stratum = list(zip(drawn["sector"], probability.round(9), strict=True))
        design = design_rate(drawn["outcome"].to_numpy(dtype=float), probability, stratum)
        table.append(
            {
                "tier": tier.id,
                "n": len(members),
                "mean_probability": float(members["probability"].mean()) if len(members) else None,
                **_named("observed", observed),
                **_named("design", design),
            }
        )
    return pd.DataFrame(table)


def _named(name: str, rate: Rate | None) -> dict[str, float | None]:
    if rate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: rate.rate, f"{name}_low": rate.low, f"{name}_high": rate.high}
