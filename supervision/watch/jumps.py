"""Who moved from tier to tier, who jumped, and which reasons moved with them?"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from model.tiers import HIGH_RANK

STEPS = 2
"""So many tiers up or down are a jump, and so is any step into the high tier."""
MOVED_REASONS = 3
"""How many reasons are named."""

Reasons = Sequence[tuple[str, float]]
"""Indicators, each with the change of its contribution (log-odds)."""
_KEY = ["enterprise_id", "sector"]


def movers(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """One row per enterprise and sector that has another tier after than before, the highest rise first.

    Both have enterprise_id, sector, tier_rank, reasons and contributions (`supervision.watch.remembered`). The columns
    are enterprise_id, sector, rank_before, rank_after and `moved`: the reasons that explain the direction, the
    strongest first. A reason that was not among the strongest on one side counts as nothing there.
    """
    named = [*_KEY, "tier_rank", "reasons", "contributions"]
    both = before[named].merge(after[named], on=_KEY, suffixes=("_before", "_after"))
    both = both[(both["tier_rank_before"] > 0) & (both["tier_rank_after"] > 0)]
    steps = both["tier_rank_after"].astype(int) - both["tier_rank_before"].astype(int)
    both, steps = both[steps != 0], steps[steps != 0]
    moved = [_moved(row, step) for row, step in zip(both.to_dict("records"), steps, strict=True)]
    found = both.assign(
        rank_before=both["tier_rank_before"].astype(int),
        rank_after=both["tier_rank_after"].astype(int),
        moved=pd.Series(moved, index=both.index, dtype="object"),
        steps=steps,
    ).sort_values(["steps", *_KEY], ascending=[False, True, True], ignore_index=True)
    return found[[*_KEY, "rank_before", "rank_after", "moved"]]


def jumps(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Those of the movers that went STEPS tiers or more, or up into the high tier."""
    found = movers(before, after)
    steps = found["rank_after"] - found["rank_before"]
    into_high = (found["rank_after"] == HIGH_RANK) & (steps > 0)
    return found[(steps.abs() >= STEPS) | into_high].reset_index(drop=True)


def _moved(row: Mapping[Any, Any], steps: int) -> list[tuple[str, float]]:
    before, after = (
        dict(zip(row[f"reasons_{side}"], row[f"contributions_{side}"], strict=True)) for side in ("before", "after")
    )
    change = {name: float(after.get(name, 0.0) - before.get(name, 0.0)) for name in {**before, **after}}
    same_way = [(str(name), part) for name, part in change.items() if part * steps > 0]
    return sorted(same_way, key=lambda one: -abs(one[1]))[:MOVED_REASONS]
