"""What the champion says of the rows that the new model is judged on."""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.saved import SavedModel
from training.checks.check import NotApplicable
from training.checks.sample import judged_rows, matrix_of
from training.fitted import Fitted, Training
from training.gate import Rated, choose, row_losses

LEAST_ENTERPRISES = 100
"""With fewer enterprises neither losses nor tiers are compared: chance would speak (project decision)."""


def champion_margins(
    training: Training, fitted: Fitted, champion: SavedModel | None, rows: pd.DataFrame
) -> NDArray[np.float64]:
    """The champion's calibrated log-odds on some of the judged rows.

    Raises NotApplicable without a champion that answers the same question by probabilities, where it looks at an
    indicator that is no longer built, and for fewer than LEAST_ENTERPRISES enterprises.
    """
    champion = _answering(fitted, champion)
    enterprises = rows["enterprise_id"].nunique()
    if enterprises < LEAST_ENTERPRISES:
        raise NotApplicable(f"A comparison needs {LEAST_ENTERPRISES} enterprises, there are {enterprises}.")
    missing = sorted(set(champion.indicators) - set(training.examples.names))
    if missing:
        raise NotApplicable(f"The champion looks at indicators that are no longer built: {', '.join(missing[:3])}.")
    return champion.margins(matrix_of(training, rows, champion.indicators))


def unseen_rows(training: Training, fitted: Fitted, champion: SavedModel | None) -> pd.DataFrame:
    """The judged rows whose inspection took place on the champion's own as-of date or later, which it cannot know."""
    rows, known_before = judged_rows(fitted), trained_at(_answering(fitted, champion))
    return rows[occurred_on(training, rows) >= pd.Timestamp(known_before)].reset_index(drop=True)


def compare_losses(training: Training, fitted: Fitted, champion: SavedModel | None) -> Rated:
    """The new model's log-loss on the champion's unseen rows, with its paired difference from the champion's.

    The difference is negative where the new model is better; its standard error is clustered by enterprise.
    Ours are out-of-fold answers of a model that knows the years in question from other enterprises, as the champion
    does not: the comparison leans to the new model, so it can show only that a model is worse.
    """
    rows = unseen_rows(training, fitted, champion)
    margins = (rows["margin"].to_numpy(dtype=float), champion_margins(training, fitted, champion, rows))
    outcome, weight = rows["outcome"].to_numpy(dtype=float), rows["weight"].to_numpy(dtype=float)
    losses = [row_losses(outcome, margin) for margin in margins]
    new, old = choose(("challenger", "champion"), losses, weight, rows["enterprise_id"])
    error = max(new.standard_error, old.standard_error)
    return Rated("challenger", new.log_loss, new.log_loss - old.log_loss, error, chosen=new.chosen)


def trained_at(champion: SavedModel) -> date:
    """The as-of date of the champion's training."""
    return date.fromisoformat(champion.lineage["as_of"])


def _answering(fitted: Fitted, champion: SavedModel | None) -> SavedModel:
    """The champion, if it answers the same question as the new model."""
    if champion is None or champion.calibration is None:
        raise NotApplicable("The sector has no champion that answers with probabilities.")
    asked = [(model.standard.outcome_severity, model.standard.horizon_days) for model in (fitted.model, champion)]
    if asked[0] != asked[1]:
        raise NotApplicable("The standard's outcome or horizon changed since the champion was trained.")
    return champion


def occurred_on(training: Training, rows: pd.DataFrame) -> pd.Series:
    """When the inspection of each row took place."""
    keys = training.examples.keys[["as_of", "enterprise_id", "sector", "occurred_on"]]
    found = rows[["as_of", "enterprise_id", "sector"]].merge(keys, how="left", validate="many_to_one")
    return pd.to_datetime(found["occurred_on"])
