"""How many enterprises are in each tier, for a person at a terminal."""

from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from model.tiers import TIERS
from serving.answers import answers_of
from serving.snapshot import Snapshot, load_snapshot

RISKIEST_SECTORS = 5


def print_tiers(console: Console, directory: Path, truth: pd.DataFrame | None = None) -> None:
    """Print the tiers of a snapshot over all sectors, and the sectors with most enterprises in the high tier.

    `truth` (as_of, enterprise_id, sector, true_probability) exists for simulated districts only: the mean true risk
    of a tier then stands beside what the model says.
    """
    snapshot = load_snapshot(directory)
    rows = tier_rows(snapshot, truth)
    title = f"分级结果 tiers at {snapshot.as_of}: {snapshot.counts['enterprises']:,} 主体 enterprises"
    table = Table(title=title, title_justify="left")
    for column in (
        "类别 tier",
        "数量 n",
        "占比 share",
        "预测问题率 predicted",
        *(("真实问题率 true",) if truth is not None else ()),
    ):
        table.add_column(column, justify="left" if column.startswith("类别") else "right")
    for row in rows.to_dict("records"):
        cells = [str(row["name"]), f"{row['n']:,}", f"{row['share']:.1%}", _percent(row["predicted"])]
        table.add_row(*cells, *([_percent(row["true"])] if truth is not None else []))
    console.print(table)
    status = snapshot.counts["status"]
    console.print(
        f"不予分级 out of scope {status['out_of_scope']:,} · 无模型 no model {status['no_model']:,}", highlight=False
    )
    high = sorted(snapshot.counts["tiers"].items(), key=lambda item: -item[1]["high"])[:RISKIEST_SECTORS]
    console.print(
        "高风险最多的领域 most in the high tier: " + ", ".join(f"{s} {t['high']:,}" for s, t in high), highlight=False
    )


def tier_rows(snapshot: Snapshot, truth: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per tier, ascending: name, n, share of the tiered, mean predicted and (if known) mean true rate."""
    answers = answers_of(snapshot)
    if truth is not None:
        known = truth[pd.to_datetime(truth["as_of"]) == pd.Timestamp(snapshot.as_of)]
        answers = answers.merge(known.drop(columns="as_of"), on=["enterprise_id", "sector"], how="left")
    else:
        answers["true_probability"] = np.nan
    rows = []
    for tier in TIERS:
        members = answers[answers["tier_rank"] == tier.rank]
        name = f"{tier.zh} {tier.en}"
        share = len(members) / max(len(answers), 1)
        rows.append((name, len(members), share, members["probability"].mean(), members["true_probability"].mean()))
    return pd.DataFrame(rows, columns=["name", "n", "share", "predicted", "true"])


def _percent(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.1%}"
