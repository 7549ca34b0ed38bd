"""How MLflow loads one of our saved models: by this module's name, without pickle and without importing MLflow.

`mlflow.pyfunc.load_model("models:/fenji.food_operation@champion")` calls `_load_pyfunc` with the saved directory.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from model.calibration import probability_of
from model.point_table import point_ranks, points_of
from model.saved import SavedModel, load_model
from model.tiers import TIERS, tier_ranks
from records.errors import ModelError


class LoggedModel:
    """A saved model that answers for a table of indicators."""

    def __init__(self, saved: SavedModel) -> None:
        self.saved = saved

    def predict(self, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """One row per row: margin, probability and tier (of the model alone, without hard rules).

        Columns are found by name, whatever their order; others are not looked at. A point table has no margins
        and leaves them null.

        Raises ModelError naming the indicators that are missing.
        """
        model = self.saved
        wanted = model.indicators or model.standard.rule_indicators
        missing = [name for name in wanted if name not in model_input]
        if missing:
            raise ModelError(
                f"The model of sector {model.sector!r} needs every indicator of its schema, "
                f"{', '.join(missing)} is missing; build the table with the same catalogue."
            )
        matrix = model_input[list(wanted)].to_numpy(dtype="float64")
        if model.calibration is None:
            return _point_tiers(model, matrix, model_input.index)
        margin = model.margins(matrix)
        probability = probability_of(margin)
        tiers = _ids(tier_ranks(probability, model.standard.cuts))
        return pd.DataFrame({"margin": margin, "probability": probability, "tier": tiers}, index=model_input.index)


def _load_pyfunc(path: str) -> LoggedModel:
    return LoggedModel(load_model(Path(path)))


def _point_tiers(model: SavedModel, matrix: Any, index: pd.Index) -> pd.DataFrame:
    table = model.standard.point_table
    if table is None:
        raise ModelError(f"Sector {model.sector!r} has neither a model nor a point table; add one to its standard.")
    tiers = _ids(point_ranks(table, points_of(table, matrix, model.standard.rule_indicators)))
    return pd.DataFrame({"margin": float("nan"), "probability": float("nan"), "tier": tiers}, index=index)


def _ids(ranks: Any) -> list[str]:
    return [TIERS[rank - 1].id for rank in ranks]
