"""Draw how time grows with size, and each ratio beside its goal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.pictures.style import BLUE, GREY, ORANGE, styled

_OURS, _MISSED, _GOAL = BLUE, ORANGE, GREY


def draw(known: Mapping[str, Any], path: Path) -> None:
    """Two panels: seconds over enterprises on logarithmic axes, and ratios as parts of what was promised."""
    with styled():
        figure = Figure(figsize=(11.0, 4.2), layout="constrained")
        growth, goals = figure.subplots(1, 2)
        _draw_growth(growth, known)
        _draw_goals(goals, _of_goal(known))
        figure.savefig(path, dpi=130)


def _draw_growth(axes: Axes, known: Mapping[str, Any]) -> None:
    lines = {
        "指标 indicators": {k: v["answer"] for k, v in known.get("indicators", {}).get("by_size", {}).items()},
        "全体 population": {k: v["run_s"]["median"] for k, v in known.get("population", {}).items() if k.isdecimal()},
        "训练 training": {k: v["seconds"] for k, v in known.get("training", {}).items() if k.isdecimal()},
    }
    axes.set(xscale="log", yscale="log", xlabel="企业数 enterprises", ylabel="秒 seconds")
    axes.set_title("用时随规模，虚线为线性\nTime by size, dashed: linear")
    for name, points in lines.items():
        if not points:
            continue
        sizes, taken = np.array([int(size) for size in points]), np.array(list(points.values()))
        (line,) = axes.plot(sizes, taken, "o-", label=name)
        axes.plot(sizes, taken[0] * sizes / sizes[0], "--", color=line.get_color(), alpha=0.5)
    if axes.get_legend_handles_labels()[1]:
        axes.legend(frameon=False)


def _of_goal(known: Mapping[str, Any]) -> dict[str, float]:
    """Each measured ratio over the largest that was promised: 1 is just kept, less is better."""
    found: dict[str, float] = {}
    if section := known.get("indicators"):
        found["指标／手写 SQL\nindicators, SQL by hand"] = section["against_sql"]["ratios"]["by_hand"]["median"] / 1.1
        found["指标／pandas\nindicators, pandas"] = section["against_pandas"]["ratios"]["pandas"]["median"] * 20
    if section := known.get("reasons"):
        found["理由／LightGBM\nreasons, pred_contrib"] = 10 / section["times_faster"]["median"]
    for size, one in known.get("population", {}).items():
        if size.isdecimal() and "ratio" in one:
            found[f"全体／各部分之和\npopulation {int(size):,}"] = one["ratio"]["median"] / 1.2
    if section := known.get("endpoint"):
        found["一个主体\none id"] = section["one_id"]["ratio"] / 1.3
        found["一千个主体\n1,000 ids"] = section["1000_ids"]["ratio"] / 1.5
        found["启动\nstart to ready"] = section["start"]["ratio"]["median"] / 1.5
    return found


def _draw_goals(axes: Axes, found: Mapping[str, float]) -> None:
    values = list(found.values())
    axes.barh(range(len(values)), values, color=[_OURS if value <= 1 else _MISSED for value in values])
    axes.set_yticks(range(len(values)), list(found))
    axes.invert_yaxis()
    axes.axvline(1.0, color=_GOAL)
    axes.set_title("占目标的份额，小于 1 即达到\nShare of the goal, below 1 is kept")
