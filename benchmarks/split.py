"""One data set as every model sees it: labelled rows before T to learn from, enterprises after T to judge by."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.build import build_frame
from model.standard import Standard
from records.errors import DataError
from records.finding_subjects import SEVERITY_RANK
from records.progress import Report, silent
from records.source import Records
from training.backtest import judged_outcomes, score_cohort
from training.examples import standard_of
from training.fit import fit_models
from training.fitted import Training
from training.outcomes import rated_inspections

Matrix = NDArray[np.float32]
KEYS = ["enterprise_id", "sector"]


@dataclass(frozen=True)
class Split:
    """The product's own training rows and judged enterprises, with nothing encoded: numbers, and NaN for null.

    `fitted`: one row per snapshot, enterprise and sector of `training.examples.collect_examples`: as_of,
    enterprise_id, sector, outcome (0/1), weight, is_recent, horizon_days. `judged`: one row per enterprise inspected
    after T: enterprise_id, sector, outcome, own_rate (problems per earlier inspection; null before the first),
    probability and tier_rank (both the product's own). `fitted_matrix` and `judged_matrix` go with them, one column
    per name. `left_out` counts the inspected enterprises for which the product gives no probability.
    """

    as_of: date
    names: tuple[str, ...]
    fitted: pd.DataFrame
    fitted_matrix: Matrix
    judged: pd.DataFrame
    judged_matrix: Matrix
    standards: Mapping[str, Standard]
    left_out: int

    @property
    def outcome(self) -> NDArray[np.float64]:
        """What the rows to learn from turned out to be."""
        return self.fitted["outcome"].to_numpy(dtype=float)

    @property
    def weight(self) -> NDArray[np.float64]:
        """How much each row to learn from counts."""
        return self.fitted["weight"].to_numpy(dtype=float)

    @cached_property
    def is_varying(self) -> NDArray[np.bool_]:
        """Columns with at least two values among the rows to learn from; the others cannot teach anything."""
        columns = (column[~np.isnan(column)] for column in self.fitted_matrix.T)
        return np.array([len(column) > 0 and column.min() < column.max() for column in columns], dtype=bool)

    @cached_property
    def digest(self) -> str:
        """Changes with anything that a peer can learn from or answer for."""
        digest = hashlib.sha256("\n".join(self.names).encode())
        for matrix in (self.fitted_matrix, self.judged_matrix):
            digest.update(repr(matrix.shape).encode() + np.ascontiguousarray(matrix).tobytes())
        learned = self.fitted[["as_of", *KEYS, "outcome", "weight", "is_recent", "horizon_days"]]
        for rows in (learned, self.judged[KEYS]):
            digest.update(pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes())
        return digest.hexdigest()


def make_split(records: Records, standards: Mapping[str, Standard], as_of: date, progress: Report = silent) -> Split:
    """Train the product on what was known before T = `as_of`, let it answer at T, and keep what the peers need.

    The steps are those of `training.backtest.backtest`, so the product's figures are the same as there.

    Raises DataError when nothing can be learned before T or no enterprise with a probability was inspected after it.
    """
    training = fit_models(records, standards, as_of, progress)
    progress("评分 scoring", 0, 1)
    frame = build_frame(records, as_of)
    scores = score_cohort(frame, {sector: fitted.model for sector, fitted in training.models.items()})
    inspected = scores.merge(judged_outcomes(records, standards, as_of)[[*KEYS, "outcome"]], on=KEYS)
    judged = inspected[inspected["probability"].notna()]
    if judged.empty:
        raise DataError(
            f"A comparison needs enterprises with a probability at {as_of} that were inspected after it, "
            "there are none; give another as-of date."
        )
    judged = judged.merge(frame.keys[KEYS].reset_index(names="row"), on=KEYS)
    own_rate = judged["enterprise_id"].map(own_rates(records, standards, as_of))
    return Split(
        as_of,
        tuple(training.examples.names),
        _with_horizon(training, standards),
        training.examples.values,
        judged[[*KEYS, "outcome", "probability", "tier_rank"]].assign(own_rate=own_rate.astype(float)),
        frame.columns(training.examples.names)[judged["row"].to_numpy()].astype(np.float32),
        standards,
        len(inspected) - len(judged),
    )


def _with_horizon(training: Training, standards: Mapping[str, Standard]) -> pd.DataFrame:
    keys = training.examples.keys
    horizon_days = {sector: standard_of(standards, sector).horizon_days for sector in keys["sector"].unique()}
    return keys[["as_of", *KEYS, "outcome", "weight", "is_recent"]].assign(
        horizon_days=keys["sector"].map(horizon_days).astype(int)
    )


def own_rates(records: Records, standards: Mapping[str, Standard], as_of: date) -> pd.Series:
    """Problems per regular inspection that had occurred and was known before `as_of`, by enterprise_id.

    A problem is what the standard of the inspection's own sector calls one.
    """
    earlier = rated_inspections(records, as_of)
    earlier = earlier[earlier["occurred_on"] < pd.Timestamp(as_of)]
    least = {s: SEVERITY_RANK[standard_of(standards, s).outcome_severity] for s in earlier["sector"].unique()}
    is_problem = earlier["severity_rank"] >= earlier["sector"].map(least).astype(float)
    return is_problem.groupby(earlier["enterprise_id"]).mean()
