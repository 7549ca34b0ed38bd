"""Measure two ways of doing the same thing in one run, in turn, and what one way costs in memory."""

import gc
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, TypeVar

ROUNDS = 5
Made = TypeVar("Made")


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    return clocked(work)[1]


def clocked(work: Callable[[], Made]) -> tuple[Made, float]:
    """What one call gives, and its wall-clock time in seconds."""
    gc.collect()
    begin = time.perf_counter()
    made = work()
    return made, time.perf_counter() - begin


def in_turn(ways: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, Any]:
    """Time every way once per round; the order turns, so that whatever else the machine does falls on all alike.

    `cold_s` is each way's first call, `warm_s` the median of the rounds after it. `ratios` compare the first way with
    each other one (its time over theirs, round by round): the median, the least and the largest.
    """
    names = list(ways)
    cold = {name: seconds(ways[name]) for name in names}
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            taken[name].append(seconds(ways[name]))
    first = taken[names[0]]
    return {
        "rounds": rounds,
        "cold_s": {name: round(value, 4) for name, value in cold.items()},
        "warm_s": {name: round(statistics.median(values), 4) for name, values in taken.items()},
        "ratios": {
            name: spread(ours / theirs for ours, theirs in zip(first, taken[name], strict=True)) for name in names[1:]
        },
    }


def spread(values: Any) -> dict[str, float]:
    """Median, least and largest."""
    listed = [float(value) for value in values]
    return {
        "median": round(statistics.median(listed), 4),
        "least": round(min(listed), 4),
        "largest": round(max(listed), 4),
    }


def alone(work: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Run a function of a module in a process of its own: its answer, its time and the most memory it held.

    A process of its own starts cold, and its peak is nobody else's.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, work, arguments).result()


def _measured(work: Callable[..., Any], arguments: tuple[Any, ...]) -> dict[str, Any]:
    answer, taken = clocked(lambda: work(*arguments))
    return {"answer": answer, "seconds": round(taken, 3), "peak_mib": round(peak_mib(), 1)}


def memory_of(size: int, gigabytes: float) -> str:
    """What the database may hold where so many are given for each of `size`; two at least, as where nothing is said."""
    return f"{max(2, round(size * gigabytes))}GB"


def peak_mib() -> float:
    """The most memory that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
