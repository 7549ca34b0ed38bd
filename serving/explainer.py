"""Reasons of one row at a time: contributions computed live, with the values and the records behind them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue.everything import BY_NAME
from model.grades import GRADE_INDICATORS
from model.reasons import Language, Reason, reasons_of
from model.saved import SavedModel
from records.errors import ModelError
from serving.release import Release
from serving.results import Result
from serving.snapshot import Snapshot

NO_REASONS: Result = {"baseline": None, "reasons": [], "other": None, "total": None, "grade_records": []}
"""What is added to a result without a margin: nothing adds up to a point table, a grade or an unknown enterprise."""

EvidenceKey = tuple[str, str | None, str]


class Evidence:
    """Record ids by enterprise, sector and indicator, as `features.evidence` finds them."""

    def __init__(self, table: pd.DataFrame) -> None:
        """`table` has enterprise_id, sector (null: any of the enterprise's), indicator, record_id."""
        self._ids: dict[EvidenceKey, list[str]] = {}
        sectors = table["sector"].astype(object).where(table["sector"].notna(), None)
        rows = zip(table["enterprise_id"], sectors, table["indicator"], table["record_id"], strict=True)
        for enterprise_id, sector, indicator, record_id in rows:
            self._ids.setdefault((enterprise_id, sector, indicator), []).append(record_id)

    def of(self, enterprise_id: str, sector: str, indicators: Sequence[str]) -> dict[str, list[str]]:
        """Record ids per indicator for one row."""
        return {
            name: self._ids.get((enterprise_id, sector, name), []) + self._ids.get((enterprise_id, None, name), [])
            for name in indicators
        }


class Explainer:
    """Explains rows under one release, beside the typical values of one snapshot."""

    def __init__(self, release: Release, snapshot: Snapshot) -> None:
        """Raises ModelError where a model needs an indicator that snapshot or catalogue do not have."""
        self._models = release.models
        self._column = {name: position for position, name in enumerate(snapshot.indicators)}
        self._typical: Mapping[str, NDArray[np.float32]] = dict(zip(snapshot.sectors, snapshot.typical, strict=True))
        for model in release.models.values():
            self._check_schema(model)

    def _check_schema(self, model: SavedModel) -> None:
        for name in model.indicators:
            if name not in self._column or name not in BY_NAME:
                raise ModelError(
                    f"A model's indicators must be in the snapshot and the catalogue, {name} of sector "
                    f"{model.sector!r} is not; score the population with this version."
                )

    def explain(
        self, result: Result, values: NDArray[np.float32], found: Evidence, language: Language, limit: int | None
    ) -> Result:
        """Baseline, reasons, `other` and total of a result; `values` are in the order of the snapshot's indicators.

        Contributions, baseline and `other` sum to the margin to 1e-6. Of another system's grade that is passed on there
        are only `grade_records`: the ids of the records that state it.
        """
        enterprise_id, sector = result["enterprise_id"], result["sector"]
        if result["scheme"] is not None:
            grade = GRADE_INDICATORS[result["scheme"]]
            return NO_REASONS | {"grade_records": found.of(enterprise_id, sector, [grade])[grade]}
        if result["margin"] is None:
            return NO_REASONS
        baseline, reasons, other = self.reasons(result, values, found, limit)
        shown: list[dict[str, Any]] = [reason.to_json(language) for reason in reasons]
        return NO_REASONS | {"baseline": baseline, "reasons": shown, "other": other, "total": result["margin"]}

    def reasons(
        self, result: Result, values: NDArray[np.float32], found: Evidence, limit: int | None = None
    ) -> tuple[float, list[Reason], float]:
        """Baseline, reasons and `other` of a result that has a margin."""
        enterprise_id, sector = result["enterprise_id"], result["sector"]
        model = self._models[sector]
        matrix = self.values_of(model, values)
        baseline, parts = model.contributions(matrix[None, :])
        reasons, other = reasons_of(
            [BY_NAME[name] for name in model.indicators],
            matrix,
            self.typical_of(model, sector),
            parts[0],
            result["margin"],
            found.of(enterprise_id, sector, model.indicators),
            limit,
        )
        return baseline, reasons, other

    def values_of(self, model: SavedModel, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """A row of the snapshot in the order of a model's indicators."""
        return values[[self._column[name] for name in model.indicators]].astype(np.float64)

    def typical_of(self, model: SavedModel, sector: str) -> NDArray[np.float64]:
        """The sector's medians in the order of a model's indicators; null without any enterprise in it."""
        typical = self._typical.get(sector)
        if typical is None:
            return np.full(len(model.indicators), np.nan)
        return self.values_of(model, typical)
