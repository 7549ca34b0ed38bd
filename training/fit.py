"""From examples to one calibrated model per sector beside the general one."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.build import build_frames
from features.catalogue.everything import INDICATORS
from model.calibration import Calibration, probability_of
from model.saved import Component, Level, SavedModel
from model.standard import GENERAL, Standard
from model.tiers import tier_ranks
from records.errors import DataError
from records.progress import Report, silent
from records.source import Records
from records.threads import allowed_threads
from training.calibrate import ALONE, STEADY, centre_of, fit_calibration, shrunk
from training.candidates import (
    Candidate,
    Data,
    data_of,
    general_alone,
    general_candidates,
    levels_of,
    sector_candidates,
    silent_over,
    strangers_of,
)
from training.examples import FrameMaker, collect_examples, outcome_at, standard_of
from training.fitted import ROW_COLUMNS, Fitted, General, Training
from training.gate import Rated, choose, row_losses
from training.outcomes import INSPECTION
from training.recipe import GATE_ERRORS, SECTOR_PROBLEMS, UNTARGETED_PROBLEMS
from training.sector_levels import spread_of
from training.tiers.rates import with_joint_calibrations
from training.weighting import judging_weight, weigh

Array = NDArray[np.float64]
Rows = NDArray[np.bool_]

FEWEST_PROBLEMS = 10
"""Fewer inspections with (or without) a problem than this teach nothing (project decision)."""


def fit_models(records: Records, standards: Mapping[str, Standard], as_of: date, progress: Report = silent) -> Training:
    """Fit the general model and every sector's on what was known before `as_of`.

    Raises DataError when no outcome has matured, or fewer than FEWEST_PROBLEMS problems (or clean inspections) have.
    """
    return with_joint_calibrations(fit_without_intervals(records, standards, as_of, progress))


def fit_without_intervals(
    records: Records,
    standards: Mapping[str, Standard],
    as_of: date,
    progress: Report = silent,
    *,
    frames: FrameMaker = build_frames,
    is_general_only: bool = False,
) -> Training:
    """The models of `fit_models`, whose probabilities have no intervals: a fraction of the time.

    `frames` builds the snapshots, or has them already. With `is_general_only` no sector tries candidates of its own:
    the general model answers everywhere, calibrated for each sector.
    """
    examples = collect_examples(records, standards, as_of, progress, frames)
    _refuse_too_few(examples.keys, as_of)
    examples, weighting = weigh(examples, progress)
    keys = examples.keys
    data = data_of(examples.names, examples.values, keys)
    judged = _judged(keys)
    keys = keys.assign(weight=judging_weight(keys, judged, weighting.targeted_weight))
    progress("通用模型 general model", 0, 1)
    sectors = sorted((set(standards) | set(keys["sector"])) - {GENERAL})
    severities = {standard_of(standards, sector).outcome_severity for sector in sectors}
    general_fitted, general = _fit_general(data, keys, judged, standards[GENERAL], severities)
    spread = _spread_of_sectors(keys[judged], general.raw[judged], general.toward, standards)
    models = {GENERAL: general_fitted}

    def fit_sector(sector: str) -> Fitted:
        return _fit_sector(sector, standards, data, keys, judged, general, spread, is_general_only)

    with ThreadPoolExecutor(allowed_threads()) as pool:
        for done, (sector, fitted) in enumerate(zip(sectors, pool.map(fit_sector, sectors), strict=True)):
            progress("领域模型 sector models", done, len(sectors))
            models[sector] = fitted
    return Training(as_of, models, examples, _counts(keys), general, weighting, spread)


def _spread_of_sectors(
    keys: pd.DataFrame, raw: Array, toward: Mapping[str, tuple[float, float]], standards: Mapping[str, Standard]
) -> float:
    """How far the sectors' offsets lie from the general calibration, each to its own severity, on the judged rows."""
    pairs = [toward[standard_of(standards, sector).outcome_severity] for sector in keys["sector"]]
    slope, offset = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    probability = probability_of(slope * raw + offset)
    sums = (
        pd.DataFrame(
            {
                "score": keys["weight"] * (keys["outcome"] - probability),
                "information": keys["weight"] * probability * (1 - probability),
            }
        )
        .groupby(keys["sector"])
        .sum()
    )
    return spread_of(sums["score"].to_numpy(), sums["information"].to_numpy())


def _refuse_too_few(keys: pd.DataFrame, as_of: date) -> None:
    # An inspection seen from several snapshots is still one.
    outcome = keys.drop_duplicates(INSPECTION)["outcome"]
    problems, clean = int(outcome.sum()), int((1 - outcome).sum())
    if min(problems, clean) < FEWEST_PROBLEMS:
        raise DataError(
            f"Training needs at least {FEWEST_PROBLEMS} inspections with and without a problem before {as_of}, "
            f"got {problems} and {clean}; give a later --as-of date or a longer history."
        )


def _judged(keys: pd.DataFrame) -> Rows:
    """Rows that calibrate and judge: the last year's untargeted inspections, or all of them where these are few."""
    recent = keys["is_recent"].to_numpy()
    untargeted = recent & ~keys["is_targeted"].to_numpy()
    enough = keys.loc[untargeted, "outcome"].sum() >= UNTARGETED_PROBLEMS
    return untargeted if enough else recent


def _seen_last(keys: pd.DataFrame) -> Rows:
    """Of each recent inspection the row of the last snapshot before it; rows come in the order of their snapshots."""
    return (keys["is_recent"] & ~keys.duplicated(INSPECTION, keep="last")).to_numpy()


