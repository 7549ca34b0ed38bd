"""Three libraries of boosted trees, each at its own defaults: what one gets without knowing the data."""

from benchmarks.peers.peer import SEED, Array, Peer
from benchmarks.split import Split
from records.progress import Report


def answer_lightgbm(split: Split, progress: Report) -> Array:
    """LightGBM as it comes, only silent."""
    from lightgbm import LGBMClassifier

    return _answer(LGBMClassifier(random_state=SEED, verbose=-1), split)


def answer_xgboost(split: Split, progress: Report) -> Array:
    """XGBoost as it comes."""
    from xgboost import XGBClassifier

    return _answer(XGBClassifier(random_state=SEED), split)


def answer_catboost(split: Split, progress: Report) -> Array:
    """CatBoost as it comes, only silent and without files of its own."""
    from catboost import CatBoostClassifier

    return _answer(CatBoostClassifier(random_seed=SEED, verbose=False, allow_writing_files=False), split)


def _answer(classifier, split: Split) -> Array:  # type: ignore[no-untyped-def]  # any of three libraries
    classifier.fit(split.fitted_matrix, split.outcome.astype(int), sample_weight=split.weight)
    return classifier.predict_proba(split.judged_matrix)[:, 1].astype(float)


LIGHTGBM = Peer("lightgbm", "LightGBM 默认", "LightGBM, defaults", ("lightgbm",), answer_lightgbm)
XGBOOST = Peer("xgboost", "XGBoost 默认", "XGBoost, defaults", ("xgboost-cpu",), answer_xgboost)
CATBOOST = Peer("catboost", "CatBoost 默认", "CatBoost, defaults", ("catboost",), answer_catboost)
