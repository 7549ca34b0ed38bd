"""The summary for a reader's eyes: a table in the terminal, and the same in Markdown."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from loop.policies import POLICIES
from loop.summary import SOON, Figure

HEADERS = (
    "策略 policy",
    "每次检查发现问题 problems per inspection",
    "与纯随机之比 times pure random",
    "查在真低风险 spent on truly low",
    "低类中漏掉的严重问题 serious problems missed in low",
    "声明的等级率误差 error of stated rates",
    f"{SOON} 个月内察觉 noticed within {SOON} months",
    "误报年 years of false alarm",
)


def terminal_table(summary: Mapping[str, Any]) -> Table:
    """One line per policy."""
    table = Table(*HEADERS)
    table.title = f"{summary['districts']} 个模拟辖区 × {summary['years']} 年 years"
    for row in lines(summary):
        table.add_row(*row)
    return table


def markdown_table(summary: Mapping[str, Any]) -> str:
    """The same as a Markdown table."""
    rows = [HEADERS, ["---"] * len(HEADERS), *lines(summary)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def lines(summary: Mapping[str, Any]) -> Iterator[list[str]]:
    """The cells of each policy, in the order of HEADERS."""
    for policy in POLICIES:
        if policy.id in summary["policies"]:
            found = summary["policies"][policy.id]
            yield [
                f"{policy.zh} {policy.en}",
                percent(found["expected"]),
                times(found["gain"]),
                percent(found["on_clean"]),
                percent(found["serious_missed"]),
                percent(found["stated_error"]),
                percent(found["noticed"]["whole"]["soon"]),
                percent(found["false_alarms"]),
            ]


def percent(figure: Figure) -> str:
    """12.3 % (11.0 to 13.6)."""
    if figure is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{100 * figure['mean']:.1f} %"
    return f"{100 * figure['mean']:.1f} % ({100 * figure['low']:.1f} to {100 * figure['high']:.1f})"


def times(figure: Figure) -> str:
    """1.83 (1.78 to 1.88)."""
    if figure is None:
        return "–"
    if figure["low"] is None or figure["high"] is None:
        return f"{figure['mean']:.2f}"
    return f"{figure['mean']:.2f} ({figure['low']:.2f} to {figure['high']:.2f})"