def _fit_general(
    data: Data, keys: pd.DataFrame, judged: Rows, standard: Standard, severities: Collection[str]
) -> tuple[Fitted, General]:
    """One margin for all sectors, of problems as bad as the general standard says, whatever a sector's own says."""
    data, keys = _at_severity(data.blind_to(silent_over(standard.horizon_days)), keys, standard.outcome_severity)
    candidates = general_candidates(data)
    chosen, gate = _gate(candidates, data, keys, judged, ALONE, STEADY, is_settled=True)
    calibration = _calibrate(chosen.raw, data, keys, judged, ALONE, STEADY)
    toward = {}
    for severity in severities:
        found = _calibrate(chosen.raw, _at_severity(data, keys, severity)[0], keys, judged, ALONE, STEADY)
        toward[severity] = (found.slope, found.offset)
    general = General(chosen.raw, chosen.fit(), levels_of(data), chosen.level_share, toward)
    model = _model(GENERAL, "general", standard, general.in_sector(GENERAL), calibration, chosen.name, gate)
    rows, recent = (_rows(chosen.raw, calibration, keys, which, standard) for which in (judged, _seen_last(keys)))
    return Fitted(model, gate, rows, recent), general


def _at_severity(data: Data, keys: pd.DataFrame, severity: str) -> tuple[Data, pd.DataFrame]:
    outcome = outcome_at(keys, severity)
    return replace(data, outcome=outcome), keys.assign(outcome=outcome)


def _fit_sector(
    sector: str,
    standards: Mapping[str, Standard],
    data: Data,
    keys: pd.DataFrame,
    judged: Rows,
    general: General,
    spread: float,
    is_general_only: bool,
) -> Fitted:
    standard = standard_of(standards, sector)
    own = (keys["sector"] == sector).to_numpy()
    if not own.any() and standard.point_table is not None:
        return Fitted(
            SavedModel(sector, "point_table", standard, (), (), None, {"choice": "point table"}), (), keys[own]
        )
    unheard = strangers_of(standard, standards) | silent_over(standard.horizon_days)
    own_data = data.take(own).blind_to(unheard)
    own_keys, own_judged = keys[own].reset_index(drop=True), judged[own]
    raw = general.raw[own]
    components, toward, precision = (
        general.in_sector(sector),
        general.toward[standard.outcome_severity],
        shrunk(spread),
    )
    if not is_general_only and _rarer_outcomes(own_keys) >= SECTOR_PROBLEMS and own_judged.any():
        candidates = sector_candidates(own_data, raw, components, toward)
    else:
        candidates = [general_alone(raw, components)]
    chosen, gate = _gate(candidates, own_data, own_keys, own_judged, toward, precision)
    calibration = _calibrate(chosen.raw, own_data, own_keys, own_judged, centre_of(chosen.name, toward), precision)
    level: Level = "general" if chosen.name == "general" else "sector"
    model = _model(sector, level, standard, chosen.fit(), calibration, chosen.name, gate)
    seen = (own_judged, _seen_last(own_keys))
    return Fitted(model, gate, *(_rows(chosen.raw, calibration, own_keys, which, standard) for which in seen))


def _rarer_outcomes(keys: pd.DataFrame) -> int:
    """How many inspections found the rarer outcome: where all are problems there is as little to learn as in none."""
    outcome = keys.drop_duplicates(INSPECTION)["outcome"]
    return int(min(outcome.sum(), (1 - outcome).sum()))


def _gate(
    candidates: list[Candidate],
    data: Data,
    keys: pd.DataFrame,
    judged: Rows,
    toward: tuple[float, float],
    precision: Array,
    *,
    is_settled: bool = False,
) -> tuple[Candidate, tuple[Rated, ...]]:
    if len(candidates) == 1:
        return candidates[0], ()
    losses = []
    for candidate in candidates:
        calibration = _calibrate(candidate.raw, data, keys, judged, centre_of(candidate.name, toward), precision)
        losses.append(row_losses(data.outcome[judged], calibration.margins(candidate.raw[judged])))
    names = [candidate.name for candidate in candidates]
    weight, enterprise = keys.loc[judged, "weight"].to_numpy(), keys.loc[judged, "enterprise_id"]
    gate = choose(names, losses, weight, enterprise, errors=GATE_ERRORS, is_settled=is_settled)
    return candidates[next(i for i, rated in enumerate(gate) if rated.chosen)], gate


def _calibrate(
    raw: Array,
    data: Data,
    keys: pd.DataFrame,
    judged: Rows,
    toward: tuple[float, float],
    precision: Array,
) -> Calibration:
    return fit_calibration(
        raw[judged],
        data.outcome[judged],
        keys.loc[judged, "weight"].to_numpy(),
        toward=toward,
        precision=precision,
    )


def _model(
    sector: str,
    level: Level,
    standard: Standard,
    components: tuple[Component, ...],
    calibration: Calibration,
    choice: str,
    gate: tuple[Rated, ...],
) -> SavedModel:
    lineage = {"choice": choice, "gate": [vars(rated) for rated in gate]}
    names = tuple(indicator.name for indicator in INDICATORS)
    return SavedModel(sector, level, standard, names, components, calibration, lineage)


def _rows(raw: Array, calibration: Calibration, keys: pd.DataFrame, judged: Rows, standard: Standard) -> pd.DataFrame:
    margin = calibration.margins(raw[judged])
    probability = probability_of(margin)
    return (
        keys.loc[judged, ROW_COLUMNS]
        .assign(margin=margin, probability=probability, tier_rank=tier_ranks(probability, standard.cuts))
        .reset_index(drop=True)
    )


def _counts(keys: pd.DataFrame) -> pd.DataFrame:
    groups = keys.groupby("sector")
    counts = groups.agg(snapshots=("as_of", "nunique"), examples=("outcome", "size"), problems=("outcome", "sum"))
    return counts.reset_index().astype({"problems": int})
