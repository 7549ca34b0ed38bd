"""A small invented training for the tests of everything that follows it: three indicators, a model of every level."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from model.booster import fit_bag
from model.calibration import Calibration, probability_of
from model.saved import Component, SavedModel
from model.standard import SHIPPED_STANDARDS, read_standards
from model.tiers import tier_ranks
from training.checks.check import Check, Finding, ask
from training.examples import Examples
from training.fitted import ROW_COLUMNS, Fitted, General, Training
from training.gate import Rated
from training.sector_levels import SectorLevels

AS_OF = date(2024, 7, 1)
SNAPSHOT = pd.Timestamp("2023-04-01")
NAMES = ("enterprises_tenure_days", "penalties_count_365d", "complaints_count_365d")
DIRECTIONS = (0, 1, 1)
OWN, BORROWED, POINTS = "food_operation", "drugs", "food_production"
ENTERPRISES = 1_000
GATE = (
    Rated("general", 0.40, 0.03, 0.01, chosen=False),
    Rated("sector booster", 0.38, 0.01, 0.02, chosen=True),
    Rated("average", 0.37, 0.0, 0.0, chosen=False),
)


@cache
def small_training() -> Training:
    """Outcomes follow penalties and complaints; every third enterprise is in the borrowed sector."""
    generator = np.random.default_rng(7)
    values = np.column_stack(
        [
            generator.uniform(100, 9000, ENTERPRISES),
            generator.poisson(0.7, ENTERPRISES),
            generator.poisson(1.0, ENTERPRISES),
        ]
    ).astype(np.float32)
    values[::50, 0] = np.nan
    margin = -2.5 + 0.8 * values[:, 1] + 0.5 * values[:, 2]
    outcome = (generator.random(ENTERPRISES) < probability_of(margin)).astype(float)
    sectors = np.where(np.arange(ENTERPRISES) % 3 == 0, BORROWED, OWN)
    keys = pd.DataFrame(
        {
            "as_of": SNAPSHOT,
            "enterprise_id": [f"E{number:04d}" for number in range(ENTERPRISES)],
            "sector": sectors,
            "outcome": outcome,
            "serious": outcome * (generator.random(ENTERPRISES) < 0.2),
            "basis": "random",
            "inclusion_probability": 0.1,
            "occurred_on": SNAPSHOT + pd.to_timedelta(generator.integers(0, 300, ENTERPRISES), unit="D"),
            "weight": 1.0,
            "is_targeted": False,
            "is_recent": True,
        }
    )
    keys["severity_rank"] = 2 * keys["outcome"] + keys["serious"]
    examples = Examples(keys, values, NAMES)
    models = {"general": _fitted("general", examples, margin), OWN: _fitted(OWN, examples, margin)}
    models[BORROWED] = _fitted(BORROWED, examples, margin)
    models[POINTS] = _point_table(keys)
    counts = keys.groupby("sector").agg(snapshots=("as_of", "nunique"), examples=("outcome", "size")).reset_index()
    general = General(margin, models["general"].model.components, SectorLevels(0.0, {}, 0.0, {}), 0.0, {})
    return Training(AS_OF, models, examples, counts.assign(problems=10), general)


def _fitted(sector: str, examples: Examples, margin: np.ndarray) -> Fitted:
    keys = examples.keys
    own = np.ones(len(keys), dtype=bool) if sector == "general" else examples.of(sector)
    standard = read_standards(SHIPPED_STANDARDS)[sector]
    matrix = examples.values[own].astype(float)
    outcome = keys.loc[own, "outcome"].to_numpy()
    parameters = {"num_leaves": 4, "min_data_in_leaf": 20, "num_threads": 1}
    bag = fit_bag(
        matrix, outcome, np.ones(len(outcome)), directions=DIRECTIONS, parameters=parameters, rounds=15, seeds=(1, 2)
    )
    level = "sector" if sector == OWN else "general"
    calibration = Calibration(1.1, 0.05, ((1.0, 0.0), (1.2, 0.1)))
    gate = GATE if sector == OWN else ()
    choice = "sector booster" if sector == OWN else "general"
    lineage = {"choice": choice, "gate": [vars(rated) for rated in gate]}
    model = SavedModel(sector, level, standard, NAMES, (Component(1.0, bag),), calibration, lineage)
    probability = probability_of(margin[own])
    rows = keys.loc[own, ROW_COLUMNS].reset_index(drop=True)
    ranks = tier_ranks(probability, standard.cuts)
    return Fitted(model, gate, rows.assign(margin=margin[own], probability=probability, tier_rank=ranks))


def _point_table(keys: pd.DataFrame) -> Fitted:
    standard = read_standards(SHIPPED_STANDARDS)[POINTS]
    model = SavedModel(POINTS, "point_table", standard, (), (), None, {"choice": "point table"})
    return Fitted(model, (), keys[:0])


def with_model(training: Training, sector: str, **changes: object) -> Training:
    """The training with another model of one sector."""
    fitted = training.models[sector]
    return with_fitted(training, sector, model=replace(fitted.model, **changes))


def with_rows(training: Training, sector: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Training:
    """The training with other out-of-fold rows of one sector."""
    return with_fitted(training, sector, rows=change(training.models[sector].rows))


def with_keys(training: Training, **columns: object) -> Training:
    """The training with other columns beside its examples."""
    return replace(training, examples=replace(training.examples, keys=training.examples.keys.assign(**columns)))


def with_fitted(training: Training, sector: str, **changes: object) -> Training:
    return replace(training, models={**training.models, sector: replace(training.models[sector], **changes)})


def finding(check: Check, training: Training, sector: str) -> Finding:
    """What one check says about one sector."""
    return ask(check, training, training.models[sector])
