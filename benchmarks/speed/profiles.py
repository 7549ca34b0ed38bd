"""Where does the time go: the functions of ours that a run spends most of its time below."""

import cProfile
import pstats
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("records", "features", "model", "training", "serving")
SHOWN = 15


def profile(work: Callable[..., object], *arguments: Any) -> list[dict[str, Any]]:
    """Seconds below each of our functions in one call of `work`, largest first, and their share of the whole.

    A function's time holds that of the functions it calls, so the shares do not add up to one.
    """
    watch = cProfile.Profile()
    watch.runcall(work, *arguments)
    stats: dict[tuple[str, int, str], Any] = pstats.Stats(watch).stats  # type: ignore[attr-defined]
    whole = max(row[3] for row in stats.values())
    rows = [
        {
            "function": f"{Path(file).relative_to(PROJECT).as_posix()}:{name}",
            "calls": row[1],
            "seconds": round(row[3], 3),
        }
        for (file, _, name), row in stats.items()
        if file.startswith(str(PROJECT))
        and Path(file).relative_to(PROJECT).parts[0] in OURS
        and not name.startswith("<")
    ]
    rows.sort(key=lambda row: -row["seconds"])
    return [row | {"share": round(row["seconds"] / whole, 3)} for row in rows[:SHOWN]]
