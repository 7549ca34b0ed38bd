"""How long does a run over everyone take, against its parts measured alone, and how much memory does it hold?"""

import shutil
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.speed.districts import HOME, records_of
from benchmarks.speed.timing import alone, seconds, spread
from features.build import Frame, build_frame
from records.source import read_records
from serving.current import read_current
from serving.places import current_path
from serving.population import score_population
from serving.release import load_release
from serving.scored_part import strongest_reasons
from serving.verdicts import Verdicts, judge

AS_OF = date(2025, 1, 1)
THREADS = 2
LARGEST_RATIO = 1.2


def measure(sizes: Sequence[int], rounds: int) -> dict[str, Any]:
    """At every size, in turn: build, predict and reasons each alone, and the whole run; each round in new processes."""
    release = read_current(current_path()).release
    return {str(size): _at(size, release, rounds) for size in sizes}


def _at(size: int, release: Path, rounds: int) -> dict[str, Any]:
    place = records_of(size)
    taken = []
    for number in range(rounds):
        ways = [(parts_alone, (place, release)), (run_alone, (place, release))]
        # The order turns, so that neither always finds the files fresh in memory.
        done = {work: alone(work, *given) for work, given in (ways if number % 2 else ways[::-1])}
        taken.append((done[parts_alone], done[run_alone]))
    ratios = [run["answer"]["run"] / sum(parts["answer"].values()) for parts, run in taken]
    return {
        "rounds": rounds,
        "parts_s": {name: spread(parts["answer"][name] for parts, _ in taken) for name in taken[0][0]["answer"]},
        "read_s": spread(run["answer"]["read"] for _, run in taken),
        "run_s": spread(run["answer"]["run"] for _, run in taken),
        "ratio": spread(ratios),
        "ratio_bound": LARGEST_RATIO,
        "peak_mib": spread(run["peak_mib"] for _, run in taken),
    }


def parts_alone(place: Path, release_directory: Path) -> dict[str, float]:
    """Seconds of building everyone's indicators, of judging them, and of their strongest reasons."""
    records, release = read_records(place), load_release(release_directory)
    frames: list[Frame] = []
    verdicts: list[Verdicts] = []
    return {
        "build": seconds(lambda: frames.append(build_frame(records, AS_OF))),
        "predict": seconds(lambda: verdicts.append(judge(frames[0], release, threads=THREADS))),
        "reasons": seconds(lambda: strongest_reasons(frames[0], verdicts[0], release, THREADS)),
    }


def run_alone(place: Path, release_directory: Path) -> dict[str, float]:
    """Seconds of reading the records, and of scoring them into a snapshot that is thrown away."""
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
