"""Would another system's grades have told more? Its grades as known at T beside our tiers, on the same enterprises."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sklearn.metrics import roc_auc_score

from features.build import Frame
from model.grades import GRADE_INDICATORS
from training.tiers.figures import tier_figures

RIVALS: Mapping[str, tuple[str, str]] = {
    "provincial_general": ("省通用型等级", "provincial general grade"),
    "provincial_professional": ("省专业型等级", "provincial professional grade"),
    "superior": ("上级部门等级", "superior bureau's grade"),
}
"""Every scheme of grades, by what a reader calls it."""

NOT_APPLICABLE = "没有被检主体在基准日前持有该等级 no enterprise judged here held such a grade before T"


def grades_of(frame: Frame) -> pd.DataFrame:
    """The grades that could be known at the frame's date: enterprise_id, sector, one column per scheme.

    A grade is the tier rank that it stands for, 1 low to 4 high; null where none was in force.
    """
    ranks = pd.DataFrame(frame.columns(list(GRADE_INDICATORS.values())), columns=list(GRADE_INDICATORS))
    return frame.keys[["enterprise_id", "sector"]].reset_index(drop=True).join(ranks)


def rival_report(judged: pd.DataFrame, drawn: pd.DataFrame, grades: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """By scheme: the rival's figures beside ours on those judged enterprises that it had graded.

    `judged` and `drawn` are rows of a backtest (`training.backtest`), `grades` those of `grades_of`. Each scheme has n,
    base_rate, `auc` of the rival's four ranks, of our four tiers and of our probabilities (null where all outcomes are
    alike), and `tiers` with the figures of each tier of the `rival` and of `ours`. Where nobody judged had a grade, the
    only key is `not_applicable`, a sentence.
    """
    return {scheme: _figures(_graded(judged, grades, scheme), _graded(drawn, grades, scheme)) for scheme in RIVALS}


def _graded(rows: pd.DataFrame, grades: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """The rows that have a grade, with it in `rival_rank`."""
    own = grades[["enterprise_id", "sector"]].assign(rival_rank=grades[scheme])
    return rows.merge(own[own["rival_rank"].notna()], on=["enterprise_id", "sector"])


def _figures(judged: pd.DataFrame, drawn: pd.DataFrame) -> dict[str, Any]:
    if judged.empty:
        return {"not_applicable": NOT_APPLICABLE}
    rivals_tiers, our_tiers = tier_figures(_as_tiers(judged), _as_tiers(drawn)), tier_figures(judged, drawn)
    return {
        "n": len(judged),
        "base_rate": float(judged["outcome"].mean()),
        "auc": {
            "rival": _auc(judged, "rival_rank"),
            "our_tiers": _auc(judged, "tier_rank"),
            "ours": _auc(judged, "probability"),
        },
        "tiers": {tier: {"rival": rivals_tiers[tier], "ours": our_tiers[tier]} for tier in our_tiers},
    }


def _auc(judged: pd.DataFrame, ranked_by: str) -> float | None:
    outcome = judged["outcome"].astype(float)
    return float(roc_auc_score(outcome, judged[ranked_by].astype(float))) if outcome.nunique() == 2 else None


def _as_tiers(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(tier_rank=rows["rival_rank"])
