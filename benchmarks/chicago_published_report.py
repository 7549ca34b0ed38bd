"""The figures of the published Chicago window: measured, and written as JSON and Markdown, in Chinese and English."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table

from benchmarks.days_earlier import SAMPLES, as_inspected, at_random, bounds, days_earlier, resampled
from training.metrics import INTERVAL, evaluate

PUBLISHED, COMPARED = "published", "each_day"
WAYS = {
    "each_day": ("本系统，逐日评分", "ours, scored each day"),
    "at_start": ("本系统，期初一次评分", "ours, scored once at the start"),
    "without_neighbours": ("本系统，逐日，不用周边指标", "ours, each day, nothing of the neighbourhood"),
}
PUBLISHED_DAYS, PUBLISHED_FIRST_HALF, INSPECTED_FIRST_HALF = 7.59, 0.684, 0.544
"""What the stored scores must give, to the digits that are stated (data README)."""
SAME_COLUMNS_DAYS = 2.9
"""What the published columns give when the inspector is taken out of them (data README)."""
GOAL_DAYS = 6.0

_HEADER = (
    "计划 plan",
    f"提前天数 days earlier（{INTERVAL:.0%}）",
    "前半段占比 share in the first half",
    "AUC",
    f"与公布模型之差 minus published（{INTERVAL:.0%}）",
)
_HOW_TO_READ = (
    "每天的检查数不变，按分数由高到低重新排入；提前天数是发现严重问题的检查平均提前的天数。"
    f"区间来自 {SAMPLES:,} 次按企业的自助抽样。公布模型知道由谁检查，本系统从不读取检查人员。"
    "目标与“逐日评分”相比，因为公布的特征取自各检查日；期初一次评分是计划者当时真正能做到的。"
    "周边企业近来查出的问题部分反映谁在那里检查，不用周边指标的一行说明不靠它能做到多少。"
    "\n\n"
    "Every day keeps its number of inspections and is filled by falling score; days earlier is the mean over the "
    f"inspections that found a critical violation. Intervals: {SAMPLES:,} bootstrap samples of enterprises. The "
    "published model knows who inspects, ours never reads it. The goal compares with the plan scored each day, since "
    "the published features are as of each inspection; scored once at the start is what a planner could really have "
    "done. What was lately found around a shop says in part who inspects there: the row without the neighbourhood says "
    "what is left when that is not used."
)


def measure(plan: pd.DataFrame, scores: pd.DataFrame) -> dict[str, Any]:
    """Every figure of the report.

    `plan`: see `benchmarks.chicago_published.published_plan`; `scores`: the same rows, one column per way of WAYS.
    """
    day, is_positive = plan["day"].to_numpy(dtype=float), plan["is_positive"].to_numpy(dtype=bool)
    ranked = scores.assign(**{PUBLISHED: plan[PUBLISHED]})
    samples = resampled(plan, ranked)
    plans = {}
    for name, score in ranked.items():
        earlier = asdict(days_earlier(day, score.to_numpy(dtype=float), is_positive))
        place = np.asarray(score.rank(pct=True), dtype=np.float64)
        plans[str(name)] = {
            **earlier,
            "interval": bounds(samples[name]),
            "minus_published": bounds(samples[name] - samples[PUBLISHED]),
            "auc": evaluate(is_positive.astype(float), place)["auc"],
        }
    return {
        "inspections": len(plan),
        "enterprises": int(plan["enterprise_id"].nunique()),
        "positives": int(is_positive.sum()),
        "as_inspected": asdict(as_inspected(day, is_positive)),
        "random_days": at_random(day, is_positive),
        "plans": plans,
        "goal_days": GOAL_DAYS,
        "is_met": plans[COMPARED]["days"] >= GOAL_DAYS,
        "is_reproduced": is_reproduced(plans[PUBLISHED], as_inspected(day, is_positive).first_half),
    }


def is_reproduced(published: Mapping[str, Any], inspected_first_half: float) -> bool:
    """Whether the stored scores give the published figures, to their last stated digit."""
    found = (round(published["days"], 2), round(published["first_half"], 3), round(inspected_first_half, 3))
    return found == (PUBLISHED_DAYS, PUBLISHED_FIRST_HALF, INSPECTED_FIRST_HALF)


def write_report(report: Mapping[str, Any], folder: Path) -> None:
    """Write chicago_published.json and chicago_published.md into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "chicago_published.json").write_text(text + "\n", encoding="utf-8")
    (folder / "chicago_published.md").write_text(markdown(report), encoding="utf-8")


def markdown(report: Mapping[str, Any]) -> str:
    """The verdict, the table and how to read it."""
    lines = [_HEADER, ["---"] * len(_HEADER), *rows(report)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n\n".join(["# 芝加哥公布时段 Chicago as published", verdict(report), table, _HOW_TO_READ]) + "\n"


def verdict(report: Mapping[str, Any]) -> str:
    """Whether the published figures came out, and the goal, in two sentences each language."""
    ours, met, same = report["plans"][COMPARED], report["is_met"], report["is_reproduced"]
    goal, days = f"{report['goal_days']:g}", f"{ours['days']:.2f}"
    zh = (
        f"公布的数字{'已' if same else '未能'}精确复现。目标 {goal} 天{'已' if met else '未'}达到："
        f"不用检查人员提前 {days} 天（公布模型的同样各列为 {SAME_COLUMNS_DAYS} 天）。"
    )
    en = (
        f"The published figures are {'reproduced exactly' if same else 'not reproduced'}. "
        f"The goal of {goal} days is {'met' if met else 'not met'}: {days} days earlier without the inspector "
        f"(the published model's own columns give {SAME_COLUMNS_DAYS})."
    )
    return f"{zh}\n\n{en}"


def report_table(report: Mapping[str, Any]) -> Table:
    """The same rows for a terminal, the verdict below."""
    table = Table(title="芝加哥公布时段 Chicago as published", caption=verdict(report))
    for name in _HEADER:
        table.add_column(name, overflow="fold")
    for row in rows(report):
        table.add_row(*row)
    return table


def rows(report: Mapping[str, Any]) -> Iterator[list[str]]:
    """One row per plan: as inspected, published, ours in each way, and at random."""
    inspected, plans = report["as_inspected"], report["plans"]
    yield ["实际执行 as inspected", "0", f"{inspected['first_half']:.3f}", "", ""]
    yield _row("公布的模型（知道检查人员） published, knows the inspector", plans[PUBLISHED])
    for name, (zh, en) in WAYS.items():
        yield _row(f"{zh} {en}", plans[name])
    yield ["随机次序 at random", f"{report['random_days']:.2f}", "", "0.500", ""]


def _row(label: str, plan: Mapping[str, Any]) -> list[str]:
    (low, high), (under, over) = plan["interval"], plan["minus_published"]
    difference = f"{under:+.2f} – {over:+.2f}" if under or over else ""
    return [
        label,
        f"{plan['days']:.2f}（{low:.2f} – {high:.2f}）",
        f"{plan['first_half']:.3f}",
        f"{plan['auc']:.3f}",
        difference,
    ]
