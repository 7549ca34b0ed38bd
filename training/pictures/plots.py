"""Pictures of one sector's model, titled in Chinese with English beside: the one home of shap."""

import warnings
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from numpy.typing import ArrayLike, NDArray

from features.catalogue.everything import BY_NAME
from model.booster import BoosterBag
from model.saved import SavedModel
from model.standard import Standard
from model.tiers import TIERS
from training.metrics import CAPTURE_SHARES, INTERVAL, captured, reliability, tier_table
from training.pictures.style import BAND, BLUE, GREY, ORANGE, inline_svg, styled

_SIZE = (6.4, 4.8)
_PERCENT = PercentFormatter(1.0, decimals=0)

LEAST_DRAWN = 30
"""Pictures of fewer rows show noise."""
MOST_EXPLAINED = 2_000
SHOWN_INDICATORS = 20


def plot_reliability(rows: pd.DataFrame, standard: Standard) -> Figure:
    """Does the probability keep its word? Observed against predicted rate in equal-count bins, with intervals.

    `rows` as in `training.fit.Fitted.rows`. A bin on the diagonal keeps its word; bars are Jeffreys intervals.
    """
    table = reliability(rows["outcome"].to_numpy(dtype=float), rows["probability"].to_numpy(dtype=float))
    with styled():
        figure, axes = _figure()
        top = min(1.0, 1.08 * float(max(table["high"].max(), table["predicted"].max())))
        axes.plot([0, top], [0, top], color=GREY, linestyle="--", linewidth=1, label="完全校准 perfectly calibrated")
        _with_intervals(
            axes, table["predicted"], table["observed"], table["low"], table["high"], BLUE, _interval_label()
        )
        axes.set(xlim=(0, top), ylim=(0, top), xlabel="预测问题率 predicted rate", ylabel="实际问题率 observed rate")
        _percent(axes, x=True)
        figure.legend(loc="outside lower center", ncols=3)
        _title(axes, "校准曲线", "reliability", standard, len(rows))
    return figure


def plot_tiers(rows: pd.DataFrame, standard: Standard) -> Figure:
    """Does each tier keep its promise? Observed and design-based rates with intervals over the promised bands."""
    table = tier_table(rows)
    borders = [0.0, *standard.cuts, 1.0]
    shown = [value for value in (*table["observed_high"], *table["design_high"]) if not pd.isna(value)]
    top = min(1.0, 1.1 * max([*shown, 1.25 * standard.cuts[-1]]))
    with styled():
        figure, axes = _figure()
        for position, (low, high) in enumerate(pairwise(borders)):
            label = "标准承诺区间 promised band" if position == 0 else None
            axes.bar(position, min(high, top) - low, bottom=low, width=0.8, color=BAND, label=label)
        _tier_rates(axes, table, "observed", -0.12, BLUE, "检查所见 observed")
        _tier_rates(axes, table, "design", 0.12, ORANGE, "随机抽查加权 design-based")
        names = [f"{tier.zh} {tier.en}\nn = {n:,}" for tier, n in zip(TIERS, table["n"], strict=True)]
        axes.set_xticks(range(len(TIERS)), names)
        axes.set(ylim=(0, top), ylabel=f"问题率 rate of problems ({INTERVAL:.0%} 区间)")
        axes.grid(visible=False, axis="x")
        _percent(axes)
        figure.legend(loc="outside lower center", ncols=3)
        _title(axes, "各等级问题率", "rates by tier", standard, len(rows))
    return figure


def plot_gains(rows: pd.DataFrame, standard: Standard) -> Figure:
    """What share of all problems lies among the first enterprises by probability? Marked at 10, 25 and 50 %."""
    outcome = rows["outcome"].to_numpy(dtype=float)
    probability = rows["probability"].to_numpy(dtype=float)
    found = np.concatenate([[0.0], np.cumsum(outcome[np.argsort(-probability, kind="stable")])])
    looked_at = np.linspace(0, 1, len(found))
    problems = max(found[-1], 1.0)
    with styled():
        figure, axes = _figure()
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1, label="随机检查 at random")
        axes.plot([0, outcome.mean(), 1], [0, 1, 1], color=GREY, linestyle=":", linewidth=1, label="完全预知 perfect")
        axes.plot(looked_at, found / problems, color=BLUE, linewidth=2, label="按概率排序 by probability")
        for share, part in zip(CAPTURE_SHARES, captured(outcome, probability).values(), strict=True):
            if part is not None:
                axes.plot(share, part, "o", color=ORANGE)
                _note(axes, f"查 {share:.0%} → {part:.0%}", (share, part), (8, -10), ORANGE)
        axes.set(
            xlim=(0, 1), ylim=(0, 1.02), xlabel="检查比例 share inspected", ylabel="发现问题比例 share of problems"
        )
        _percent(axes, x=True)
        figure.legend(loc="outside lower center", ncols=3)
        _title(axes, "增益曲线", "gain curve", standard, len(rows))
    return figure


