"""How much may each inspection say? The weights of the examples, chosen on earlier random draws."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.catalogue.everything import BY_NAME
from records.progress import Report, silent
from training.calibrate import fit_calibration
from training.candidates import folds_of
from training.examples import Examples, is_drawn, weights_of
from training.gate import Rated, choose, row_losses
from training.outcomes import INSPECTION, counted_once
from training.recipe import DESIGN_WEIGHT_CAP, FOLDS, TARGETED_WEIGHT
from training.scorecard import fit_scorecard

Array = NDArray[np.float64]
Rows = NDArray[np.bool_]
Setting = tuple[float, float]
"""The weight of a targeted inspection, and the cap of a design weight."""

TARGETED_WEIGHTS = (0.05, 0.25, 0.5, 1.0)
"""From hardly anything (not nothing: some sectors know no other inspections) to as much as any other."""
CAPS = (1.0, 2.0, 5.0, 10.0)
"""1 is no design weight at all."""
INDIFFERENT = 1e-4
"""A log-loss this much larger (in nats) changes no decision, however surely it is larger (project decision)."""
FEWEST_DRAWN_PROBLEMS = 50
"""With fewer problems among earlier random draws the recipe's constants hold (project decision)."""


@dataclass(frozen=True)
class Weighting:
    """The weights a training used: `targeted_weight` of an inspection somebody aimed, `cap` of a design weight.

    `tried` is the evidence, the recipe's own setting first, each named "targeted weight / cap", with its Hajek
    log-loss; empty where nothing could be compared. `reason` says how the setting came about, in Chinese and English.
    """

    targeted_weight: float
    cap: float
    tried: tuple[Rated, ...]
    reason: str


AS_IN_RECIPE = Weighting(TARGETED_WEIGHT, DESIGN_WEIGHT_CAP, (), "按训练方案的常数 the recipe's constants")


def weigh(examples: Examples, progress: Report = silent) -> tuple[Examples, Weighting]:
    """The examples with the weights that earlier random draws speak for, and how these were chosen.

    Only inspections before the judged year are looked at, so that the year which calibrates and judges stays fresh. A
    small scorecard is fitted out of fold (by enterprise) under each setting and recalibrated on the random draws, where
    its log-loss is a Hajek mean: each inspection weighs 1 / inclusion probability, once in all. The recipe's setting,
    or the nearest to it, stays unless the best one beats it by more than one standard error (clustered by enterprise)
    and by more than INDIFFERENT.
    """
    weighting = _chosen(examples, progress)
    weight = weights_of(examples.keys, weighting.targeted_weight, weighting.cap)
    return replace(examples, keys=examples.keys.assign(weight=weight)), weighting


def judging_weight(keys: pd.DataFrame, judged: Rows, targeted_weight: float) -> Array:
    """The weight with which a judged row calibrates and judges; every other row keeps its own, with which it trains.

    An inspection seen from several snapshots counts once in all. Draws have their whole design weight: whoever was
    drawn with a large chance is riskier than the indicators say, and with a cap the tiers would promise the rates of
    those. All together weigh as much as the effective number of inspections (Kish, 1965), so that a few draws of great
    weight do not pass for many.
    """
    own = keys[judged]
    design = pd.Series(weights_of(own, targeted_weight, np.inf), own.index)
    each = design[~own.duplicated(INSPECTION)]
    weight = design * counted_once(own) * (each.sum() / (each**2).sum())
    return weight.reindex(keys.index).fillna(keys["weight"]).to_numpy()


def _chosen(examples: Examples, progress: Report) -> Weighting:
    keys = examples.keys
    # By sector: one with a long horizon was judged on an earlier year than the others.
    judged_from = keys["as_of"].where(keys["is_recent"]).groupby(keys["sector"]).transform("min")
    earlier = (keys["occurred_on"] < judged_from).to_numpy()
    keys, matrix = keys[earlier].reset_index(drop=True), examples.values[earlier]
    drawn = is_drawn(keys).to_numpy()
    problems = keys[drawn & (keys["outcome"] > 0)].drop_duplicates(INSPECTION)
    if len(problems) < FEWEST_DRAWN_PROBLEMS:
        return replace(AS_IN_RECIPE, reason=_too_few(len(problems)))
    weights = dict(_different(keys))
    if len(weights) == 1:
        return replace(
            AS_IN_RECIPE, reason="各种权重并无差别，按训练方案的常数 all weights are alike: the recipe's constants"
        )
    return _judge(keys, matrix, examples.names, drawn, weights, progress)


