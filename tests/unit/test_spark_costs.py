"""Unit costs from an event log: each task in its phase and step, the slope between sizes, the plan."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.spark_costs import FIGURES, PEAKS, as_table, by_phase, by_step, plan, tasks_of, unit


def event(finished: float, cpu_seconds: float, shuffled: int, stage: int = 0) -> dict[str, Any]:
    return {
        "Event": "SparkListenerTaskEnd",
        "Stage ID": stage,
        "Task Info": {"Finish Time": int(finished * 1000)},
        "Task Executor Metrics": {"ProcessTreePythonRSSMemory": 7_000_000},
        "Task Metrics": {
            "Executor CPU Time": int(cpu_seconds * 1e9),
            "Peak Execution Memory": 5_000_000,
            "Disk Bytes Spilled": 0,
            "Shuffle Write Metrics": {"Shuffle Bytes Written": shuffled},
            "Input Metrics": {"Bytes Read": 0},
            "Output Metrics": {"Bytes Written": 2_000_000},
        },
    }


def submitted(stage: int, step: str) -> dict[str, Any]:
    properties = {"spark.job.description": step}
    return {"Event": "SparkListenerStageSubmitted", "Stage Info": {"Stage ID": stage}, "Properties": properties}


@pytest.fixture
def tasks(tmp_path: Path) -> list[dict[str, Any]]:
    failed = event(1, 9, 9) | {"Task Metrics": None}
    of_base = [submitted(1, "base"), event(2, 4, 1_000_000, 1), event(2, 1, 0, 1), event(5, 9, 0, 1)]
    events = [{"Event": "SparkListenerJobEnd"}, event(1, 2, 3_000_000), failed, *of_base]
    log = tmp_path / "eventlog_v2_local-1"
    log.mkdir()
    (log / "events_1_local-1").write_text("\n".join(map(json.dumps, events)) + "\n")
    # What Hadoop and Spark lay beside it.
    (log / ".events_1_local-1.crc").write_bytes(b"crc\0")
    (log / "appstatus_local-1").touch()
    return list(tasks_of(tmp_path))


def test_a_task_belongs_to_the_phase_in_which_it_finished(tasks: list[dict[str, Any]]) -> None:
    phases = by_phase(tasks, {"records": 1.0, "indicators": 2.0})
    assert [phases[name]["core_seconds"] for name in ("records", "indicators")] == [2, 5]
    first = phases["records"]
    assert (first["tasks"], first["shuffle_mb"], first["largest_task_mb"], first["python_mb"]) == (1, 3, 5, 7)


def test_a_task_belongs_to_the_step_whose_job_it_is_of(tasks: list[dict[str, Any]]) -> None:
    assert by_step(tasks) == {
        "": {"core_seconds": 2, "shuffle_mb": 3, "longest": 2},
        "base": {"core_seconds": 14, "shuffle_mb": 1, "longest": 9},
    }


def run(size: int, figure: float) -> dict[str, Any]:
    phase = dict.fromkeys(("tasks", *FIGURES, *PEAKS), figure)
    steps = {"base": {"core_seconds": figure, "shuffle_mb": figure / 2, "longest": 1.0}}
    return {"enterprises": size, "phases": {"records": phase}, "steps": steps}


def test_what_a_run_costs_whatever_its_size_is_no_unit_cost() -> None:
    runs = [run(2_000, 100 + 2), run(3_000, 100 + 3)]
    units = unit(*runs)
    assert units["records"]["core_seconds"] == pytest.approx(1_000)
    planned = plan(*runs)
    assert planned["core_hours"] == pytest.approx(60 * 1_000 / 3600)
    # 500 MB of a step per million, 60 million, 128 MB a task.
    assert planned["shuffle_partitions"] == 235
    table = as_table({"runs": runs, "units": {"2,000 to 3,000": units}, "plan": planned})
    assert "| 2,000 to 3,000 | records | 1,000 |" in table
    assert "| base | 102.0 | 103.0 | 1.0 |" in table