def plot_contributions(model: SavedModel, matrix: NDArray[np.float64]) -> Figure:
    """Which indicators move the margin, and which way? A SHAP summary of at most MOST_EXPLAINED rows.

    `matrix` has the model's columns. Values are in calibrated log-odds; trees are explained by `shap.TreeExplainer`,
    scorecards by their own points.
    """
    from matplotlib import pyplot as plt

    shap = _import_shap()
    matrix = matrix[:MOST_EXPLAINED]
    explanation = shap.Explanation(
        values=_explained(model, matrix, shap.TreeExplainer),
        data=matrix,
        feature_names=[_label(name) for name in model.indicators],
    )
    with styled():
        figure = plt.figure()
        shap.plots.beeswarm(
            explanation, max_display=SHOWN_INDICATORS, show=False, plot_size=(9.5, 8.0), group_remaining_features=False
        )
        axes = figure.axes[0]
        axes.tick_params(axis="y", labelsize=9)
        axes.set_xlabel("对数几率贡献，向右为升高风险  contribution in log-odds, right raises the risk", fontsize=10)
        figure.axes[-1].set_ylabel("指标取值 value", fontsize=9)
        figure.axes[-1].set_yticks([0, 1], ["低 low", "高 high"])
        _title(axes, "指标贡献", "SHAP summary", model.standard, len(matrix))
        plt.close(figure)
    return figure


def save_figure(figure: Figure, path: Path | IO[bytes]) -> None:
    """Write a figure as PNG, all of it, with every glyph."""
    with styled():
        # A constrained layout fits already; cutting to the drawn area would draw everything twice.
        is_laid_out = figure.get_layout_engine() is not None
        figure.savefig(path, dpi=120, bbox_inches=None if is_laid_out else "tight")


def draw_pictures(rows: pd.DataFrame, standard: Standard) -> dict[str, str]:
    """The pictures of a model card as inline SVG, by name: reliability and tiers.

    Text stays text and colours are the variables of the page (`training/cards/templates/card.css`), so that they follow
    its light, dark and printed dress; identical rows give identical text. None of fewer than LEAST_DRAWN rows.
    """
    if len(rows) < LEAST_DRAWN:
        return {}
    drawn = {"reliability": plot_reliability, "tiers": plot_tiers}
    return {name: inline_svg(plot(rows, standard)) for name, plot in drawn.items()}


def _import_shap() -> ModuleType:
    """Only one picture needs it and its import takes seconds, so it is not imported with this module."""
    with warnings.catch_warnings():
        # shap 0.51 builds its colour maps in a way that matplotlib means to remove.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        import shap
    return shap


def _explained(model: SavedModel, matrix: NDArray[np.float64], explainer: type) -> NDArray[np.float64]:
    """Contributions of each row and column in calibrated log-odds, those of the trees as shap works them out."""
    total = np.zeros(matrix.shape)
    for component in model.components:
        if isinstance(component.part, BoosterBag):
            trees = [_tree_values(explainer(booster), matrix) for booster in component.part.boosters]
            total += component.weight * np.mean(trees, axis=0)
        else:
            total += component.weight * component.part.contributions(matrix, model.indicators)[1]
    return total * (model.calibration.slope if model.calibration else 1.0)


def _tree_values(explainer: Any, matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    with warnings.catch_warnings():
        # It announces a list of arrays; shap 0.51 gives the one array of raw log-odds that we want.
        warnings.filterwarnings("ignore", message="LightGBM binary classifier with TreeExplainer", category=UserWarning)
        values = explainer.shap_values(matrix)
    return np.asarray(values, dtype=np.float64)


def _figure() -> tuple[Figure, Axes]:
    figure = Figure(figsize=_SIZE, layout="constrained")
    return figure, figure.add_subplot()


def _title(axes: Axes, zh: str, en: str, standard: Standard, n: int) -> None:
    axes.set_title(f"{standard.name_zh}：{zh}  {standard.name_en}: {en} (n = {n:,})")


def _label(name: str) -> str:
    return BY_NAME[name].zh if name in BY_NAME else name


def _interval_label() -> str:
    return f"十等分组 ten equal-count bins ({INTERVAL:.0%} 区间)"


def _percent(axes: Axes, x: bool = False) -> None:
    axes.yaxis.set_major_formatter(_PERCENT)
    if x:
        axes.xaxis.set_major_formatter(_PERCENT)


def _tier_rates(axes: Axes, table: pd.DataFrame, kind: str, shift: float, colour: str, label: str) -> None:
    known = table[table[kind].notna()].astype({kind: float, f"{kind}_low": float, f"{kind}_high": float})
    if len(known):
        where = known.index.to_numpy() + shift
        _with_intervals(axes, where, known[kind], known[f"{kind}_low"], known[f"{kind}_high"], colour, label)
        for x, rate in zip(where, known[kind], strict=True):
            _note(axes, f"{rate:.1%}", (x, rate), (-5 if shift < 0 else 5, 0), colour)


def _note(axes: Axes, text: str, at: tuple[float, float], offset: tuple[int, int], colour: str) -> None:
    """A text beside a point; to the left of it where the offset points there."""
    side = "right" if offset[0] < 0 else "left"
    axes.annotate(text, at, xytext=offset, textcoords="offset points", ha=side, va="center", color=colour, fontsize=9)


def _with_intervals(
    axes: Axes, x: ArrayLike, y: pd.Series, low: pd.Series, high: pd.Series, colour: str, label: str
) -> None:
    below, above = (y - low).clip(lower=0), (high - y).clip(lower=0)
    axes.errorbar(x, y, yerr=[below, above], fmt="o", color=colour, capsize=3, linewidth=1.3, markersize=5, label=label)