def _too_few(problems: int) -> str:
    return (
        f"此前随机抽查发现的问题仅 {problems} 件，少于 {FEWEST_DRAWN_PROBLEMS} 件 earlier random draws found "
        f"{problems} problems, a choice needs {FEWEST_DRAWN_PROBLEMS}: {AS_IN_RECIPE.reason}"
    )


def _different(keys: pd.DataFrame) -> Iterator[tuple[Setting, Array]]:
    """The settings, the recipe's first and the nearest next, each with its weights; those that change nothing left out.

    Between settings that give the same weights the one nearest to the recipe stands for all.
    """
    seen: list[Array] = []
    for setting in sorted({*product(TARGETED_WEIGHTS, CAPS), (TARGETED_WEIGHT, DESIGN_WEIGHT_CAP)}, key=_distance):
        weight = weights_of(keys, *setting)
        if not any(np.allclose(weight, other) for other in seen):
            seen.append(weight)
            yield setting, weight


def _distance(setting: Setting) -> float:
    targeted, cap = setting
    return abs(np.log(targeted / TARGETED_WEIGHT)) + abs(np.log(cap / DESIGN_WEIGHT_CAP))


def _judge(
    keys: pd.DataFrame,
    matrix: NDArray[np.float32],
    names: tuple[str, ...],
    drawn: Rows,
    weights: dict[Setting, Array],
    progress: Report,
) -> Weighting:
    outcome, fold = keys["outcome"].to_numpy(), folds_of(keys["enterprise_id"])
    strongest = _strongest(matrix, names, outcome, weights)
    matrix, names = matrix[:, strongest], tuple(names[column] for column in strongest)
    design = (counted_once(keys[drawn]) / keys.loc[drawn, "inclusion_probability"].astype(float)).to_numpy()
    enterprise = keys.loc[drawn, "enterprise_id"]
    losses = []
    for done, weight in enumerate(weights.values()):
        progress("样本权重 example weights", done, len(weights))
        raw = _out_of_fold(matrix, names, outcome, weight, fold)[drawn]
        calibration = fit_calibration(raw, outcome[drawn], design / design.mean())
        losses.append(row_losses(outcome[drawn], calibration.margins(raw)))
    tried = choose([f"{targeted:g} / {cap:g}" for targeted, cap in weights], losses, design, enterprise)
    winner = next(i for i, rated in enumerate(tried) if rated.difference <= max(rated.standard_error, INDIFFERENT))
    tried = tuple(replace(rated, chosen=i == winner) for i, rated in enumerate(tried))
    inspections = len(keys[drawn].drop_duplicates(INSPECTION))
    reason = f"依据此前 {inspections:,} 次随机抽查选定 chosen on {inspections:,} earlier random draws"
    return Weighting(*list(weights)[winner], tried, reason)


def _strongest(
    matrix: NDArray[np.float32], names: tuple[str, ...], outcome: Array, weights: dict[Setting, Array]
) -> list[int]:
    """Columns of the recipe's scorecard: all settings are compared on these, which takes a tenth of the time."""
    weight = next(iter(weights.values()))
    card = fit_scorecard(matrix.astype(float), names, _directions(names), outcome, weight)
    return sorted(names.index(row.indicator) for row in card.rows)


def _out_of_fold(
    matrix: NDArray[np.float32], names: tuple[str, ...], outcome: Array, weight: Array, fold: NDArray[np.int64]
) -> Array:
    raw = np.zeros(len(outcome))
    values, directions = matrix.astype(float), _directions(names)
    for held in (fold == number for number in range(FOLDS)):
        if held.any() and len(np.unique(outcome[~held])) == 2:
            card = fit_scorecard(values[~held], names, directions, outcome[~held], weight[~held])
            raw[held] = card.margins(values[held], names)
    return raw


def _directions(names: tuple[str, ...]) -> list[int]:
    return [BY_NAME[name].direction for name in names]
