"""How fast does the service answer and start, against the same service doing nothing, and what does a worker hold?"""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.endpoint import HOST, SERVICE, Caller, compare, connect
from benchmarks.endpoint import measure as measure_one
from benchmarks.speed.asked_within import watched
from benchmarks.speed.served import serving
from benchmarks.speed.timing import alone, seconds, spread
from serving.current import Current
from serving.explainer import Explainer
from serving.release import load_release
from serving.serve import SERVICE as OURS
from serving.serve import start, stop, wait_until_ready
from serving.snapshot import load_snapshot

EMPTY = "benchmarks.empty_service:fenji"
MANY, MANY_REQUESTS = 1000, 60
EXPLAINED = 200
CALLERS, LOAD_SECONDS = 4, 5.0


def measure(enterprises: int, rounds: int) -> dict[str, Any]:
    """A snapshot of so many enterprises by the release in service, on loopback; the profile is of MANY ids at once."""
    with serving(enterprises) as current:
        known = np.load(current.snapshot / "columns" / "enterprise_id.npy", mmap_mode="r")
        ids = [bytes(one).decode() for one in known[:: max(1, len(known) // MANY)][:MANY]]
        with _running(SERVICE) as (port, _):
            one = measure_one(port, ids[0])
            many = _many(port, ids)
            explained = _explained(port, ids)
        within = alone(watched, _asking(ids))["answer"]
        return {
            "enterprises": len(known),
            "one_id": one,
            f"{MANY}_ids": many,
            "explained_ms": explained,
            "explained_alone_ms": _explained_alone(current),
            "start": _starts(rounds),
            "load": {str(workers): _load(ids, workers) for workers in (1, 2)},
            "profile": within,
        }


def _many(port: int, ids: list[str]) -> dict[str, Any]:
    """Against an address that takes the same body and gives one of the same size back."""
    body = _asking(ids)
    score = connect(port, "/v1/score", body)
    size = score.answer_bytes()
    return {"answer_bytes": size} | compare(connect(port, f"/noop/{size}", body), score, MANY_REQUESTS)


def _explained(port: int, ids: list[str]) -> dict[str, float]:
    """Milliseconds of the exact reasons of one enterprise after another, with the records behind them."""
    return spread(connect(port, "/v1/explain", _asking([one])).milliseconds() for one in ids[:EXPLAINED])


def _explained_alone(current: Current) -> dict[str, float]:
    """Milliseconds of the exact contributions of one row after another, of those that a model answers."""
    release, snapshot = load_release(current.release), load_snapshot(current.snapshot)
    explainer, taken = Explainer(release, snapshot), []
    for row in np.flatnonzero(~np.isnan(snapshot.columns["margin"]))[:EXPLAINED]:
        model = release.models[snapshot.sectors[snapshot.columns["sector"][row]]]
        matrix = explainer.values_of(model, snapshot.frame[row])[None, :]
        taken.append(1000 * seconds(partial(model.contributions, matrix)))
    return spread(taken)


def _asking(ids: list[str]) -> bytes:
    return json.dumps({"enterprise_ids": ids, "sector": None}).encode()


def _starts(rounds: int) -> dict[str, Any]:
    """Seconds from start to ready, in turn, of ours and of one that imports the same and holds nothing."""
    taken = [(_seconds_to_ready(OURS), _seconds_to_ready(EMPTY)) for _ in range(rounds)]
    return {
        "ours_s": spread(ours for ours, _ in taken),
        "empty_s": spread(empty for _, empty in taken),
        "ratio": spread(ours / empty for ours, empty in taken),
    }


def _seconds_to_ready(service: str) -> float:
    begin = time.perf_counter()
    with _running(service):
        return time.perf_counter() - begin


def _load(ids: list[str], workers: int) -> dict[str, Any]:
    """Requests a second of one id by some callers at once, and what each process of the service holds then.

    Before that every caller asks for all of `ids`, whose pages of the snapshot are then in memory. `resident` counts
    them in each process that reads them, `private` what a process shares with nobody.
    """
    with _running(OURS, workers) as (port, process):
        for _ in range(CALLERS):
            connect(port, "/v1/score", _asking(ids)).milliseconds()
        callers = [connect(port, "/v1/score", _asking(ids[:1])) for _ in range(CALLERS)]
        callers[0].milliseconds()
        done = [0] * CALLERS
        threads = [threading.Thread(target=_call, args=(caller, done, place)) for place, caller in enumerate(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        held = [one.memory_full_info() for one in psutil.Process(process).children(recursive=True)]
    return {
        "requests_per_s": round(sum(done) / LOAD_SECONDS, 1),
        "resident_mib_of_each_process": sorted((round(one.rss / 2**20) for one in held), reverse=True),
        "private_mib_of_each_process": sorted((round(one.uss / 2**20) for one in held), reverse=True),
    }


def _call(caller: Caller, done: list[int], place: int) -> None:
    end = time.monotonic() + LOAD_SECONDS
    while time.monotonic() < end:
        caller.milliseconds()
        done[place] += 1


@contextmanager
def _running(service: str, workers: int = 1) -> Iterator[tuple[int, int]]:
    """The port of a service that is ready, and the number of its process."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    with Path(os.devnull).open("wb") as log:
        process = start(port, HOST, service, log=log, workers=workers)
        try:
            wait_until_ready(process, f"http://{HOST}:{port}")
            yield port, process.pid
        finally:
            stop(process)
