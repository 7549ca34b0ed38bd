"""From examples to one calibrated model per sector beside the general one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue.everything import INDICATORS
from model.calibration import Calibration, probability_of
from model.saved import Component, Level, SavedModel
from model.standard import GENERAL, Standard
from model.tiers import tier_ranks
from records.errors import DataError
from records.progress import Report, silent
from records.source import Records
from training.calibrate import FLAT, SHRUNK, fit_calibration
from training.candidates import Candidate, Data, folds_of, general_alone, general_candidates, sector_candidates
from training.examples import Examples, collect_examples, standard_of
from training.gate import Rated, choose, row_losses
from training.recipe import SECTOR_PROBLEMS, UNTARGETED_PROBLEMS

Array = NDArray[np.float64]
Rows = NDArray[np.bool_]

FEWEST_PROBLEMS = 10
"""Fewer inspections with (or without) a problem than this teach nothing (project decision)."""


@dataclass(frozen=True)
class Fitted:
    """One sector's model, what the gate saw, and its out-of-fold answers on the last year of outcomes.

    `rows`: as_of, enterprise_id, sector, outcome, serious, weight, basis, inclusion_probability, margin, probability
    (calibrated, of a model that has not seen the enterprise) and tier_rank.
    """

    model: SavedModel
    gate: tuple[Rated, ...]
    rows: pd.DataFrame


@dataclass(frozen=True)
class Training:
    """Everything one training gave; `counts` has one row per sector: sector, snapshots, examples, problems."""

    as_of: date
    models: Mapping[str, Fitted]
    examples: Examples
    counts: pd.DataFrame


@dataclass(frozen=True)
class _General:
    """The general model as the sectors start from it."""

    raw: Array
    components: tuple[Component, ...]
    calibration: Calibration


def fit_models(records: Records, standards: Mapping[str, Standard], as_of: date, progress: Report = silent) -> Training:
    """Fit the general model and every sector's on what was known before `as_of`.

    Raises DataError when no outcome has matured, or fewer than FEWEST_PROBLEMS problems (or clean inspections) have.
    """
    examples = collect_examples(records, standards, as_of, progress)
    keys = examples.keys
    _refuse_too_few(keys, as_of)
    data = Data(
        examples.names,
        examples.values.astype(np.float64),
        keys["outcome"].to_numpy(),
        keys["weight"].to_numpy(),
        folds_of(keys["enterprise_id"]),
    )
    judged = _judged(keys)
    keys = keys.assign(weight=_shared_weight(keys, judged))
    progress("通用模型 general model", 0, 1)
    general_fitted, general = _fit_general(data, keys, judged, standards[GENERAL])
    models = {GENERAL: general_fitted}
    sectors = sorted((set(standards) | set(keys["sector"])) - {GENERAL})
    for done, sector in enumerate(sectors):
        progress("领域模型 sector models", done, len(sectors))
        models[sector] = _fit_sector(sector, standard_of(standards, sector), data, keys, judged, general)
    return Training(as_of, models, examples, _counts(keys))


def _refuse_too_few(keys: pd.DataFrame, as_of: date) -> None:
    # An inspection seen from several snapshots is still one.
    outcome = keys.drop_duplicates(["enterprise_id", "sector", "occurred_on"])["outcome"]
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


def _shared_weight(keys: pd.DataFrame, judged: Rows) -> Array:
    """The weight with which a row calibrates: an inspection seen from several snapshots counts once in all."""
    inspection = ["enterprise_id", "sector", "occurred_on"]
    sightings = keys[judged].groupby(inspection)["outcome"].transform("size").reindex(keys.index, fill_value=1)
    return (keys["weight"] / sightings).to_numpy()


def _fit_general(data: Data, keys: pd.DataFrame, judged: Rows, standard: Standard) -> tuple[Fitted, _General]:
    candidates = general_candidates(data)
    chosen, gate = _gate(candidates, data, keys, judged, (1.0, 0.0), FLAT)
    calibration = _calibrate(chosen.raw, data, keys, judged, (1.0, 0.0), FLAT)
    components = chosen.fit()
    model = _model(GENERAL, "general", standard, components, calibration, chosen.name, gate)
    rows = _rows(chosen.raw, calibration, keys, judged, standard)
    return Fitted(model, gate, rows), _General(chosen.raw, components, calibration)


def _fit_sector(
    sector: str, standard: Standard, data: Data, keys: pd.DataFrame, judged: Rows, general: _General
) -> Fitted:
    own = (keys["sector"] == sector).to_numpy()
    if not own.any() and standard.point_table is not None:
        return Fitted(
            SavedModel(sector, "point_table", standard, (), (), None, {"choice": "point table"}), (), keys[own]
        )
    own_data, own_keys, own_judged = data.take(own), keys[own].reset_index(drop=True), judged[own]
    raw = general.raw[own]
    toward = (general.calibration.slope, general.calibration.offset)
    problems = own_keys[own_keys["outcome"] > 0].drop_duplicates(["enterprise_id", "occurred_on"])
    if len(problems) >= SECTOR_PROBLEMS and own_judged.any():
        candidates = sector_candidates(own_data, raw, general.components)
    else:
        candidates = [general_alone(raw, general.components)]
    chosen, gate = _gate(candidates, own_data, own_keys, own_judged, toward, SHRUNK)
    calibration = _calibrate(chosen.raw, own_data, own_keys, own_judged, _center(chosen, toward), SHRUNK)
    level: Level = "general" if chosen.name == "general" else "sector"
    model = _model(sector, level, standard, chosen.fit(), calibration, chosen.name, gate)
    return Fitted(model, gate, _rows(chosen.raw, calibration, own_keys, own_judged, standard))


def _center(candidate: Candidate, toward: tuple[float, float]) -> tuple[float, float]:
    """Where a candidate's calibration is shrunk to: the general one if it builds on the general margin."""
    return toward if candidate.name.startswith("general") else (1.0, 0.0)


