"""How long does a run over everyone take, against its parts measured alone, and how much memory does it hold?"""

import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.speed.districts import AS_OF, HOME, records_of
from benchmarks.speed.timing import alone, clocked, memory_of, seconds, spread
from features.build import survey
from records.engine import DEFAULT_MEMORY, MEMORY_VARIABLE
from records.source import read_records
from serving.current import read_current
from serving.places import current_path
from serving.release import load_release
from serving.scoring.population import score_population
from serving.scoring.scored_part import strongest_reasons
from serving.verdicts import judge

THREADS = 2
LARGEST_RATIO = 1.2
GIGABYTES = 0.75e-6
"""What the database may hold in memory per enterprise; frames and peers take the rest of the bound."""
ONCE_ABOVE = 300_000
"""Enterprises above which each way is measured once: it takes minutes, beside which what else happens is little."""
PARTS_UP_TO = 1_000_000
"""Enterprises above which only the whole run is measured: what it adds to its parts is known by then."""


def measure(sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """At every size, in turn: build, predict and reasons each alone, and the whole run; each round in new processes.

    Sizes above ONCE_ABOVE have one round, and above PARTS_UP_TO only the whole run.
    """
    release = read_current(current_path()).release
    return {str(size): _at(size, release, rounds if size <= ONCE_ABOVE else 1) for size in sizes}


def _at(size: int, release: Path, rounds: int) -> dict[str, Any]:
    place, memory = records_of(size), memory_of(size, GIGABYTES)
    if size > PARTS_UP_TO:
        return {"rounds": 1, "memory": memory, **_of_runs([alone(run_alone, place, release, memory)])}
    taken = []
    for number in range(rounds):
        ways = [(parts_alone, (place, release, memory)), (run_alone, (place, release, memory))]
        # The order turns, so that neither always finds the files fresh in memory.
        done = {work: alone(work, *given) for work, given in (ways if number % 2 else ways[::-1])}
        taken.append((done[parts_alone], done[run_alone]))
    ratios = [run["answer"]["run"] / sum(parts["answer"].values()) for parts, run in taken]
    return {
        "rounds": rounds,
        "memory": memory,
        "parts_s": {name: spread(parts["answer"][name] for parts, _ in taken) for name in taken[0][0]["answer"]},
        "ratio": spread(ratios),
        "ratio_bound": LARGEST_RATIO,
        **_of_runs([run for _, run in taken]),
    }


def _of_runs(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "read_s": spread(run["answer"]["read"] for run in runs),
        "run_s": spread(run["answer"]["run"] for run in runs),
        "peak_mib": spread(run["peak_mib"] for run in runs),
    }


def parts_alone(place: Path, release_directory: Path, memory: str) -> dict[str, float]:
    """Seconds of building everyone's indicators, of judging them, and of their strongest reasons; nothing is written.

    Part by part, as nobody holds a province at once; each way's seconds are added up over the parts.
    """
    os.environ[MEMORY_VARIABLE] = memory
    records, release = read_records(place), load_release(release_directory)
    population, build = clocked(lambda: survey(records, AS_OF))
    taken = {"build": build, "predict": 0.0, "reasons": 0.0}
    for part in population.parts():
        frame, build = clocked(partial(population.frame, part))
        verdicts, predict = clocked(partial(judge, frame, release, threads=THREADS))
        _, reasons = clocked(partial(strongest_reasons, frame, verdicts, release, THREADS))
        for name, spent in (("build", build), ("predict", predict), ("reasons", reasons)):
            taken[name] += spent
    return taken


def run_alone(place: Path, release_directory: Path, memory: str = DEFAULT_MEMORY) -> dict[str, float]:
    """Seconds of reading the records, and of scoring them into a snapshot that is thrown away."""
    os.environ[MEMORY_VARIABLE] = memory
    records, release = [], load_release(release_directory)
    read = seconds(lambda: records.append(read_records(place)))
    HOME.mkdir(parents=True, exist_ok=True)
    out = Path(tempfile.mkdtemp(dir=HOME)) / "snapshot"
    try:
        return {
            "read": read,
            "run": seconds(lambda: score_population(records[0], release, AS_OF, out, threads=THREADS)),
        }
    finally:
        shutil.rmtree(out.parent)
