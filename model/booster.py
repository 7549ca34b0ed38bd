"""The one home of LightGBM: fitting a bag of small trees, saving it as text, adding up its contributions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BoosterBag:
    """Boosters fitted alike on different seeds; the raw log-odds of the bag are the mean of theirs."""

    boosters: tuple[lightgbm.Booster, ...]

    def margins(self, matrix: Array, names: Sequence[str], threads: int = 1) -> Array:
        """Raw log-odds per row; columns are the schema's indicators in the schema's order."""
        total = np.zeros(len(matrix))
        for booster in self.boosters:
            total += booster.predict(matrix, raw_score=True, num_threads=threads)
        return total / len(self.boosters)

    def contributions(self, matrix: Array, names: Sequence[str], threads: int = 1) -> tuple[float, Array]:
        """The baseline and the exact tree-SHAP contribution per row and column; they sum to the margin."""
        total = np.zeros((len(matrix), len(names) + 1))
        for booster in self.boosters:
            total += booster.predict(matrix, pred_contrib=True, num_threads=threads)
        total /= len(self.boosters)
        return float(total[0, -1]), total[:, :-1]

    def to_texts(self) -> list[str]:
        return [booster.model_to_string() for booster in self.boosters]

    @staticmethod
    def from_texts(texts: Sequence[str]) -> "BoosterBag":
        return BoosterBag(tuple(lightgbm.Booster(model_str=text) for text in texts))


def fit_bag(
    matrix: Array,
    outcome: Array,
    weight: Array,
    *,
    directions: Sequence[int],
    parameters: Mapping[str, Any],
    rounds: int,
    seeds: Sequence[int],
    offset: Array | None = None,
) -> BoosterBag:
    """Fit one booster per seed on a numeric matrix (rows x indicators).

    `directions` are monotone constraints, +1 where a larger value may never lower the risk. `offset` holds raw
    log-odds that the trees start from (the general margin under a sector booster); it is not part of the
    result. Binary log-loss; no early stopping, so that nothing later in time is looked at.
    """
    data = lightgbm.Dataset(
        _silenced(matrix),
        label=outcome,
        weight=weight,
        init_score=offset,
        params={"max_bin": parameters.get("max_bin", 255), "verbose": -1, "feature_pre_filter": False},
        free_raw_data=True,
    )
    fitted = []
    for seed in seeds:
        settings = {
            "objective": "binary",
            "monotone_constraints": list(directions),
            "seed": seed,
            "deterministic": True,
            # With some ten thousand rows and few leaves, threads wait for each other longer than they work: one thread
            # that goes by columns took half the time of two on a sector, and four fifths on all of them.
            "num_threads": 1,
            "force_col_wise": True,
            "verbose": -1,
            **parameters,
        }
        fitted.append(lightgbm.train(settings, data, num_boost_round=rounds))
    return BoosterBag(tuple(fitted))


def _silenced(matrix: Array) -> Array:
    """The same rows with a constant where a column is null in every one.

    Trees draw from null columns as from any other, though not from constant ones: a catalogue that grows by records
    which a bureau does not have would otherwise change its model.
    """
    null = np.isnan(matrix).all(axis=0)
    return np.where(null, 0.0, matrix) if null.any() else matrix
