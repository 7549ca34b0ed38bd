"""What does Spark spend per enterprise: seconds of cores, bytes shuffled and written, memory of a task and of Python?

Districts of several sizes go through the command's own path on `local[2]`; the figures are those of Spark's event log,
added up by phase and by step. What a run costs whatever its size (starting, planning, compiling) is in each figure, so
a unit cost is the slope between two sizes; that between the smaller ones stands beside it, as a sign of what grows
faster than the district does. Elapsed time is not a figure: it belongs to the machine.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.speed.machine import machine
from features.spark.build import build_on_spark, work_folder, write_rows
from features.spark.given import give_records
from features.spark.session import open_spark
from serving.release import latest_release
from serving.scoring.on_spark import score_on_spark
from simulation.district import simulate

SIZES = (2_000, 8_000, 32_000)
YEARS = 6
AS_OF = date(2025, 1, 1)
PARTITIONS = 8
RELEASES = Path("var") / "releases"
WORKSPACE = Path("var") / "spark_costs"
RESULT = Path(__file__).parent / "results" / "spark_costs.json"
FIGURES = ("core_seconds", "shuffle_mb", "read_mb", "written_mb", "spilled_mb")
PEAKS = ("largest_task_mb", "python_mb")
"""The most that one task held of Spark's own memory, and that all Python processes held at once (resident)."""
COSTLIEST = 6
"""How many steps the table names."""
MEGABYTE = 1e6
COUNTRY_MILLIONS = 60
PARTITION_MB = 128
"""What one task should read of a shuffle, the size that Spark's own manual aims at."""

Figures = dict[str, float]


def main(sizes: list[int], release: Path) -> int:
    """Measure and write `benchmarks/results/spark_costs.json` and the table beside it."""
    report: dict[str, Any] = {"machine": machine(), "as_of": AS_OF.isoformat(), "years": YEARS}
    runs = [measure(size, release) for size in sorted(sizes)]
    units = {f"{low['enterprises']:,} to {high['enterprises']:,}": unit(low, high) for low, high in pairwise(runs)}
    report |= {"partitions": PARTITIONS, "runs": runs, "units": units, "plan": plan(*runs[-2:])}
    RESULT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    RESULT.with_suffix(".md").write_text(as_table(report), encoding="utf-8")
    return 0


