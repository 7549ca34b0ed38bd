"""The rows that checks look at."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.standard import GENERAL
from training.checks.check import NotApplicable
from training.fitted import Fitted, Training


def example_matrix(training: Training, fitted: Fitted, limit: int) -> NDArray[np.float64]:
    """At most `limit` of the sector's examples, spread evenly over them, in the columns of the model's schema.

    Raises NotApplicable for a point table, which has no margins, and for a sector without examples.
    """
    model, examples = fitted.model, training.examples
    if model.calibration is None:
        raise NotApplicable("A point table has no margins.")
    of_sector = np.arange(len(examples.keys)) if model.sector == GENERAL else np.flatnonzero(examples.of(model.sector))
    if not len(of_sector):
        raise NotApplicable("The sector has no examples.")
    rows = of_sector[np.unique(np.linspace(0, len(of_sector) - 1, limit).astype(int))]
    return _columns(training, rows, model.indicators)


def matrix_of(training: Training, rows: pd.DataFrame, indicators: Sequence[str]) -> NDArray[np.float64]:
    """The indicators of rows that are named by as_of, enterprise_id and sector, in the order of the rows."""
    named = ["as_of", "enterprise_id", "sector"]
    positions = training.examples.keys[named].assign(position=np.arange(len(training.examples.keys)))
    found = rows[named].merge(positions, how="left", validate="one_to_one")
    return _columns(training, found["position"].to_numpy(dtype=np.intp), indicators)


def _columns(training: Training, rows: NDArray[np.intp], indicators: Sequence[str]) -> NDArray[np.float64]:
    column = {name: position for position, name in enumerate(training.examples.names)}
    return training.examples.values[rows][:, [column[name] for name in indicators]].astype(np.float64)


def judged_rows(fitted: Fitted) -> pd.DataFrame:
    """The out-of-fold rows on which the model was judged.

    Raises NotApplicable where there are none or no calibrated probability.
    """
    if fitted.model.calibration is None or not len(fitted.rows):
        raise NotApplicable("The sector has no out-of-fold probabilities.")
    return fitted.rows
