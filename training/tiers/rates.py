"""What rate do we expect in a tier, and how sure are we of it before anybody is inspected?

A tier gathers enterprises of many sectors, whose calibrations err together: they rest on the same inspections and lean
on one general calibration. Replicates drawn for each sector alone would let this shared error average out, and leave it
out altogether where a small sector has nothing but the general calibration. So all calibrations are drawn anew
together: the b-th replicate of every sector belongs to the same resampled enterprises and to the b-th general one.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.calibration import Calibration, probability_of
from model.saved import SavedModel
from model.standard import GENERAL
from model.tiers import TIERS
from training.calibrate import ALONE, FLAT, STEADY, centre_of, fit_calibration, shrunk
from training.examples import outcome_at
from training.fitted import Fitted, Training
from training.metrics import spread_around
from training.recipe import CALIBRATION_SAMPLES

Array = NDArray[np.float64]

YEARLY_DRIFT = 0.12
"""Standard deviation of a sector's yearly step in log-odds. Measured on Toronto's inspections of 2002-2009 over kinds
of establishment: 0.11 to 0.14 without sampling noise and the common step of the year (Paule and Mandel's estimate)."""


def with_joint_calibrations(training: Training, samples: int = CALIBRATION_SAMPLES, seed: int = 0) -> Training:
    """The same training, whose calibrations have replicates that belong together; slopes and offsets stay.

    Each replicate resamples the enterprises of the judged rows with replacement, refits the general calibration, and
    from it every sector's: the prior's centre is the replicate of the general calibration, moved by a draw from the
    prior (a parametric draw of how far this sector may lie off, which the resampled rows then pull back). To this comes
    how far the sector's level may have drifted from the judged snapshots to the as-of date (YEARLY_DRIFT). So it holds
    the sampling error of the judged inspections, shared and of each sector, how little is known of small sectors, and
    the time that has passed; it does not hold a shift of all sectors at once, such as a new way of inspecting.
    """
    fitted = {sector: one for sector, one in training.models.items() if one.model.calibration}
    names = sorted({name for one in fitted.values() for name in one.rows["enterprise_id"]})
    enterprises = {name: at for at, name in enumerate(names)}
    parts = {sector: _part(one, enterprises) for sector, one in fitted.items()}
    bases = {
        severity: replace(parts[GENERAL], outcome=outcome_at(fitted[GENERAL].rows, severity))
        for severity in {part.severity for part in parts.values()}
    }
    drift = {sector: _drift_deviation(training, sector) for sector in fitted}
    levels = training.general.levels
    # The level that a sector started from is an estimate, too, and of a small sector a rough one.
    precision = {sector: shrunk(float(np.hypot(training.spread, levels.deviation_of(sector)))) for sector in fitted}
    drawn: dict[str, list[tuple[float, float]]] = {sector: [] for sector in parts}
    # Each sector and severity draws by itself, so that what a sector gets does not depend on which others there are.
    own = (*parts, *map(_stream_of, bases), "rows")
    streams = {name: np.random.default_rng([seed, zlib.crc32(name.encode())]) for name in own}
    for _ in range(samples):
        chosen = streams["rows"].integers(0, max(len(enterprises), 1), len(enterprises))
        times = np.bincount(chosen, minlength=len(enterprises))
        for sector, (slope, offset) in _replicate(parts, bases, times, precision, streams).items():
            drawn[sector].append((slope, offset + streams[sector].normal(0, drift[sector])))
    joint = {sector: _with_replicates(one, drawn[sector]) for sector, one in fitted.items()}
    return replace(training, models={**training.models, **joint})


@dataclass(frozen=True)
class _Part:
    """The judged rows of one sector's model, each enterprise a number; the gate's choice, the standard's severity."""

    raw: Array
    outcome: Array
    weight: Array
    enterprise: pd.Series
    choice: str
    severity: str


def _part(fitted: Fitted, number: Mapping[str, int]) -> _Part:
    rows, calibration = fitted.rows, fitted.model.calibration
    assert calibration is not None
    return _Part(
        raw=(rows["margin"].to_numpy(dtype=float) - calibration.offset) / calibration.slope,
        outcome=rows["outcome"].to_numpy(dtype=float),
        weight=rows["weight"].to_numpy(dtype=float),
        enterprise=rows["enterprise_id"].map(number).reset_index(drop=True),
        choice=str(fitted.model.lineage["choice"]),
        severity=fitted.model.standard.outcome_severity,
    )


def _drift_deviation(training: Training, sector: str) -> float:
    """How far a sector's level may have moved since the snapshots that it was judged on.

    Outcomes follow judged snapshots and the as-of date after the same time, so the gap is that between the dates. The
    general calibration is that of all sectors, whose own steps average out.
    """
    if sector == GENERAL:
        return 0.0
    own = training.models[sector].rows
    rows = own if len(own) else training.models[GENERAL].rows
    if rows.empty:
        return YEARLY_DRIFT
    years = (pd.Timestamp(training.as_of) - rows["as_of"]).dt.days / 365.25
    return float(YEARLY_DRIFT * np.sqrt(np.average(years, weights=rows["weight"])))


def _replicate(
    parts: Mapping[str, _Part],
    bases: Mapping[str, _Part],
    times: NDArray[np.int64],
    precision: Mapping[str, Array],
    streams: Mapping[str, np.random.Generator],
) -> dict[str, tuple[float, float]]:
    """One slope and offset for every sector, on enterprises that count so many `times`.

    `bases` are the general model's rows with the outcome at each severity: a sector leans on that of its own.
    """
    toward = {
        severity: _refit(base, times, _drawn_centre(ALONE, STEADY, streams[_stream_of(severity)]), STEADY)
        for severity, base in bases.items()
    }
    pairs = {GENERAL: toward[parts[GENERAL].severity]}
    for sector, part in parts.items():
        if sector != GENERAL:
            centre = centre_of(part.choice, toward[part.severity])
            drawn = _drawn_centre(centre, precision[sector], streams[sector])
            pairs[sector] = _refit(part, times, drawn, precision[sector])
    return pairs


def _stream_of(severity: str) -> str:
    # A sector and a severity may have the same name.
    return f"severity {severity}"


def _drawn_centre(centre: tuple[float, float], precision: Array, generator: np.random.Generator) -> Array:
    """A draw from the prior, where it says anything."""
    return np.where(precision > FLAT, generator.normal(centre, precision**-0.5), centre)


def _refit(part: _Part, times: NDArray[np.int64], centre: Array, precision: Array) -> tuple[float, float]:
    toward = (float(centre[0]), float(centre[1]))
    weight = part.weight * times[part.enterprise.to_numpy(dtype=int)]
    fit = fit_calibration(part.raw, part.outcome, weight, toward=toward, precision=precision)
    return fit.slope, fit.offset


def _with_replicates(fitted: Fitted, pairs: list[tuple[float, float]]) -> Fitted:
    calibration = fitted.model.calibration
    assert calibration is not None
    joint = replace(calibration, replicates=tuple(pairs))
    return replace(fitted, model=replace(fitted.model, calibration=joint))


def predicted_rates(answers: pd.DataFrame, models: Mapping[str, SavedModel]) -> pd.DataFrame:
    """The rate we expect in each tier: one row per tier, ascending, with tier, n, predicted, low and high.

    `answers` has sector, margin (null for point tables, which are left out) and tier_rank, such as
    `training.backtest.score_cohort` gives; `models` those that answered, with joint calibrations
    (`with_joint_calibrations`). `predicted` is the mean probability; `low` and `high` are meant to hold the mean true
    rate of these very enterprises 95 times in 100 (`training.metrics.spread_around`). Null for an empty tier.
    """
    answers = answers[answers["margin"].notna()]
    counts = np.bincount(answers["tier_rank"].astype(int), minlength=len(TIERS) + 1)[1:]
    ranks = np.array([tier.rank for tier in TIERS])
    totals = np.zeros((len(TIERS), 1))
    for (sector, rank), members in answers.groupby(["sector", "tier_rank"]):
        calibration = models.get(str(sector), models[GENERAL]).calibration
        assert calibration is not None, "a margin comes from a calibration"
        part = _totals(members["margin"].to_numpy(dtype=float), calibration)
        totals = totals + np.where(ranks[:, None] == rank, part, 0.0)
    return pd.DataFrame(
        [
            (tier.id, int(n), *_mean_and_interval(total, n))
            for tier, n, total in zip(TIERS, counts, totals, strict=True)
        ],
        columns=["tier", "n", "predicted", "low", "high"],
    )


def _totals(margin: Array, calibration: Calibration) -> Array:
    """The sum of the probabilities as given, then under each replicate."""
    raw = (margin - calibration.offset) / calibration.slope
    pairs = [(calibration.slope, calibration.offset), *calibration.replicates]
    return np.array([probability_of(slope * raw + offset).sum() for slope, offset in pairs])


def _mean_and_interval(totals: Array, n: int) -> tuple[float, float, float]:
    if not n:
        return np.nan, np.nan, np.nan
    around = spread_around(float(totals[0] / n), totals[1:] / n)
    return around.rate, around.low, around.high
