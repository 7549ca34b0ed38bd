"""Draw how far each peer's log-loss lies from ours, one panel per data set."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.comparison import Difference
from benchmarks.quality_verdict import OURS
from training.metrics import INTERVAL
from training.pictures.style import BLUE, GREY, ORANGE, styled

_BETTER, _NOISE, _WORSE = BLUE, GREY, ORANGE
_COLUMNS = 2
_SHOWN_MEDIANS = 3.0
"""The axis ends at so many median differences; a peer beyond it stands at the edge with its value beside it."""


def draw_differences(results: Mapping[str, Any], path: Path) -> None:
    """One dot per peer and set, log-loss of the peer minus ours with its interval; right of 0 ours is better."""
    labels = {
        n: f"{model['zh']}\n{model['en']}"
        for result in results.values()
        for n, model in result["models"].items()
        if n != OURS
    }
    columns = min(_COLUMNS, len(results))
    lines = int(np.ceil(len(results) / columns))
    with styled():
        figure = Figure(figsize=(6.5 * columns, 1.0 + lines * (0.7 + 0.45 * len(labels))), layout="constrained")
        panels = figure.subplots(lines, columns, squeeze=False, sharey=True).ravel()
        for axes, (name, result) in zip(panels, results.items(), strict=False):
            _draw_panel(axes, name, result, list(labels))
        panels[0].set_yticks(range(len(labels)), list(labels.values()))
        panels[0].set_ylim(len(labels) - 0.4, -0.6)
        for axes in panels[len(results) :]:
            axes.set_axis_off()
        figure.suptitle(
            "各模型 log-loss 减本系统，右侧为本系统更好\nlog-loss of each model minus ours, right: ours is better"
        )
        figure.supxlabel(
            f"{INTERVAL:.0%} 区间 interval；蓝：本系统更好 blue: ours is better；"
            "灰：未分高下 grey: undecided；橙：本系统更差 orange: ours is worse",
            fontsize=9,
        )
        figure.savefig(path, dpi=120)


def _draw_panel(axes: Axes, title: str, result: Mapping[str, Any], names: list[str]) -> None:
    differences = {name: result["models"][name]["difference"]["log_loss"] for name in names if name in result["models"]}
    limit = _SHOWN_MEDIANS * float(np.median([abs(one["value"]) for one in differences.values()])) or 1.0
    left = min(-0.15 * limit, *(1.1 * one["low"] for one in differences.values()))
    axes.axvline(0, color="#33373d", linewidth=1)
    for position, name in enumerate(names):
        if name in differences:
            _draw_peer(axes, position, Difference(**differences[name]), limit)
        else:
            _write(axes, position, 0.0, "不适用 not applicable", _NOISE)
    axes.set_xlim(max(left, -limit), limit)
    axes.set_title(f"{title} (n = {result['n']:,})")


def _draw_peer(axes: Axes, position: int, difference: Difference, limit: float) -> None:
    colour = _NOISE if difference.is_within_noise else _BETTER if difference.value > 0 else _WORSE
    axes.plot([difference.low, difference.high], [position, position], color=colour, linewidth=2)
    if abs(difference.value) < limit:
        axes.plot(difference.value, position, "o", color=colour, markersize=6)
    else:
        edge = float(np.copysign(0.97 * limit, difference.value))
        axes.plot(edge, position, ">" if edge > 0 else "<", color=colour, markersize=7)
        _write(axes, position, edge, f"{difference.value:+.3f}", colour)


def _write(axes: Axes, position: int, at: float, text: str, colour: str) -> None:
    """A text beside a place, on the side that is towards the middle."""
    side, shift = ("right", -8) if at > 0 else ("left", 8)
    axes.annotate(
        text, (at, position), xytext=(shift, 0), textcoords="offset points", ha=side, va="center", color=colour
    )
