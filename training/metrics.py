"""How good were the probabilities? Ranking, log-loss, calibration, and what each tier turned out to be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from model.calibration import Calibration, margin_of, probability_of
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


@dataclass(frozen=True)
class PlainDraws:
    """So many equally informative plain draws with so many problems among them; neither need be whole."""

    found: float
    looked_at: float


def plain_draws(outcome: Array, inclusion_probability: Array, stratum: Sequence[object]) -> PlainDraws | None:
    """How many plain draws would tell as much as these unequal ones, and with how many problems; null without any.

    The rate is the Hajek estimate sum(y / pi) / sum(1 / pi). The number is that at which a plain rate has its
    linearised variance within strata; without variance (no problem found) Kish's effective size. It never exceeds the
    number of draws, and is just that where pi is constant (Korn and Graubard, Survey Methodology 24, 1998).
    """
    if not len(outcome):
        return None
    weight = 1 / np.asarray(inclusion_probability, dtype=float)
    if np.ptp(weight) < 1e-9:
        return PlainDraws(float(outcome.sum()), float(len(outcome)))
    rate = float(np.average(outcome, weights=weight))
    variance = _variance_within(weight * (outcome - rate) / weight.sum(), stratum)
    kish = float(weight.sum() ** 2 / (weight**2).sum())
    size = min(rate * (1 - rate) / variance, float(len(outcome))) if variance > 0 else kish
    return PlainDraws(rate * size, size)


def _variance_within(residual: Array, stratum: Sequence[object]) -> float:
    """The variance of the sum of the residuals, each stratum drawn for itself."""
    codes = pd.factorize(pd.Series(list(stratum), dtype=object))[0]
    sizes = np.bincount(codes)[codes]
    # A stratum of one row tells nothing about its own spread: its deviation is taken from zero.
    means = np.where(sizes > 1, np.bincount(codes, residual)[codes] / sizes, 0.0)
    return float(((residual - means) ** 2 * np.where(sizes > 1, sizes / np.maximum(sizes - 1, 1), 1.0)).sum())


def design_rate(outcome: Array, inclusion_probability: Array, stratum: Sequence[object]) -> Rate | None:
    """The Hajek estimate over probability draws (design: outcomes) with its interval; null without any.

    The interval is the Jeffreys one of as many equally informative plain draws (`plain_draws`).
    """
    draws = plain_draws(outcome, inclusion_probability, stratum)
    return None if draws is None else jeffreys(draws.found, draws.looked_at)


def upper_bound(found: float, looked_at: float, level: float = INTERVAL) -> float:
    """The rate that is exceeded with at most 1 - `level`, one-sided (Clopper and Pearson, 1934); 1 where reached."""
    return 1.0 if found >= looked_at else float(stats.beta.ppf(level, found + 1, looked_at - found))


def lower_bound(found: float, looked_at: float, level: float = INTERVAL) -> float:
    """The rate that is undercut with at most 1 - `level`, one-sided (Clopper and Pearson, 1934); 0 without problems."""
    return 0.0 if found <= 0 else float(stats.beta.ppf(1 - level, found, looked_at - found + 1))


def strata_of(rows: pd.DataFrame) -> list[object]:
    """The stratum each row was drawn in: sector and inclusion probability."""
    return list(zip(rows["sector"], rows["inclusion_probability"].astype(float).round(9), strict=True))


def tier_table(
    rows: pd.DataFrame, cuts: Sequence[float] | None = None, calibration: Calibration | None = None
) -> pd.DataFrame:
    """One row per tier, ascending: what was promised, predicted, observed, and what the draws say.

    `rows` has tier_rank, probability, outcome, sector and inclusion_probability (null outside probability draws), and
    margin where a `calibration` is given. `promised_low` and `promised_high` are the band between the standard's
    `cuts`, closed below and open above; null for rows of several standards. `mean_probability` is the predicted rate,
    `predicted_low` and `predicted_high` its interval by the replicates of the `calibration` that gave these margins
    (`spread_around`), null without one. `observed` is the plain share of problems among the inspected; `design` is null
    without probability draws. All intervals are INTERVAL wide; an empty tier has nulls.
    """
    borders = [0.0, *cuts, 1.0] if cuts is not None else [None] * (len(TIERS) + 1)
    table = []
    for tier, promised_low, promised_high in zip(TIERS, borders[:-1], borders[1:], strict=True):
        members = rows[rows["tier_rank"] == tier.rank]
        drawn = members[members["inclusion_probability"].notna()]
        observed = jeffreys(float(members["outcome"].sum()), len(members)) if len(members) else None
        probability = drawn["inclusion_probability"].to_numpy(dtype=float)
        design = design_rate(drawn["outcome"].to_numpy(dtype=float), probability, strata_of(drawn))
        low, high = _predicted_interval(members, calibration)
        table.append(
            {
                "tier": tier.id,
                "n": len(members),
                "promised_low": promised_low,
                "promised_high": promised_high,
                "mean_probability": float(members["probability"].mean()) if len(members) else None,
                "predicted_low": low,
                "predicted_high": high,
                **_named("observed", observed),
                **_named("design", design),
            }
        )
    return pd.DataFrame(table)


def _predicted_interval(members: pd.DataFrame, calibration: Calibration | None) -> tuple[float | None, float | None]:
    if calibration is None or len(calibration.replicates) < 2 or not len(members):
        return None, None
    draws = mean_rate_draws(members["margin"].to_numpy(dtype=float), calibration)
    around = spread_around(float(members["probability"].mean()), draws)
    return around.low, around.high


def spread_around(rate: float, draws: Array) -> Rate:
    """A predicted rate with the interval that the spread of its replicates gives: normal in log-odds, INTERVAL wide.

    The ends of the replicates themselves would need thousands of them, and lie too high: noise in log-odds raises the
    mean of small rates. Needs two replicates or more.
    """
    reach = float(stats.norm.ppf((1 + INTERVAL) / 2) * margin_of(draws).std(ddof=1))
    low, high = probability_of(margin_of(np.array(rate)) + np.array([-reach, reach]))
    return Rate(rate, float(low), float(high))


def mean_rate_draws(margin: Array, calibration: Calibration) -> Array:
    """The mean probability of some rows under each replicate of the calibration that gave their margins."""
    raw = (np.asarray(margin, dtype=float) - calibration.offset) / calibration.slope
    return np.array([probability_of(slope * raw + offset).mean() for slope, offset in calibration.replicates])


def _named(name: str, rate: Rate | None) -> dict[str, float | None]:
    if rate is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: rate.rate, f"{name}_low": rate.low, f"{name}_high": rate.high}
