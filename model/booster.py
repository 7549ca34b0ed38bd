"""The one home of LightGBM: fitting a bag of small trees, saving it as text, adding up its contributions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from model.split_tables import SplitTables, split_tables

Array = NDArray[np.float64]

BULK_ROWS = 1000
"""From so many rows on, small trees are looked up in tables; for fewer, making the tables would take longer."""
CHUNK_ROWS = 16_384
"""Rows that a thread looks up together: few enough for the processor's cache, enough to be worth the calls."""


@dataclass(frozen=True)
class BoosterBag:
    """Boosters fitted alike on different seeds; the raw log-odds of the bag are the mean of theirs."""

    boosters: tuple[lightgbm.Booster, ...]

    def margins(self, matrix: Array, names: Sequence[str], threads: int = 1) -> Array:
        """Raw log-odds per row; columns are the schema's indicators in the schema's order.

        A row has the same bits alone and among many.
        """
        if tables := self._tables_for(matrix):
            found = np.empty(len(matrix))
            return _look_up(lambda columns: _mean(one.margins(columns) for one in tables), matrix, found, threads)
        return _mean(booster.predict(matrix, raw_score=True, num_threads=threads) for booster in self.boosters)

    def contributions(self, matrix: Array, names: Sequence[str], threads: int = 1) -> tuple[float, Array]:
        """The baseline and the exact tree-SHAP contribution per row and column; they sum to the margin."""
        if tables := self._tables_for(matrix):
            found = np.empty(matrix.shape)
            _look_up(lambda columns: _mean(one.contributions(columns) for one in tables), matrix, found, threads)
            return float(_mean(one.baseline for one in tables)), found
        both = _mean(booster.predict(matrix, pred_contrib=True, num_threads=threads) for booster in self.boosters)
        return float(both[0, -1]), both[:, :-1]

    def _tables_for(self, matrix: Array) -> tuple[SplitTables, ...]:
        return self._tables if len(matrix) >= BULK_ROWS else ()

    @cached_property
    def _tables(self) -> tuple[SplitTables, ...]:
        """Tables of every booster; none if one has larger trees than ours."""
        tables = [_tables_of(booster.model_to_string()) for booster in self.boosters]
        return tuple(one for one in tables if one is not None) if None not in tables else ()

    def to_texts(self) -> list[str]:
        return [booster.model_to_string() for booster in self.boosters]

    @staticmethod
    def from_texts(texts: Sequence[str]) -> "BoosterBag":
        return BoosterBag(tuple(lightgbm.Booster(model_str=text) for text in texts))


@lru_cache(maxsize=128)
def _tables_of(text: str) -> SplitTables | None:
    """A booster's tables by its text: all sectors that the general model answers for share its boosters."""
    return split_tables(lightgbm.Booster(model_str=text).dump_model())


def _mean(parts: Iterable[Any]) -> Any:
    """Added up in the order of the boosters, then divided: the same bits whoever gave the parts."""
    values = list(parts)
    return sum(values) / len(values)


def _look_up(answer: Callable[[Array], Array], matrix: Array, found: Array, threads: int) -> Array:
    """Fill `found`, one entry per row, with what `answer` gives for the columns of each chunk of rows."""

    step = min(CHUNK_ROWS, -(-len(matrix) // threads))

    def fill(start: int) -> None:
        rows = slice(start, start + step)
        found[rows] = answer(np.ascontiguousarray(matrix[rows].T)).T

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, range(0, len(matrix), step)))
    return found


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
    threads: int = 1,
) -> BoosterBag:
    """Fit one booster per seed on a numeric matrix (rows x indicators).

    `directions` are monotone constraints, +1 where a larger value may never lower the risk. `offset` holds raw
    log-odds that the trees start from (the general margin under a sector booster); it is not part of the
    result. Binary log-loss; no early stopping, so that nothing later in time is looked at.
    """
    matrix = _silenced(matrix)
    settings = {
        "objective": "binary",
        "monotone_constraints": list(directions),
        "deterministic": True,
        # With some ten thousand rows and few leaves, threads wait for each other longer than they work: one thread
        # that goes by columns took half the time of two on a sector, and four fifths on all of them.
        "num_threads": 1,
        "force_col_wise": True,
        "verbose": -1,
        **parameters,
    }

    def fit(some: Sequence[int]) -> list[lightgbm.Booster]:
        # Of its own in each thread: LightGBM does not say that boosters may share one while they are fitted.
        data = lightgbm.Dataset(
            matrix,
            label=outcome,
            weight=weight,
            init_score=offset,
            params={"max_bin": parameters.get("max_bin", 255), "verbose": -1, "feature_pre_filter": False},
            free_raw_data=True,
        )
        return [lightgbm.train({"seed": seed, **settings}, data, num_boost_round=rounds) for seed in some]

    share = -(-len(seeds) // threads)
    with ThreadPoolExecutor(threads) as pool:
        fitted = pool.map(fit, [seeds[start : start + share] for start in range(0, len(seeds), share)])
        return BoosterBag(tuple(booster for some in fitted for booster in some))


def _silenced(matrix: Array) -> Array:
    """The same rows with a constant where a column is null in every one.

    Trees draw from null columns as from any other, though not from constant ones: a catalogue that grows by records
    which a bureau does not have would otherwise change its model.
    """
    null = np.isnan(matrix).all(axis=0)
    return np.where(null, 0.0, matrix) if null.any() else matrix
