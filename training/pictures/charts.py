"""Pictures of any table: shares as a matrix, estimates with intervals, the reasons of one answer as steps."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from model.calibration import probability_of
from model.stability import BLOCKING_INDEX, WARNING_INDEX
from training.pictures.style import BLUE, GREY, INK, ORANGE, RISING, styled

_WIDTH = 7.2
_LINE = 0.32
_SHADES = LinearSegmentedColormap.from_list("shares", ["white", BLUE])
_DARK = 0.6
"""From this part of the scale on, ink is white."""
_SERIES = ((BLUE, "o"), (ORANGE, "s"), (GREY, "D"))
_APART = 0.24


def plot_matrix(shares: pd.DataFrame, title: str, least: float = 0.0, decimals: int = 0) -> Figure:
    """Where is a share low, where high? One cell per row and column, in the order of the table, with its value.

    `shares` lie in [0, 1]; null cells stay empty. The scale of shades begins at `least`: what is as low or lower is
    white. The index's and columns' names say what they are.
    """
    with styled():
        figure = Figure(figsize=(_WIDTH, 1.4 + _LINE * len(shares)), layout="constrained")
        axes = figure.add_subplot()
        values = shares.to_numpy(dtype=float)
        axes.imshow(values, cmap=_SHADES, vmin=least, vmax=1, aspect="auto")
        for (row, column), share in np.ndenumerate(values):
            if not np.isnan(share):
                colour = "white" if share - least > _DARK * (1 - least) else INK
                axes.text(column, row, f"{share:.{decimals}%}", ha="center", va="center", color=colour, fontsize=9)
        axes.set_xticks(range(shares.shape[1]), [str(name) for name in shares.columns])
        axes.set_yticks(range(len(shares)), [str(name) for name in shares.index])
        axes.set(title=title, xlabel=shares.columns.name or "", ylabel=shares.index.name or "")
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
    return figure


def plot_estimates(
    estimates: Mapping[str, pd.DataFrame], title: str, xlabel: str, zero: bool = False, percent: bool = True
) -> Figure:
    """What do several estimates say of the same things? One line per thing, one dot with its interval per estimate.

    Each table has one row per thing (the index, alike in all, first on top) with value, low and high; null values have
    no dot. `zero` draws a line at 0, for differences.
    """
    things = list(next(iter(estimates.values())).index)
    with styled():
        figure = Figure(figsize=(_WIDTH, 1.6 + 1.3 * _LINE * len(things)), layout="constrained")
        axes = figure.add_subplot()
        if zero:
            axes.axvline(0, color=INK, linewidth=1)
        shifts = (np.arange(len(estimates)) - (len(estimates) - 1) / 2) * _APART
        for (label, table), shift, (colour, marker) in zip(estimates.items(), shifts, _SERIES, strict=False):
            _draw_estimates(axes, table, shift, colour, marker, label)
        axes.set_yticks(range(len(things)), [str(thing) for thing in things])
        axes.set(title=title, xlabel=xlabel, ylim=(len(things) - 0.5, -0.5))
        axes.grid(visible=False, axis="y")
        if percent:
            axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        if len(estimates) > 1:
            figure.legend(loc="outside lower center", ncols=len(estimates))
    return figure


def plot_parts(shares: pd.DataFrame, title: str, xlabel: str) -> Figure:
    """What is each thing made up of? One bar per row, first on top, with a part per column, at most four.

    The shares of a row add up to 1; a row of nulls has no bar. The last part, for which one looks, is written beside.
    """
    values = shares.to_numpy(dtype=float)
    with styled():
        figure = Figure(figsize=(_WIDTH, 1.5 + _LINE * len(shares)), layout="constrained")
        axes = figure.add_subplot()
        left = np.zeros(len(shares))
        for column, (name, colour) in enumerate(zip(shares.columns, RISING, strict=False)):
            part = np.nan_to_num(values[:, column])
            axes.barh(range(len(shares)), part, left=left, color=colour, height=0.7, label=str(name))
            left += part
        for row in np.flatnonzero(~np.isnan(values[:, -1])):
            axes.annotate(f"{values[row, -1]:.1%}", (1, row), xytext=(4, 0), textcoords="offset points", va="center")
        axes.set_yticks(range(len(shares)), [str(name) for name in shares.index])
        axes.set(title=title, xlabel=xlabel, xlim=(0, 1), ylim=(len(shares) - 0.4, -0.6))
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.grid(visible=False, axis="y")
        figure.legend(loc="outside lower center", ncols=shares.shape[1])
    return figure


def plot_counts(counts: pd.DataFrame, title: str, xlabel: str) -> Figure:
    """How many of each thing? One bar per row and column, first on top; the first column is the one that counts.

    Null counts have no bar.
    """
    height = 0.8 / counts.shape[1]
    with styled():
        figure = Figure(figsize=(_WIDTH, 1.5 + _LINE * len(counts) * 1.1), layout="constrained")
        axes = figure.add_subplot()
        for column, (name, colour) in enumerate(zip(counts.columns, (BLUE, GREY), strict=False)):
            where = np.arange(len(counts)) + (column - (counts.shape[1] - 1) / 2) * height
            axes.barh(where, counts.iloc[:, column].to_numpy(dtype=float), color=colour, height=height, label=str(name))
        axes.set_yticks(range(len(counts)), [str(name) for name in counts.index])
        axes.set(title=title, xlabel=xlabel, ylim=(len(counts) - 0.4, -0.6))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.grid(visible=False, axis="y")
        figure.legend(loc="outside lower center", ncols=counts.shape[1])
    return figure


def plot_indexes(indexes: pd.Series, title: str, xlabel: str) -> Figure:
    """How far did each thing move? One bar per stability index, first on top, beside the two conventional bounds."""
    with styled():
        figure = Figure(figsize=(_WIDTH, 1.6 + _LINE * len(indexes)), layout="constrained")
        axes = figure.add_subplot()
        values = indexes.to_numpy(dtype=float)
        colours = [ORANGE if value > BLOCKING_INDEX else BLUE for value in values]
        axes.barh(range(len(values)), values, color=colours, height=0.7)
        for bound, style in ((WARNING_INDEX, ":"), (BLOCKING_INDEX, "--")):
            axes.axvline(bound, color=GREY, linestyle=style, linewidth=1, label=f"{bound:g}")
        axes.set_yticks(range(len(values)), [str(name) for name in indexes.index])
        axes.set(title=title, xlabel=xlabel, ylim=(len(values) - 0.4, -0.6))
        axes.grid(visible=False, axis="y")
        figure.legend(loc="outside lower center", ncols=2)
    return figure


def _draw_estimates(axes: Axes, table: pd.DataFrame, shift: float, colour: str, marker: str, label: str) -> None:
    table = table[["value", "low", "high"]].astype(float)
    reach = [(table["value"] - table["low"]).clip(lower=0), (table["high"] - table["value"]).clip(lower=0)]
    where = np.arange(len(table)) + shift
    axes.errorbar(
        table["value"], where, xerr=reach, fmt=marker, color=colour, capsize=3, linewidth=1.3, markersize=5, label=label
    )


def plot_reasons(explained: Mapping[str, Any], title: str) -> Figure:
    """How does a margin come about? From the baseline on, one bar per reason, to the probability at the end.

    `explained` is one result of the service's explain call: baseline, reasons (strongest first), other, total; reasons
    that stand for several indicators have no value. The axis is in calibrated log-odds, in which reasons add up; its
    marks are the probabilities that these mean.
    """
    names, parts = _steps(explained)
    ends = np.cumsum([explained["baseline"], *parts])
    with styled():
        figure = Figure(figsize=(_WIDTH + 1.4, 1.6 + _LINE * len(ends)), layout="constrained")
        axes = figure.add_subplot()
        colours = [ORANGE if part > 0 else BLUE for part in parts]
        axes.barh(range(len(parts)), parts, left=ends[:-1], color=colours, height=0.7)
        for row, (part, end) in enumerate(zip(parts, ends[1:], strict=True)):
            axes.annotate(
                f"{part:+.2f}", (end, row), xytext=(4 if part > 0 else -4, 0), textcoords="offset points",
                ha="left" if part > 0 else "right", va="center", fontsize=9,
            )  # fmt: skip
        for margin, style in ((ends[0], ":"), (ends[-1], "--")):
            axes.axvline(margin, color=GREY, linestyle=style, linewidth=1)
        axes.set_yticks(range(len(names)), names)
        axes.set(title=title, ylim=(len(names) - 0.4, -0.6), xlabel="概率（按对数几率刻度） probability, on log-odds")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda margin, _: f"{probability_of(np.array(margin)):.0%}"))
        # Bars would otherwise hold the baseline fast at the edge.
        axes.use_sticky_edges = False
        axes.margins(x=0.12)
        axes.grid(visible=False, axis="y")
    return figure


def _steps(explained: Mapping[str, Any]) -> tuple[list[str], list[float]]:
    """Label and contribution of every bar, the remainder last where there is one."""
    names = [_named(reason) for reason in explained["reasons"]]
    parts = [float(reason["contribution"]) for reason in explained["reasons"]]
    if explained["other"]:
        return [*names, "其余指标 other"], [*parts, float(explained["other"])]
    return names, parts


def _named(reason: Mapping[str, Any]) -> str:
    return f"{reason['label']} = {_number(reason['value'])}" if "value" in reason else str(reason["label"])


def _number(value: float | None) -> str:
    return "空 null" if value is None else f"{value:,.4g}"
