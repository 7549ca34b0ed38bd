"""Measure how fast the parts are, section by section; what was measured before of other sections stays."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.speed import endpoint, indicators, plot, population, profiles, reasons, report, training
from benchmarks.speed.districts import records_of
from benchmarks.speed.machine import machine
from benchmarks.speed.timing import ROUNDS
from records.source import read_records
from serving.current import read_current
from serving.places import current_path

RESULTS = Path(__file__).parents[1] / "results"


def main() -> int:
    """Run the sections asked for, and write JSON, table and picture after each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="*", default=list(_sections(argparse.Namespace())))
    parser.add_argument("--sizes", nargs="+", type=int, default=[100_000, 300_000, 1_000_000], help="enterprises")
    parser.add_argument("--rows", type=int, default=200_000, help="rows whose reasons are measured")
    parser.add_argument("--population", nargs="+", type=int, default=[100_000, 1_000_000], help="enterprises")
    parser.add_argument("--served", type=int, default=1_000_000, help="enterprises of the snapshot in service")
    parser.add_argument("--training", nargs="+", type=int, default=[30_000, 70_000], help="enterprises")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    sections = _sections(asked)
    unknown = sorted(set(asked.parts) - set(sections))
    if unknown:
        parser.error(f"a part is one of {', '.join(sections)}, got {', '.join(unknown)}")
    for name in asked.parts:
        sys.stdout.write(f"{name} ...\n")
        _keep(name, {"machine": machine()} | sections[name]())
    return 0


def _sections(asked: argparse.Namespace) -> dict[str, Callable[[], dict[str, Any]]]:
    return {
        "indicators": lambda: indicators.measure(asked.sizes, asked.rounds) | _profile_of_build(asked.sizes[0]),
        "reasons": lambda: reasons.measure(asked.rows, asked.rounds),
        "population": lambda: population.measure(asked.population, asked.rounds) | _profile_of_run(asked.population[0]),
        "endpoint": lambda: endpoint.measure(asked.served, asked.rounds),
        "training": lambda: training.measure(asked.training) | _profile_of_training(asked.training[0]),
    }


def _profile_of_build(size: int) -> dict[str, Any]:
    return {"profile": profiles.profile(indicators.build_everyone, read_records(records_of(size)))}


def _profile_of_run(size: int) -> dict[str, Any]:
    return {"profile": profiles.profile(population.run_alone, records_of(size), read_current(current_path()).release)}


def _profile_of_training(size: int) -> dict[str, Any]:
    return {"profile": profiles.profile(training.train_alone, records_of(size))}


def _keep(name: str, measured: dict[str, Any]) -> None:
    """Merge a section into what is known, and show all of it."""
    path = RESULTS / "speed.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[name] = measured
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "speed.md").write_text(report.markdown(known), encoding="utf-8")
    plot.draw(known, RESULTS / "speed.png")


if __name__ == "__main__":
    raise SystemExit(main())
