"""What does Spark spend per enterprise: seconds of cores, bytes shuffled and written, memory of a task?

Districts of several sizes go through the command's own path on `local[2]`; the figures are those of Spark's event log,
added up by phase. What a run costs whatever its size (starting, planning, compiling) is in each figure, so a unit cost
is the slope between the two largest sizes. Elapsed time is not a figure: it belongs to the machine.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from features.spark.build import build_on_spark, work_folder, write_rows
from features.spark.given import give_records
from features.spark.session import open_spark
from serving.population_on_spark import score_on_spark
from simulation.district import simulate

SIZES = (3_000, 10_000, 30_000)
YEARS = 6
AS_OF = date(2025, 1, 1)
PARTITIONS = 8
WORKSPACE = Path("var") / "spark_costs"
RESULT = Path(__file__).parent / "results" / "spark_costs.json"
FIGURES = ("core_seconds", "shuffle_mb", "read_mb", "written_mb", "spilled_mb")
MEGABYTE = 1e6
COUNTRY_MILLIONS = 60
PARTITION_MB = 128
"""What one task should read of a shuffle, the size that Spark's own manual aims at."""

Figures = dict[str, float]


def main(sizes: list[int], release: Path | None) -> int:
    """Measure and write `benchmarks/results/spark_costs.json` and the table beside it."""
    runs = [measure(size, release) for size in sizes]
    units = unit(runs)
    report = {"as_of": AS_OF.isoformat(), "years": YEARS, "partitions": PARTITIONS, "runs": runs}
    report |= {"unit": units, "plan": plan(units)}
    RESULT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    RESULT.with_suffix(".md").write_text(as_table(report), encoding="utf-8")
    return 0


def measure(size: int, release: Path | None) -> dict[str, Any]:
    """One run of a size: its records, rows, and the figures of each phase."""
    records = WORKSPACE / str(size)
    if not records.exists():
        simulate(records, size, YEARS, seed=1, progress=False)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        log.mkdir()
        settings = {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": log.as_uri(),
            "spark.sql.shuffle.partitions": str(PARTITIONS),
            "spark.ui.enabled": "false",
        }
        ends = {}
        out = f"{folder}/frame"
        with open_spark("local[2]", work_folder(out), settings) as spark:
            give_records(spark, str(records))
            ends["records"] = time.time()
            frame = build_on_spark(spark, AS_OF)
            ends["indicators"] = time.time()
            rows = write_rows(frame.rows, out)
            ends["frame"] = time.time()
            if release is not None:
                write_rows(score_on_spark(spark, frame, release), f"{folder}/scores")
                ends["scores"] = time.time()
        phases = added_up(tasks_of(log), ends)
    count = sum(pq.read_metadata(path).num_rows for path in records.glob("*.parquet"))
    return {"enterprises": size, "records": count, "rows": rows, "phases": phases}


def tasks_of(log: Path) -> Iterable[dict[str, Any]]:
    """The tasks of an event log that were finished."""
    for path in sorted(path for path in log.rglob("*") if path.is_file() and not path.name.startswith("appstatus")):
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                yield event


def added_up(tasks: Iterable[dict[str, Any]], ends: Mapping[str, float]) -> dict[str, Figures]:
    """The figures of each phase; a task belongs to the phase in which it finished."""
    phases = {name: dict.fromkeys((*FIGURES, "tasks", "largest_task_mb"), 0.0) for name in ends}
    for task in tasks:
        finished = task["Task Info"]["Finish Time"] / 1000
        name = next((name for name, end in ends.items() if finished <= end), None)
        if name is None:
            continue
        total, metrics = phases[name], task["Task Metrics"]
        total["tasks"] += 1
        total["core_seconds"] += metrics["Executor CPU Time"] / 1e9
        total["shuffle_mb"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"] / MEGABYTE
        total["read_mb"] += metrics["Input Metrics"]["Bytes Read"] / MEGABYTE
        total["written_mb"] += metrics["Output Metrics"]["Bytes Written"] / MEGABYTE
        total["spilled_mb"] += metrics["Disk Bytes Spilled"] / MEGABYTE
        total["largest_task_mb"] = max(total["largest_task_mb"], metrics["Peak Execution Memory"] / MEGABYTE)
    return phases


def unit(runs: list[dict[str, Any]]) -> dict[str, Figures]:
    """Per million enterprises, what the largest run spends more than the next one, by phase."""
    smaller, larger = sorted(runs, key=lambda run: run["enterprises"])[-2:]
    millions = (larger["enterprises"] - smaller["enterprises"]) / 1e6
    return {
        name: {figure: (own[figure] - smaller["phases"][name][figure]) / millions for figure in FIGURES}
        for name, own in larger["phases"].items()
    }


def plan(units: Mapping[str, Figures]) -> dict[str, float]:
    """What the country would take if every further million costs as much as the last one measured."""
    total = {figure: sum(own[figure] for own in units.values()) * COUNTRY_MILLIONS for figure in FIGURES}
    widest = max(own["shuffle_mb"] for own in units.values()) * COUNTRY_MILLIONS
    return {
        "core_hours": total["core_seconds"] / 3600,
        "shuffle_gb": total["shuffle_mb"] / 1e3,
        "work_folder_gb": total["written_mb"] / 1e3,
        "shuffle_partitions": math.ceil(widest / PARTITION_MB),
    }


def as_table(report: Mapping[str, Any]) -> str:
    """The runs and the unit costs in Markdown."""
    head = ["enterprises", "phase", "tasks", *FIGURES, "largest_task_mb"]
    lines = ["# Spark: unit costs", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for run in report["runs"]:
        for name, own in run["phases"].items():
            cells = [f"{run['enterprises']:,}", name, *[f"{own[figure]:,.1f}" for figure in head[2:]]]
            lines.append(f"| {' | '.join(cells)} |")
    for name, own in report["unit"].items():
        cells = ["per million more", name, "", *[f"{own[figure]:,.0f}" for figure in FIGURES], ""]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", f"{COUNTRY_MILLIONS} million enterprises, if every further million costs as much:", ""]
    lines += ["| what | planned |", "|---|---|"]
    lines += [f"| {name} | {value:,.0f} |" for name, value in report["plan"].items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--release", type=Path, help="also score with this release")
    arguments = parser.parse_args()
    raise SystemExit(main(arguments.sizes, arguments.release))
