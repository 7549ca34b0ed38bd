"""The credit scorer's way: optimal binning, weights of evidence, one logistic regression."""

import warnings

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from benchmarks.peers.peer import Array, Peer
from benchmarks.split import Split
from records.progress import Report

LEAST_IV = 0.02
"""Below this information value an indicator is called unpredictive (Siddiqi, Credit Risk Scorecards, 2006)."""
MOST_STEPS = 1_000
"""The regression's own 100 steps do not always reach the optimum."""


def answer(split: Split, progress: Report) -> Array:
    """optbinning at its defaults, null as a bin of its own, indicators by information value, scikit-learn's ridge."""
    # optbinning refuses a column that is null throughout, and finds no bins in a constant one.
    names = np.array(split.names)[split.is_varying]
    fitted = pd.DataFrame(split.fitted_matrix[:, split.is_varying].astype(float), columns=names)
    judged = pd.DataFrame(split.judged_matrix[:, split.is_varying].astype(float), columns=names)
    woe_fitted, woe_judged = _weights_of_evidence(fitted, judged, split.outcome, split.weight)
    logistic = LogisticRegression(max_iter=MOST_STEPS).fit(woe_fitted, split.outcome, sample_weight=split.weight)
    return logistic.predict_proba(woe_judged)[:, 1]


def _weights_of_evidence(
    fitted: pd.DataFrame, judged: pd.DataFrame, outcome: Array, weight: Array
) -> tuple[pd.DataFrame, pd.DataFrame]:
    from optbinning import BinningProcess

    with warnings.catch_warnings():
        # It fills tables in a way that pandas means to forbid, and calls scikit-learn by older names; both still work.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        process = BinningProcess(list(fitted.columns), n_jobs=-1).fit(fitted, outcome.astype(int), weight)
        woe = [process.transform(rows, metric="woe", metric_missing="empirical") for rows in (fitted, judged)]
        summary = process.summary()
    chosen = summary.loc[summary["iv"].astype(float) >= LEAST_IV, "name"].tolist() or list(fitted.columns)
    return woe[0][chosen], woe[1][chosen]


PEER = Peer(
    "scorecard", "评分卡（WOE + 逻辑回归）", "scorecard (WOE + logistic)", ("optbinning", "scikit-learn"), answer
)
