"""What a training gives: one fitted model per sector, and all of them with the examples they learned from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from model.saved import SavedModel
from training.examples import Examples
from training.gate import Rated
from training.weighting import AS_IN_RECIPE, Weighting

ROW_COLUMNS = [
    *("as_of", "enterprise_id", "sector", "outcome", "serious", "severity_rank"),
    *("weight", "basis", "inclusion_probability"),
]


@dataclass(frozen=True)
class Fitted:
    """One sector's model, what the gate saw, and its out-of-fold answers on the last year of outcomes.

    `rows`: as_of, enterprise_id, sector, outcome, serious, severity_rank, weight, basis, inclusion_probability, margin,
    probability (calibrated, of a model that has not seen the enterprise) and tier_rank. `recent` has the same columns:
    each of the last year's inspections once, targeted ones too, as the last snapshot before it saw it (see
    `training.selection`).
    """

    model: SavedModel
    gate: tuple[Rated, ...]
    rows: pd.DataFrame
    recent: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Training:
    """Everything one training gave; `counts` has one row per sector: sector, snapshots, examples, problems.

    `weighting` says what each inspection weighed and on what evidence.
    """

    as_of: date
    models: Mapping[str, Fitted]
    examples: Examples
    counts: pd.DataFrame
    weighting: Weighting = AS_IN_RECIPE
