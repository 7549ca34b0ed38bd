"""Did the indicators that the model leans on move away from what it learned from?"""

import numpy as np
import pandas as pd

from model.stability import BLOCKING_INDEX
from model.standard import GENERAL
from training.checks.check import Check, NotApplicable
from training.checks.noise import SINGLE_DEVIATIONS
from training.checks.sample import matrix_of
from training.fitted import Fitted, Training

WARNING_SHARE, BLOCKING_SHARE = 0.10, 0.25
"""Share of the model's use that may rest on drifted indicators (project decision).

Measured on simulated districts of 3,000 enterprises: up to 0.06 in six years of history, up to 0.12 while windows of
three years still fill, 0.12 to 0.25 where the counts of one strong subject cease.
"""
LEAST_ENTERPRISES = 100
"""With fewer enterprises in either period chance would speak (project decision)."""
MOST_ENTERPRISES = 5_000
NAMED = 3
"""How many of the indicators a sentence names."""


def find_much(training: Training, fitted: Fitted) -> str | None:
    """Refuse a model of whose use more than BLOCKING_SHARE rests on drifted indicators."""
    return _find(training, fitted, BLOCKING_SHARE)


def find_some(training: Training, fitted: Fitted) -> str | None:
    """Point at a model of whose use more than WARNING_SHARE rests on drifted indicators."""
    return _find(training, fitted, WARNING_SHARE)


def _find(training: Training, fitted: Fitted, bound: float) -> str | None:
    drifted = drift_table(training, fitted).query("is_drifted").sort_values("share", ascending=False)
    if drifted["share"].sum() <= bound:
        return None
    named = ", ".join(f"{name} ({index:.2f})" for name, index in drifted["index"].head(NAMED).items())
    return (
        f"At most {bound:.0%} of a model's use may rest on indicators that drifted between the last year and before "
        f"(stability index above {BLOCKING_INDEX:g}), got {drifted['share'].sum():.0%}, most by {named}; look at how "
        "these records came in, and train on snapshots in which they were alike."
    )


def drift_table(training: Training, fitted: Fitted) -> pd.DataFrame:
    """One row per indicator of the model, by name: share, index, is_drifted.

    Compared are the last year's snapshots with the earlier ones, each enterprise as it was last seen in either, on the
    scale of the contributions: `share` is the indicator's part of the spread of all contributions, and `index` the
    square of the shift of the mean in standard deviations, which is the stability index of two normal distributions
    that lie so far apart. A class-wise index of the raw values would call a rate of region that rose by a thousandth
    everywhere a total drift. An indicator is drifted above BLOCKING_INDEX, if the shift is beyond noise.

    So windows that fill while a history is young, and days that only grow, count as far as the model leans on them.
    Raises NotApplicable for a point table and for too few enterprises in either period.
    """
    if fitted.model.calibration is None:
        raise NotApplicable("A point table has no contributions.")
    names = fitted.model.indicators
    matrices = [matrix_of(training, rows, names) for rows in _periods(training, fitted.model.sector)]
    before, after = (fitted.model.contributions(matrix)[1] for matrix in matrices)
    shift = after.mean(axis=0) - before.mean(axis=0)
    spread = np.sqrt((before.var(axis=0) + after.var(axis=0)) / 2)
    noise = np.sqrt(before.var(axis=0) / len(before) + after.var(axis=0) / len(after))
    tiny = np.finfo(float).tiny
    index = np.where(np.abs(shift) > SINGLE_DEVIATIONS * noise, (shift / np.maximum(spread, tiny)) ** 2, 0.0)
    table = pd.DataFrame({"share": spread / max(spread.sum(), tiny), "index": index}, index=list(names))
    return table.assign(is_drifted=table["index"] > BLOCKING_INDEX)


def _periods(training: Training, sector: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The earlier and the last year's rows of a sector, one per enterprise, at most MOST_ENTERPRISES of each."""
    keys = training.examples.keys
    keys = keys if sector == GENERAL else keys[keys["sector"] == sector]
    earlier, last = (
        rows.sort_values("as_of").drop_duplicates(["enterprise_id", "sector"], keep="last")
        for rows in (keys[~keys["is_recent"]], keys[keys["is_recent"]])
    )
    fewest = min(len(earlier), len(last))
    if fewest < LEAST_ENTERPRISES:
        raise NotApplicable(f"Each period needs {LEAST_ENTERPRISES} enterprises, one has {fewest}.")
    return _spread(earlier), _spread(last)


def _spread(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.iloc[np.unique(np.linspace(0, len(rows) - 1, MOST_ENTERPRISES).astype(int))]


CHECK = Check("drifted_inputs", "输入指标未漂移", "inputs not drifted", "blocking", find_much)
CHECK_SOME = Check("moving_inputs", "输入指标变动不大", "inputs little moved", "warning", find_some)
