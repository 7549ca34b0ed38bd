"""Is every indicator on Spark that of DuckDB, on the simulated district and on the public inspections of Toronto?

`fenji build` is called for both engines as a user would, on `local[2]` with Spark's own defaults and its Java machine
in another time zone. Both sets are whole; what CI holds is a small district with hand-made boundary cases.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from benchmarks import toronto
from benchmarks.sources import require_open_data
from features.catalogue.everything import INDICATORS
from features.indicator import Count, Distinct, Repeats, Trend
from features.pipeline import KEYS
from simulation.district import simulate

RELATIVE = 1e-9
"""How far a sum may be from DuckDB's, as a part of it; whatever counts must be equal."""
COUNTED = tuple(i.name for i in INDICATORS if isinstance(i.measure, Count | Distinct | Repeats | Trend))
NAMES = tuple(indicator.name for indicator in INDICATORS)
ELSEWHERE = "America/New_York"
YEARS, SEED = 6, 1
WORKSPACE = Path("var") / "spark_parity"
RESULT = Path(__file__).parent / "results" / "spark_parity.json"


@dataclass(frozen=True)
class Parity:
    """How one engine's frame differs from another's, cell by cell; two nulls are equal.

    `counts_apart` and `nulls_apart` are numbers of cells, `furthest` is the largest difference of a number from the
    expected one as a part of it; `apart` names the indicators that are not equal within RELATIVE.
    """

    rows: int
    indicators: int
    known: int
    counts_apart: int
    nulls_apart: int
    furthest: float
    apart: tuple[str, ...]


def compare(expected: pd.DataFrame, found: pd.DataFrame) -> Parity:
    """Both have one row per enterprise and sector with KEYS and every indicator, in any order.

    Raises ValueError if the keys themselves differ.
    """
    first, second = (frame.sort_values(["enterprise_id", "sector"], ignore_index=True) for frame in (expected, found))
    if not first[list(KEYS)].astype("str").equals(second[list(KEYS)].astype("str")):
        raise ValueError("Both frames must have the same enterprises, sectors and attributes.")
    wanted, had = (frame[list(NAMES)].to_numpy(dtype=float) for frame in (first, second))
    is_null = np.isnan(wanted)
    nulls = is_null != np.isnan(had)
    distance = np.where(is_null | nulls | (wanted == had), 0.0, np.abs(had - wanted))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(distance > 0, distance / np.abs(wanted), 0.0)
    counts = distance[:, np.isin(NAMES, COUNTED)] > 0
    bad = (nulls | (relative > RELATIVE)).any(axis=0) | ((distance > 0).any(axis=0) & np.isin(NAMES, COUNTED))
    return Parity(
        rows=len(first),
        indicators=len(NAMES),
        known=int((~is_null).sum()),
        counts_apart=int(counts.sum()),
        nulls_apart=int(nulls.sum()),
        furthest=float(relative.max(initial=0.0)),
        apart=tuple(np.array(NAMES)[bad]),
    )


def main() -> int:
    """Compare both sets, write `benchmarks/results/spark_parity.json` and the table beside it; 1 where one differs."""
    sets: Mapping[str, tuple[Callable[[Path], None], date]] = {
        "simulated": (lambda out: simulate(out, 3_000, YEARS, SEED, progress=False), date(2025, 1, 1)),
        "toronto": (lambda out: toronto.write_records(require_open_data("toronto"), out), date(2010, 1, 1)),
    }
    results = {name: measure(WORKSPACE / name, write, as_of) for name, (write, as_of) in sets.items()}
    RESULT.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    RESULT.with_suffix(".md").write_text(as_table(results), encoding="utf-8")
    return int(any(result["apart"] for result in results.values()))


def measure(place: Path, write: Callable[[Path], None], as_of: date) -> dict[str, Any]:
    """Build with both engines and compare; the records are kept in `place`, the frames are not."""
    records, frames = place / "records", place / "frames"
    if not records.exists():
        write(records)
    rmtree(frames, ignore_errors=True)
    frames.mkdir()
    words = ("build", str(records), "--as-of", as_of.isoformat(), "--out")
    run(*words, str(frames / "duckdb.parquet"))
    run(*words, str(frames / "spark"), "--engine", "spark", "--master", "local[2]", *elsewhere())
    parity = compare(pd.read_parquet(frames / "duckdb.parquet"), pd.read_parquet(frames / "spark"))
    rmtree(frames)
    count = sum(pq.read_metadata(path).num_rows for path in records.glob("*.parquet"))
    return {"as_of": as_of.isoformat(), "records": count, **asdict(parity)}


def elsewhere() -> tuple[str, ...]:
    """Options that put the Java machine into another time zone."""
    return ("--conf", f"spark.driver.extraJavaOptions=-Duser.timezone={ELSEWHERE}", "--conf", "spark.ui.enabled=false")


def run(*words: str) -> None:
    """The command, its processes in another time zone."""
    environment = {**os.environ, "TZ": ELSEWHERE, "PYTHONPATH": "."}
    subprocess.run([sys.executable, "-m", "fenji", *words], check=True, env=environment)


def as_table(results: Mapping[str, Mapping[str, Any]]) -> str:
    """The comparison in Markdown."""
    head = ["set", "as_of", "records", "rows", "indicators", "known", "counts_apart", "nulls_apart", "furthest"]
    lines = ["# Spark 与 DuckDB Spark beside DuckDB", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, result in results.items():
        cells = [f"{result[key]:,}" if isinstance(result[key], int) else f"{result[key]}" for key in head[1:]]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    apart = {name: ", ".join(result["apart"]) or "无 none" for name, result in results.items()}
    lines += ["", *[f"- {name}: 不相等的指标 indicators that are not equal: {names}" for name, names in apart.items()]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
