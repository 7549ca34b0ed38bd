"""What a training gives: one fitted model per sector, and all of them with the examples they learned from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.saved import Component, SavedModel
from model.scorecard import Scorecard
from training.examples import Examples
from training.gate import Rated
from training.recipe import SPREAD_AS_PRIOR
from training.sector_levels import SectorLevels
from training.weighting import AS_IN_RECIPE, Weighting

Array = NDArray[np.float64]

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
class General:
    """The general model as the sectors start from it.

    `raw` are its out-of-fold log-odds with the sectors' levels in them; `components` what was fitted, without. `toward`
    holds slope and offset of its margin by severity: calibrated on all sectors to problems of that severity.
    """

    raw: Array
    components: tuple[Component, ...]
    levels: SectorLevels
    level_share: float
    toward: Mapping[str, tuple[float, float]]

    def in_sector(self, sector: str) -> tuple[Component, ...]:
        """The components as they answer in a sector: its level is an addend that needs no indicator."""
        if not self.level_share:
            return self.components
        return (*self.components, Component(self.level_share, Scorecard(self.levels.of(sector), ())))


@dataclass(frozen=True)
class Training:
    """Everything one training gave; `counts` has one row per sector: sector, snapshots, examples, problems.

    `general` is what the sectors' models started from; its own answers are among `models`.

    `weighting` says what each inspection weighed and on what evidence, `spread` how far the sectors' offsets lie from
    the general calibration (standard deviation in log-odds).
    """

    as_of: date
    models: Mapping[str, Fitted]
    examples: Examples
    counts: pd.DataFrame
    general: General
    weighting: Weighting = AS_IN_RECIPE
    spread: float = SPREAD_AS_PRIOR