def _gate(
    candidates: list[Candidate],
    data: Data,
    keys: pd.DataFrame,
    judged: Rows,
    toward: tuple[float, float],
    precision: Array,
) -> tuple[Candidate, tuple[Rated, ...]]:
    if len(candidates) == 1:
        return candidates[0], ()
    losses = []
    for candidate in candidates:
        calibration = _calibrate(candidate.raw, data, keys, judged, _center(candidate, toward), precision, samples=0)
        losses.append(row_losses(data.outcome[judged], calibration.margins(candidate.raw[judged])))
    names = [candidate.name for candidate in candidates]
    gate = choose(names, losses, keys.loc[judged, "weight"].to_numpy(), keys.loc[judged, "enterprise_id"])
    return candidates[next(i for i, rated in enumerate(gate) if rated.chosen)], gate


def _calibrate(
    raw: Array,
    data: Data,
    keys: pd.DataFrame,
    judged: Rows,
    toward: tuple[float, float],
    precision: Array,
    **options: int,
) -> Calibration:
    return fit_calibration(
        raw[judged],
        data.outcome[judged],
        keys.loc[judged, "weight"].to_numpy(),
        keys.loc[judged, "enterprise_id"],
        toward=toward,
        precision=precision,
        **options,
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
    columns = ["as_of", "enterprise_id", "sector", "outcome", "serious", "weight", "basis", "inclusion_probability"]
    return (
        keys.loc[judged, columns]
        .assign(margin=margin, probability=probability, tier_rank=tier_ranks(probability, standard.cuts))
        .reset_index(drop=True)
    )


def _counts(keys: pd.DataFrame) -> pd.DataFrame:
    groups = keys.groupby("sector")
    counts = groups.agg(snapshots=("as_of", "nunique"), examples=("outcome", "size"), problems=("outcome", "sum"))
    return counts.reset_index().astype({"problems": int})
