"""Draw the loop: what each policy finds, what it misses, whether its low tier keeps its word, how soon it notices."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from loop.policies import GREEDY, OURS, POLICIES, RANDOM
from training.pictures.style import BLUE, GREY, ORANGE, RISING, styled

_COLOURS = {RANDOM: GREY, "point_table": RISING[2], OURS: BLUE, "no_floor": RISING[0], GREEDY: ORANGE}
_PERCENT = PercentFormatter(1.0, decimals=0)


def draw_loop(summary: Mapping[str, Any], path: Path) -> None:
    """Four panels; bands are intervals over the districts."""
    with styled():
        figure = Figure(figsize=(11.5, 8.2), layout="constrained")
        (finds, misses), (keeps, notices) = figure.subplots(2, 2)
        lines(finds, summary, "expected", "每次检查发现问题 Problems per inspection")
        lines(misses, summary, "serious_missed", "低类中漏掉的严重问题 Serious problems missed in low")
        _draw_low_tier(keeps, summary)
        _draw_noticed(notices, summary)
        figure.legend(*finds.get_legend_handles_labels(), loc="outside lower center", ncols=3)
        figure.suptitle(
            f"同等检查量的五种策略：{summary['districts']} 个模拟辖区 × {summary['years']} 年 "
            f"Five policies at equal effort: {summary['districts']} simulated districts, {summary['years']} years"
        )
        figure.savefig(path, dpi=120)


def lines(axes: Axes, summary: Mapping[str, Any], name: str, title: str) -> None:
    """One figure of every policy over the years."""
    for policy in _shown(summary):
        years = summary["policies"][policy.id]["by_year"]
        label = f"{policy.zh} {policy.en}"
        _draw_line(axes, [year["year"] for year in years], [year[name] for year in years], _COLOURS[policy.id], label)
    _finish(axes, title)


def _draw_low_tier(axes: Axes, summary: Mapping[str, Any]) -> None:
    """Full lines: what the models state of their low tier; dashed ones: what is true of the same enterprises."""
    for policy in _shown(summary):
        if policy.id in (OURS, GREEDY):
            years = summary["policies"][policy.id]["by_year"]
            at, low = [year["year"] for year in years], [year["tiers"]["low"] for year in years]
            _draw_line(axes, at, [one["stated"] for one in low], _COLOURS[policy.id], "")
            axes.plot(at, [one["true"]["mean"] for one in low], "--", color=_COLOURS[policy.id])
    _finish(axes, "低类问题率：实线为声明，虚线为真实 Low tier: stated (line), true (dashed)")


def _draw_noticed(axes: Axes, summary: Mapping[str, Any]) -> None:
    """Full lines: the whole sector has the new problem; dashed ones: only its better half."""
    for policy in _shown(summary):
        for name, style in (("whole", "o-"), ("better_half", "o--")):
            shares = [one["mean"] for one in summary["policies"][policy.id]["noticed"][name]["by_month"]]
            axes.plot(range(1, len(shares) + 1), shares, style, color=_COLOURS[policy.id], markersize=3)
    _finish(axes, "已察觉的新问题：实线全领域，虚线较好的一半\nNew problem noticed: whole sector, better half (dashed)")
    axes.set(xlabel="此后月数 months since", ylim=(0, 1.02))


def _draw_line(axes: Axes, at: list[int], figures: list[Any], colour: str, label: str) -> None:
    mean, low, high = (np.array([np.nan if one is None else one[end] for one in figures], dtype=float) for end in _ENDS)
    axes.plot(at, mean, "o-", color=colour, label=label, markersize=4)
    axes.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)


_ENDS = ("mean", "low", "high")


def _finish(axes: Axes, title: str) -> None:
    axes.set_title(title)
    axes.set_xlabel("年 year")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(_PERCENT)
    axes.set_ylim(bottom=0)


def _shown(summary: Mapping[str, Any]) -> list[Any]:
    return [policy for policy in POLICIES if policy.id in summary["policies"]]
