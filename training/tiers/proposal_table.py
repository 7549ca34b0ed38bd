"""Proposed cuts for a person: the effect before and after at a terminal, and a snippet to adopt by hand."""

import json
from collections.abc import Sequence
from datetime import date

import pandas as pd
from rich.console import Console
from rich.table import Table

from model.tiers import TIERS
from training.tiers.propose import Effect, Proposal

_COLUMNS = (
    "类别 tier",
    "承诺 promise",
    "主体 enterprises",
    "每年抽查 draws a year",
    "已查 judged",
    "问题率 rate (95%)",
    "守诺 kept",
)


def print_proposal(console: Console, proposal: Proposal, confidence: float) -> None:
    """The effect of the cuts in force and of those proposed, or the sentence that says why there are none."""
    standard = proposal.standard
    name = f"{standard.name_zh} {standard.name_en} ({standard.sector})"
    if proposal.before is not None:
        _print_effect(console, f"{name}：现行分界 cuts in force {_cuts(standard.cuts)}", proposal.before, confidence)
    if proposal.cuts is None or proposal.after is None:
        console.print(f"{name}：未提出分界 no cuts proposed. {proposal.reason}", highlight=False)
    elif proposal.cuts == standard.cuts:
        console.print("现行分界守诺，无需改动。 The cuts in force keep their promises: no change.", highlight=False)
    else:
        _print_effect(console, f"{name}：建议分界 proposed cuts {_cuts(proposal.cuts)}", proposal.after, confidence)


def _print_effect(console: Console, title: str, effect: Effect, confidence: float) -> None:
    table = Table(title=title, title_justify="left")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column in _COLUMNS[:2] else "right")
    for tier, row in zip(TIERS, effect.tiers.to_dict("records"), strict=True):
        table.add_row(
            f"{tier.zh} {tier.en}",
            f"{row['promised_low']:.0%}–{row['promised_high']:.0%}",
            f"{row['enterprises']:,} ({row['share']:.0%})",
            f"{row['inspections']:,.0f}",
            f"{row['judged']:,}",
            "–" if pd.isna(row["rate"]) else f"{row['rate']:.1%} [{row['low']:.1%}, {row['high']:.1%}]",
            "✓" if row["is_kept"] else "–",
        )
    table.add_row(
        "合计 total",
        "",
        f"{effect.tiers['enterprises'].sum():,}",
        f"{effect.inspections:,.0f}",
        "",
        "",
        f"{confidence:.0%}",
    )
    console.print(table)


def proposal_toml(proposals: Sequence[Proposal], as_of: date, confidence: float) -> str:
    """The proposed cuts as TOML, one table a sector, with what they rest on in comments; sectors without any are named.

    A person copies `cuts` into the sector's own file: nothing reads this one.
    """
    lines = [
        f"# 建议分界，{as_of}，各类别守诺把握 {confidence:.0%}；由人采纳后写入各领域标准。",
        f"# Proposed cuts as of {as_of}, each promise kept with {confidence:.0%} confidence; for a person to adopt.",
    ]
    for proposal in proposals:
        lines += ["", *_sector_lines(proposal)]
    return "\n".join(lines) + "\n"


def _sector_lines(proposal: Proposal) -> list[str]:
    standard = proposal.standard
    if proposal.cuts is None or proposal.before is None or proposal.after is None:
        return [f"# {standard.sector}: {proposal.reason}"]
    found = [
        f"# {row['tier']}: {row['enterprises']} enterprises, {row['inspections']:.0f} draws a year, "
        f"rate {row['rate']:.1%} [{row['low']:.1%}, {row['high']:.1%}] in {row['judged']} inspections"
        for row in proposal.after.tiers.to_dict("records")
    ]
    before = f"# in force: {_cuts(standard.cuts)}, {proposal.before.inspections:.0f} draws a year"
    return [f"[{json.dumps(standard.sector)}.tiers]", before, *found, f"cuts = {_cuts(proposal.cuts)}"]


def _cuts(cuts: Sequence[float]) -> str:
    return "[" + ", ".join(f"{cut:.2f}" for cut in cuts) + "]"
