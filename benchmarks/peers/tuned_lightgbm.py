"""LightGBM as a careful practitioner tunes it: Optuna, and a validation that lies later in time."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.peers.peer import SEED, Array, NotApplicable, Peer
from benchmarks.split import Split
from records.progress import Report

Rows = NDArray[np.bool_]

TRIALS = 50
MOST_ROUNDS = 1_000
PATIENCE_ROUNDS = 50
WHAT = "LightGBM + Optuna 调参 tuning"


def answer(split: Split, progress: Report) -> Array:
    """The best of 50 trials by weighted log-loss on the last year's snapshots, then fitted again on every row.

    Raises NotApplicable where no snapshot closes before a later one opens, or either side has one class.
    """
    import lightgbm as lgb
    import optuna

    early, late = nested_in_time(split)
    # The search changes the smallest leaf, by which LightGBM would drop columns while it bins them.
    data = lgb.Dataset(
        split.fitted_matrix.astype(float),
        split.outcome,
        weight=split.weight,
        params={"feature_pre_filter": False, "verbose": -1},
        free_raw_data=False,
    ).construct()
    learn, validate = (data.subset(np.flatnonzero(rows).tolist()) for rows in (early, late))

    def loss(trial: Any) -> float:
        progress(WHAT, trial.number, TRIALS)
        stop = lgb.early_stopping(PATIENCE_ROUNDS, verbose=False)
        booster = lgb.train(_parameters(trial), learn, MOST_ROUNDS, valid_sets=[validate], callbacks=[stop])
        trial.set_user_attr("rounds", booster.best_iteration)
        return float(booster.best_score["valid_0"]["binary_logloss"])

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=SEED))
    study.optimize(loss, n_trials=TRIALS)
    best = study.best_trial
    booster = lgb.train({**_FIXED, **best.params}, data, best.user_attrs["rounds"])
    return np.asarray(booster.predict(split.judged_matrix.astype(float)), dtype=float)


def nested_in_time(split: Split) -> tuple[Rows, Rows]:
    """Rows to fit a trial on and rows to validate it: the windows of the first close before those of the second open.

    The second are the last year's snapshots, by which the product calibrates too; where the history is so short that
    nothing closes before them, only the later ones.
    """
    as_of = split.fitted["as_of"]
    closes = as_of + pd.to_timedelta(split.fitted["horizon_days"], unit="D")
    for start in sorted(as_of[split.fitted["is_recent"].to_numpy(dtype=bool)].unique()):
        early, late = (closes <= start).to_numpy(dtype=bool), (as_of >= start).to_numpy(dtype=bool)
        if all(len(np.unique(split.outcome[rows])) == 2 for rows in (early, late)):
            return early, late
    raise NotApplicable(
        "Tuning needs both outcomes in snapshots that close before others open; the history is shorter."
    )


_FIXED: dict[str, Any] = {
    "objective": "binary",
    "metric": "binary_logloss",
    "bagging_freq": 1,
    "feature_pre_filter": False,
    "seed": SEED,
    "verbose": -1,
}


def _parameters(trial: Any) -> dict[str, Any]:
    """The search that LightGBM's own guide to tuning points to: size of trees, rate, sampling, penalties."""
    return {
        **_FIXED,
        "learning_rate": trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 4, 128, log=True),
        "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 5, 500, log=True),
        "feature_fraction": trial.suggest_float("feature_fraction", 0.2, 1.0),
        "bagging_fraction": trial.suggest_float("bagging_fraction", 0.4, 1.0),
        "lambda_l1": trial.suggest_float("lambda_l1", 1e-3, 100.0, log=True),
        "lambda_l2": trial.suggest_float("lambda_l2", 1e-3, 100.0, log=True),
    }


PEER = Peer("tuned_lightgbm", "LightGBM 调参", "LightGBM, tuned (50 trials)", ("lightgbm", "optuna"), answer)
