"""Unit costs from an event log: each task in its phase, the slope between sizes, the plan."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.spark_costs import added_up, as_table, plan, tasks_of, unit


def event(finished: float, cpu_seconds: float, shuffled: int) -> dict[str, Any]:
    return {
        "Event": "SparkListenerTaskEnd",
        "Task Info": {"Finish Time": int(finished * 1000)},
        "Task Metrics": {
            "Executor CPU Time": int(cpu_seconds * 1e9),
            "Peak Execution Memory": 5_000_000,
            "Disk Bytes Spilled": 0,
            "Shuffle Write Metrics": {"Shuffle Bytes Written": shuffled},
            "Input Metrics": {"Bytes Read": 0},
            "Output Metrics": {"Bytes Written": 2_000_000},
        },
    }


def test_a_task_belongs_to_the_phase_in_which_it_finished(tmp_path: Path) -> None:
    failed = event(1, 9, 9) | {"Task Metrics": None}
    events = [{"Event": "SparkListenerJobEnd"}, event(1, 2, 3_000_000), failed, event(2, 4, 0), event(5, 9, 0)]
    (tmp_path / "local-1").write_text("\n".join(map(json.dumps, events)))
    phases = added_up(tasks_of(tmp_path), {"records": 1.0, "indicators": 2.0})
    assert [phases[name]["core_seconds"] for name in ("records", "indicators")] == [2, 4]
    assert phases["records"]["shuffle_mb"] == 3
    assert phases["records"]["tasks"] == 1
    assert phases["records"]["largest_task_mb"] == 5


def test_what_a_run_costs_whatever_its_size_is_no_unit_cost() -> None:
    def run(size: int, figure: float) -> dict[str, Any]:
        figures = dict.fromkeys(("core_seconds", "shuffle_mb", "read_mb", "written_mb", "spilled_mb"), figure)
        return {"enterprises": size, "phases": {"records": figures | {"tasks": 1.0, "largest_task_mb": 1.0}}}

    runs = [run(1_000, 100 + 1), run(2_000, 100 + 2), run(3_000, 100 + 3)]
    units = unit(runs)
    assert units["records"]["core_seconds"] == pytest.approx(1_000)
    planned = plan(units)
    assert planned["core_hours"] == pytest.approx(60 * 1_000 / 3600)
    assert planned["shuffle_partitions"] == 469
    assert "| per million more | records |" in as_table({"runs": runs, "unit": units, "plan": planned})
