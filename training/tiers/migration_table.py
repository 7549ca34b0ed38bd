"""The migration between two dates, for a person at a terminal."""

import numpy as np
from rich.console import Console
from rich.table import Table

from model.migration import Migration
from model.stability import BLOCKING_INDEX, WARNING_INDEX
from model.tiers import TIERS


def print_migration(console: Console, migration: Migration, title: str) -> None:
    """The matrix with counts and the share of each row, who came and left, and how stable the whole is."""
    table = Table(title=title, title_justify="left")
    for column in ("前 before \\ 后 after", *(f"{tier.zh} {tier.en}" for tier in TIERS), "退出 left"):
        table.add_column(column, justify="right")
    for tier, (_, counts), (_, shares) in zip(
        TIERS, migration.counts.iterrows(), migration.shares.iterrows(), strict=True
    ):
        cells = [_cell(int(count), share) for count, share in zip(counts, shares, strict=True)]
        table.add_row(f"{tier.zh} {tier.en}", *cells, f"{migration.left[tier.id]:,}")
    table.add_row("新进 entered", *(f"{migration.entered[tier.id]:,}" for tier in TIERS), "")
    console.print(table)
    console.print(
        f"上调 raised {_percent(migration.raised)} · 下调 lowered {_percent(migration.lowered)}\n稳定性 PSI："
        f"等级 tiers {_judged(migration.tier_psi)} · 对数几率 margins {_judged(migration.margin_psi)}",
        highlight=False,
    )


def _cell(count: int, share: float) -> str:
    return f"{count:,} ({share:.0%})" if count else "–"


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share:.1%}"


def _judged(index: float) -> str:
    """An index with what convention makes of it."""
    if np.isnan(index):
        return "无法比较 nothing to compare"
    if index < WARNING_INDEX:
        return f"{index:.3f} 稳定 stable"
    return f"{index:.3f} " + ("有变动 shifted a little" if index < BLOCKING_INDEX else "明显变动 shifted")
