"""Is the model better than telling every enterprise the same rate?"""

import numpy as np

from model.calibration import margin_of
from training.checks.check import Check, NotApplicable
from training.checks.noise import deviations_of_each
from training.checks.sample import judged_rows
from training.fitted import Fitted, Training
from training.gate import Rated, choose, row_losses

LEAST_ROWS = 50
"""With fewer rows not even a warning means anything."""


def find(training: Training, fitted: Fitted) -> str | None:
    """Refuse a model that is worse than the constant base rate beyond noise: few enterprises may lose by chance."""
    model = compare(fitted)
    if model.difference <= deviations_of_each(training) * model.standard_error:
        return None
    return _sentence(model, fitted, "must not be worse than the constant base rate beyond noise")


def find_small(training: Training, fitted: Fitted) -> str | None:
    """Point at a model that is not better than the constant base rate, be it by chance."""
    model = compare(fitted)
    return None if model.difference < 0 else _sentence(model, fitted, "should be better than the constant base rate")


def compare(fitted: Fitted) -> Rated:
    """The model's log-loss with its paired difference from the constant's, clustered by enterprise.

    The constant is the rate of the judged rows themselves, which no model knows beforehand.
    """
    rows = judged_rows(fitted)
    if len(rows) < LEAST_ROWS:
        raise NotApplicable(f"The comparison needs at least {LEAST_ROWS} rows, there are {len(rows)}.")
    outcome, weight = rows["outcome"].to_numpy(dtype=float), rows["weight"].to_numpy(dtype=float)
    if outcome.min() == outcome.max():
        raise NotApplicable("All rows have the same outcome, the constant rate is perfect.")
    rate = np.full(len(rows), np.average(outcome, weights=weight))
    losses = [row_losses(outcome, margin) for margin in (margin_of(rows["probability"].to_numpy()), margin_of(rate))]
    model, constant = choose(("model", "constant"), losses, weight, rows["enterprise_id"])
    error = max(model.standard_error, constant.standard_error)
    return Rated("model", model.log_loss, model.log_loss - constant.log_loss, error, chosen=model.chosen)


def _sentence(model: Rated, fitted: Fitted, rule: str) -> str:
    return (
        f"A model {rule}, its log-loss of {model.log_loss:.4f} is {model.difference:.4f} ± {model.standard_error:.4f} "
        f"higher on {len(fitted.rows)} rows; calibrate it anew or answer by the point table."
    )


CHECK = Check("better_than_prior", "不劣于固定问题率", "not worse than the constant base rate", "blocking", find)
CHECK_SMALL = Check(
    "better_than_prior_small", "优于固定问题率", "better than the constant base rate", "warning", find_small
)
