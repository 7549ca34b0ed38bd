"""The whole circle on the simulator, policies side by side, held against the truth (`make bench-loop`).

Each seed is a district of its own. After a warm-up every policy lives the same years from the same day at the same
number of inspections; its models learn only from what its own inspections found. Results are kept per seed and policy
under a digest of the code and standards, so that an interrupted run goes on where it stopped and changed code starts
anew.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.loop_plot import draw_loop
from benchmarks.loop_report import as_markdown, verdicts
from benchmarks.truth import code_digest
from loop.policies import POLICIES
from loop.run import run_district
from loop.summary import summarise
from records.progress import progress_bars

SEEDS = range(11, 21)
"""Districts on which nothing was settled: what "blind" means was on 1 to 10, the policies and what calibrates on 101 to
104."""
ENTERPRISES = 3_000
YEARS = 8
PROCESSES = 2
WORKSPACE = Path("var") / "loop"
RESULTS = Path(__file__).parent / "results"


def main(seeds: Sequence[int] = SEEDS) -> int:
    """Live what is missing and write `benchmarks/results/loop.json`, `.md` and `.png`; 1 where a goal is missed."""
    done = WORKSPACE / code_digest(Path(__file__), "loop")
    done.mkdir(parents=True, exist_ok=True)
    with progress_bars(Console(stderr=True)) as report:
        _live(
            seeds,
            done,
            lambda finished: report("辖区 × 策略 districts x policies", finished, len(seeds) * len(POLICIES)),
        )
    write_results([json.loads(_place(done, seed, one.id).read_text("utf-8")) for seed in seeds for one in POLICIES])
    summary = json.loads((RESULTS / "loop.json").read_text(encoding="utf-8"))
    Console().print(as_markdown(summary), highlight=False, markup=False)
    return 0 if all(one["kept"] for one in summary["verdicts"].values()) else 1


def write_results(results: list[dict[str, Any]]) -> None:
    """Sum up what was lived: figures, text and picture."""
    summary = summarise(results)
    summary |= {"enterprises": ENTERPRISES, "verdicts": verdicts(summary)}
    RESULTS.mkdir(exist_ok=True)
    content = json.loads(json.dumps(summary), parse_float=lambda text: round(float(text), 4))
    (RESULTS / "loop.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "loop.md").write_text(as_markdown(content), encoding="utf-8")
    draw_loop(content, RESULTS / "loop.png")


def _live(seeds: Sequence[int], out: Path, tell: Callable[[int], None]) -> None:
    def finished() -> int:
        return sum(_place(out, seed, policy.id).exists() for seed in seeds for policy in POLICIES)

    tell(finished())
    missing = [seed for seed in seeds if any(not _place(out, seed, policy.id).exists() for policy in POLICIES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for future in as_completed([pool.submit(_keep, seed, out) for seed in missing]):
            future.result()
            tell(finished())


def _keep(seed: int, out: Path) -> None:
    """Live the policies of one district that are missing, and keep each as soon as it is there."""
    missing = [policy for policy in POLICIES if not _place(out, seed, policy.id).exists()]
    for result in run_district(seed, ENTERPRISES, YEARS, missing):
        place = _place(out, seed, result["policy"])
        # The file appears whole or not at all.
        place.with_suffix(".part").write_text(json.dumps(result), encoding="utf-8")
        place.with_suffix(".part").rename(place)


def _place(out: Path, seed: int, policy: str) -> Path:
    return out / f"{seed}-{policy}.json"


if __name__ == "__main__":
    # One thread a process: two districts live at a time, and threads that wait for a core only spin.
    os.environ["OMP_NUM_THREADS"] = "1"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", type=int, nargs="*", default=list(SEEDS), help="辖区的种子 seeds of the districts")
    sys.exit(main(parser.parse_args().seeds))