def measure(size: int, release: Path) -> dict[str, Any]:
    """One run of a size: its records, rows, and the figures of each phase and step."""
    records = WORKSPACE / str(size)
    if not records.exists():
        simulate(records, size, YEARS, seed=1, progress=False)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        log.mkdir()
        settings = {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": log.as_uri(),
            "spark.eventLog.compress": "false",
            # Each task then tells the most memory that there was while it ran.
            "spark.executor.metrics.pollingInterval": "500ms",
            "spark.executor.processTreeMetrics.enabled": "true",
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
            written = replace(frame, rows=spark.session.read.parquet(out))
            write_rows(score_on_spark(spark, written, release), f"{folder}/scores")
            ends["scores"] = time.time()
        tasks = list(tasks_of(log))
    count = sum(pq.read_metadata(path).num_rows for path in records.glob("*.parquet"))
    own = {"enterprises": size, "records": count, "rows": rows}
    return {**own, "phases": by_phase(tasks, ends), "steps": by_step(tasks)}


def tasks_of(log: Path) -> Iterator[dict[str, Any]]:
    """The finished tasks of an event log, each with the name of its step ("" for what is asked on the way)."""
    steps: dict[int, str] = {}
    for path in sorted(log.rglob("events_*")):
        # By line feeds alone: a plan may quote what else breaks a line.
        for event in map(json.loads, path.read_text(encoding="utf-8").removesuffix("\n").split("\n")):
            if event["Event"] == "SparkListenerStageSubmitted":
                own = event.get("Properties") or {}
                steps[event["Stage Info"]["Stage ID"]] = own.get("spark.job.description", "")
            if event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                yield {**event, "step": steps.get(event["Stage ID"], "")}


def by_phase(tasks: Iterable[dict[str, Any]], ends: Mapping[str, float]) -> dict[str, Figures]:
    """The figures of each phase; a task belongs to the phase in which it finished."""
    phases = {name: dict.fromkeys(("tasks", *FIGURES, *PEAKS), 0.0) for name in ends}
    for task in tasks:
        finished = task["Task Info"]["Finish Time"] / 1000
        name = next((name for name, end in ends.items() if finished <= end), None)
        if name is None:
            continue
        total, metrics, peaks = phases[name], task["Task Metrics"], task.get("Task Executor Metrics") or {}
        total["tasks"] += 1
        total["core_seconds"] += metrics["Executor CPU Time"] / 1e9
        total["shuffle_mb"] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"] / MEGABYTE
        total["read_mb"] += metrics["Input Metrics"]["Bytes Read"] / MEGABYTE
        total["written_mb"] += metrics["Output Metrics"]["Bytes Written"] / MEGABYTE
        total["spilled_mb"] += metrics["Disk Bytes Spilled"] / MEGABYTE
        total["largest_task_mb"] = max(total["largest_task_mb"], metrics["Peak Execution Memory"] / MEGABYTE)
        total["python_mb"] = max(total["python_mb"], peaks.get("ProcessTreePythonRSSMemory", 0) / MEGABYTE)
    return phases


def by_step(tasks: Iterable[dict[str, Any]]) -> dict[str, Figures]:
    """Seconds of cores and bytes shuffled of each step, and the longest of its tasks beside their mean, in seconds."""
    found: dict[str, list[dict[str, Any]]] = {}
    for task in tasks:
        found.setdefault(task["step"], []).append(task["Task Metrics"])
    steps = {}
    for name, own in found.items():
        seconds = [metrics["Executor CPU Time"] / 1e9 for metrics in own]
        shuffled = sum(metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"] for metrics in own) / MEGABYTE
        steps[name] = {"core_seconds": sum(seconds), "shuffle_mb": shuffled, "longest": max(seconds)}
    return steps


def unit(smaller: Mapping[str, Any], larger: Mapping[str, Any]) -> dict[str, Figures]:
    """Per million enterprises, what the larger run spends more than the smaller one, by phase."""
    millions = (larger["enterprises"] - smaller["enterprises"]) / 1e6
    return {
        name: {figure: (own[figure] - smaller["phases"][name][figure]) / millions for figure in FIGURES}
        for name, own in larger["phases"].items()
    }


def plan(smaller: Mapping[str, Any], larger: Mapping[str, Any]) -> dict[str, float]:
    """What the country would take if every further million costs as much as the last one measured.

    `shuffle_partitions` are those of the step that shuffles most, as if all of it were one shuffle.
    """
    units = unit(smaller, larger)
    total = {figure: sum(own[figure] for own in units.values()) * COUNTRY_MILLIONS for figure in FIGURES}
    millions = (larger["enterprises"] - smaller["enterprises"]) / 1e6
    nothing = {"shuffle_mb": 0.0}
    widest = max(
        (own["shuffle_mb"] - smaller["steps"].get(name, nothing)["shuffle_mb"]) / millions * COUNTRY_MILLIONS
        for name, own in larger["steps"].items()
    )
    return {
        "core_hours": total["core_seconds"] / 3600,
        "shuffle_gb": total["shuffle_mb"] / 1e3,
        "written_gb": total["written_mb"] / 1e3,
        "shuffle_partitions": math.ceil(widest / PARTITION_MB),
    }


def as_table(report: Mapping[str, Any]) -> str:
    """The runs, the costliest steps, the unit costs and the plan in Markdown."""
    head = ["enterprises", "phase", "tasks", *FIGURES, *PEAKS]
    lines = ["# Spark 单位成本 Unit costs of Spark", "", *_head(head)]
    for run in report["runs"]:
        for name, own in run["phases"].items():
            lines.append(_line(f"{run['enterprises']:,}", name, *[f"{own[figure]:,.1f}" for figure in head[2:]]))
    lines += ["", "每增一百万户 Per million enterprises more:", "", *_head(["between", "phase", *FIGURES])]
    for between, units in report["units"].items():
        lines += [_line(between, name, *[f"{own[figure]:,.0f}" for figure in FIGURES]) for name, own in units.items()]
    sizes = [f"core_seconds of {run['enterprises']:,}" for run in report["runs"]]
    lines += ["", "最费的步骤 The costliest steps:", "", *_head(["step", *sizes, "longest task"])]
    last = report["runs"][-1]["steps"]
    for name in sorted(last, key=lambda one: -last[one]["core_seconds"])[:COSTLIEST]:
        spent = [run["steps"].get(name, {}).get("core_seconds", 0.0) for run in report["runs"]]
        lines.append(_line(name or "其他 others", *[f"{one:,.1f}" for one in spent], f"{last[name]['longest']:,.1f}"))
    planned = f"{COUNTRY_MILLIONS:,} million enterprises, if every further million costs as much as the last measured:"
    lines += ["", planned, "", *_head(["what", "planned"])]
    lines += [_line(name, f"{value:,.0f}") for name, value in report["plan"].items()]
    return "\n".join(lines) + "\n"


def _head(names: list[str]) -> list[str]:
    return [_line(*names), "|---" * len(names) + "|"]


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--release", type=Path, help="score with this release, default the latest of var/releases")
    arguments = parser.parse_args()
    raise SystemExit(main(arguments.sizes, arguments.release or latest_release(RELEASES)))
