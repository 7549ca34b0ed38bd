"""What callers of the service do all day, from one process, and what it costs: times, errors, memory of the workers.

One caller asks for single ids, one after the other; another one does everything else, so that short requests meet long
ones. Each keeps a connection. Memory is what the workers hold for themselves: pages of the mapped snapshot, which come
and go as the system likes, are not counted.
"""

import http.client
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import orjson
import psutil

ONE_ID = "score one id"
ONE_ID_PAUSE_SECONDS, OTHERS_PAUSE_SECONDS = 0.02, 0.1
WARM_UP_SHARE, EDGE_SHARE = 0.3, 0.2
"""The first part of a run is not measured; memory is compared between the first and the last part of the rest."""

MAX_GROWTH = 0.05
MAX_P99_MS = 50.0


@dataclass(frozen=True)
class Ask:
    """One kind of request: how it is called, and a body (null: a GET) for the nth time."""

    name: str
    path: str
    role: str
    body: Callable[[int], Any] | None = None


@dataclass
class Measured:
    """Milliseconds of each kind of request after the warm-up, answers other than 200, and bytes of the workers."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    errors: dict[str, list[int]] = field(default_factory=dict)
    memory: list[tuple[float, int]] = field(default_factory=list)

    @property
    def error_count(self) -> int:
        """Answers other than 200, the warm-up included."""
        return sum(map(len, self.errors.values()))

    @property
    def growth(self) -> float:
        """By what share the workers' memory grew from the first to the last part of what was measured."""
        began, ended = self.memory[0][0], self.memory[-1][0]
        edge = EDGE_SHARE * (ended - began)
        first = np.median([size for at, size in self.memory if at <= began + edge])
        last = np.median([size for at, size in self.memory if at >= ended - edge])
        return float((last - first) / first)

    def percentile(self, name: str, percent: float) -> float:
        """Milliseconds within which so many per cent of a kind of request were answered."""
        return float(np.percentile(self.milliseconds[name], percent))


def asks(ids: Sequence[str], records: dict[str, Any], as_of: str) -> list[Ask]:
    """Every kind of request, over enterprises that the service knows; `records` are of one of them."""
    many = list(ids[:1000])
    return [
        Ask(ONE_ID, "/v1/score", "sampler", lambda n: {"enterprise_ids": [ids[n % len(ids)]]}),
        Ask("score 1,000 ids", "/v1/score", "sampler", lambda n: {"enterprise_ids": many}),
        Ask("a page of a sector", "/v1/score", "sampler", lambda n: {"sector": "food_operation", "limit": 500}),
        Ask("explain one id", "/v1/explain", "reviewer", lambda n: {"enterprise_ids": [ids[n % len(ids)]]}),
        Ask("score records", "/v1/score_records", "reviewer", lambda n: {"as_of": as_of, "records": records}),
        Ask("a worklist", "/v1/worklists/high_tier_confirmations?limit=50", "reviewer"),
        Ask(
            "check lists",
            "/v1/check_lists",
            "approver",
            lambda n: {"purpose": "procurement", "subjects": [ids[n % len(ids)]]},
        ),
    ]


def run(
    url: str, tokens: dict[str, str], workers: Iterable[psutil.Process], kinds: list[Ask], seconds: float
) -> Measured:
    """Ask for so many seconds, the warm-up included, and measure the rest."""
    measured = Measured({one.name: [] for one in kinds}, {one.name: [] for one in kinds})
    began = time.monotonic()
    warm, end = began + WARM_UP_SHARE * seconds, began + seconds
    parts = ((kinds[:1], ONE_ID_PAUSE_SECONDS), (kinds[1:], OTHERS_PAUSE_SECONDS))
    callers = [
        threading.Thread(target=_call, args=(url, tokens, part, pause, warm, end, measured)) for part, pause in parts
    ]
    for caller in callers:
        caller.start()
    watched = list(workers)
    while (now := time.monotonic()) < end:
        if now >= warm:
            measured.memory.append((now, sum(map(own_bytes, watched))))
        time.sleep(1.0)
    for caller in callers:
        caller.join()
    return measured


def own_bytes(process: psutil.Process) -> int:
    """What a process holds for itself, without what it shares with files and others."""
    memory = process.memory_info()
    return int(memory.rss - memory.shared)


def _call(
    url: str, tokens: dict[str, str], kinds: list[Ask], pause: float, warm: float, end: float, measured: Measured
) -> None:
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
    number = 0
    while time.monotonic() < end:
        ask = kinds[number % len(kinds)]
        began = time.monotonic()
        status = _status(connection, ask, number, tokens[ask.role])
        if status != 200:
            measured.errors[ask.name].append(status)
        if began >= warm:
            measured.milliseconds[ask.name].append(1000 * (time.monotonic() - began))
        number += 1
        time.sleep(pause)
    connection.close()


def _status(connection: http.client.HTTPConnection, ask: Ask, number: int, token: str) -> int:
    """The status of the whole answer; 0 where none came."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = None if ask.body is None else orjson.dumps(ask.body(number))
    try:
        connection.request("GET" if body is None else "POST", ask.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        connection.close()
        return 0
