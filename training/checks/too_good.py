"""Is the model too good to be true?"""

from training.checks.check import Check, NotApplicable
from training.checks.sample import judged_rows
from training.fitted import Fitted, Training
from training.metrics import evaluate

SUSPICIOUS_AUC = 0.97
"""No honest forecast of an inspection a year ahead comes near this; leaked results do (project decision)."""
LEAST_OF_EACH = 10
"""An AUC over fewer enterprises with a problem, or without, may be perfect by luck."""


def find(training: Training, fitted: Fitted) -> str | None:
    """Compare the out-of-fold AUC with what no forecast of inspections reaches."""
    rows = judged_rows(fitted)
    outcome = rows["outcome"].to_numpy(dtype=float)
    if min(outcome.sum(), (1 - outcome).sum()) < LEAST_OF_EACH:
        raise NotApplicable(f"An AUC needs {LEAST_OF_EACH} rows with a problem and {LEAST_OF_EACH} without.")
    auc = evaluate(outcome, rows["probability"].to_numpy(dtype=float))["auc"]
    if auc is None or auc <= SUSPICIOUS_AUC:
        return None
    return (
        f"An AUC above {SUSPICIOUS_AUC:g} suggests that an indicator knows the outcome, got {auc:.3f}; "
        "look at the strongest indicators and at the known-at times of their records."
    )


CHECK = Check("too_good", "结果好得可疑（可能信息泄漏）", "too good to be true", "warning", find)
