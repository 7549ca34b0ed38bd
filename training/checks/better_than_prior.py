"""Is the model better than telling every enterprise the same rate?"""

import numpy as np
import pandas as pd

from training.checks.check import Check, NotApplicable
from training.checks.sample import judged_rows
from training.fit import Fitted, Training
from training.metrics import evaluate

FEW_ROWS = 500
"""With fewer judged rows a borrowed general model may lose to the sector's own rate by chance (project decision)."""
LEAST_ROWS = 50
"""With fewer rows not even a warning means anything."""


def find(training: Training, fitted: Fitted) -> str | None:
    """Compare the log-loss with that of the constant base rate: models of the sector's own, and where rows are many."""
    rows = judged_rows(fitted)
    if _is_borrowed_and_small(fitted):
        raise NotApplicable(f"The general model on fewer than {FEW_ROWS} rows is only warned about.")
    return _compare(rows)


def find_small(training: Training, fitted: Fitted) -> str | None:
    """The same question where chance alone may answer it."""
    rows = judged_rows(fitted)
    if not _is_borrowed_and_small(fitted):
        raise NotApplicable("The same question is asked as a blocking check.")
    return _compare(rows)


def _is_borrowed_and_small(fitted: Fitted) -> bool:
    return fitted.model.level == "general" and len(fitted.rows) < FEW_ROWS


def _compare(rows: pd.DataFrame) -> str | None:
    if len(rows) < LEAST_ROWS:
        raise NotApplicable(f"The comparison needs at least {LEAST_ROWS} rows, there are {len(rows)}.")
    outcome = rows["outcome"].to_numpy(dtype=float)
    if outcome.min() == outcome.max():
        raise NotApplicable("All rows have the same outcome, the constant rate is perfect.")
    own = evaluate(outcome, rows["probability"].to_numpy(dtype=float))["log_loss"]
    constant = evaluate(outcome, np.full(len(outcome), outcome.mean()))["log_loss"]
    if own is None or constant is None or own < constant:
        return None
    return (
        f"A model must have a lower log-loss than the constant base rate {outcome.mean():.1%}, "
        f"got {own:.4f} against {constant:.4f} on {len(rows)} rows; calibrate it anew or answer by the point table."
    )


CHECK = Check("better_than_prior", "优于固定问题率", "better than the constant base rate", "blocking", find)
CHECK_SMALL = Check(
    "better_than_prior_small",
    "优于固定问题率（样本少）",
    "better than the constant base rate, few rows",
    "warning",
    find_small,
)
