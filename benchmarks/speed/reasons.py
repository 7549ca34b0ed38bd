"""How fast are the contributions of many rows, against LightGBM's own?"""

from typing import Any

import numpy as np

from benchmarks.speed.profiles import profile
from benchmarks.speed.timing import in_turn, seconds
from model.booster import BoosterBag, fit_bag
from training.recipe import BOOSTER, ROUNDS, SEEDS

COLUMNS, LEARNED = 200, 20_000
THREADS = 2


def measure(rows: int, rounds: int) -> dict[str, Any]:
    """One bag by the recipe, on invented counts and amounts with nulls; both on as many threads."""
    random = np.random.default_rng(0)
    bag, names = _bag(random), [str(column) for column in range(COLUMNS)]
    matrix = _matrix(random, rows)
    few = matrix[: max(1, rows // 20)]
    # LightGBM takes the same time for every row, so that a twentieth of them is enough.
    ways = {
        "ours": lambda: bag.contributions(matrix, names, THREADS),
        "lightgbm_twentieth": lambda: _by_lightgbm(bag, few),
    }
    tables = seconds(lambda: bag.contributions(few, names, THREADS))
    timed = in_turn(ways, rounds)
    ours, exact = bag.contributions(matrix, names, THREADS)[1][: len(few)], _by_lightgbm(bag, few)
    return {
        "rows": rows,
        "columns": COLUMNS,
        "trees": ROUNDS * len(SEEDS),
        "threads": THREADS,
        "tables_s": round(tables, 3),
        # The largest ratio of times is the least that ours is faster.
        "times_faster": {
            name: round(len(matrix) / len(few) / timed["ratios"]["lightgbm_twentieth"][other], 1)
            for name, other in (("median", "median"), ("least", "largest"), ("largest", "least"))
        },
        "largest_difference": float(np.abs(ours - exact[:, :-1]).max()),
        # In one thread: of others a profile sees nothing.
        "profile": profile(bag.contributions, matrix, names, 1),
    } | timed


def _bag(random: np.random.Generator) -> BoosterBag:
    matrix = _matrix(random, LEARNED)
    signal = np.nan_to_num(matrix[:, :20]) @ random.normal(0, 1, 20) / 50
    outcome = (random.random(LEARNED) < 1 / (1 + np.exp(1.5 - signal))).astype(float)
    directions = [0] * COLUMNS
    return fit_bag(
        matrix, outcome, np.ones(LEARNED), directions=directions, parameters=BOOSTER, rounds=ROUNDS, seeds=SEEDS
    )


def _matrix(random: np.random.Generator, rows: int) -> np.ndarray:
    """Two counts and one amount in turn, a tenth of them null."""
    matrix = random.poisson(1.0, (rows, COLUMNS)).astype(np.float32)
    matrix[:, ::3] = random.gamma(1.0, 100.0, matrix[:, ::3].shape)
    matrix[random.random(matrix.shape, dtype=np.float32) < 0.1] = np.nan
    return matrix.astype(np.float64)


def _by_lightgbm(bag: BoosterBag, matrix: np.ndarray) -> np.ndarray:
    parts = [np.asarray(booster.predict(matrix, pred_contrib=True, num_threads=THREADS)) for booster in bag.boosters]
    return np.mean(parts, axis=0)
