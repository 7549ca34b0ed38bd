"""How long does one id take, against an address of the same service that does nothing?

Both kinds of request alternate over one kept connection each, so that whatever else the machine does falls on both
alike. The figure is the ratio of the medians; each round gives one, and the spread over rounds is reported.
"""

import http.client
import json
import os
import socket
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from serving.current import read_current
from serving.places import current_path
from serving.serve import start, stop, wait_until_ready

SERVICE = "benchmarks.noop_service:fenji"
RESULT = Path(__file__).parent / "results" / "endpoint.json"
HOST = "127.0.0.1"
WARM_UP, ROUNDS, REQUESTS = 300, 5, 1000


@dataclass
class Caller:
    """One kept connection that sends the same request again and again."""

    connection: http.client.HTTPConnection
    address: str
    body: bytes

    def milliseconds(self) -> float:
        """Send once and wait for the whole answer."""
        begin = time.perf_counter()
        self.answer_bytes()
        return 1000 * (time.perf_counter() - begin)

    def answer_bytes(self) -> int:
        """Send once; how long the body of the answer is."""
        self.connection.request("POST", self.address, self.body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self.address} must answer 200, got {answer.status}")
        return len(body)


def connect(port: int, address: str, body: bytes) -> Caller:
    """A caller whose small messages are sent at once."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Caller(connection, address, body)


def measure(port: int, enterprise_id: str) -> dict[str, object]:
    """Medians in milliseconds of both kinds of request per round, and their ratios."""
    body = json.dumps({"enterprise_ids": [enterprise_id], "sector": None}).encode()
    # An explanation waits for the service's warm-up, which would otherwise run beside the first round.
    connect(port, "/v1/explain", body).milliseconds()
    return compare(connect(port, "/noop", body), connect(port, "/v1/score", body))


def compare(noop: Caller, score: Caller, requests: int = REQUESTS) -> dict[str, object]:
    """The same of any two kinds of request, `requests` of each in a round."""
    for _ in range(min(WARM_UP, requests)):
        noop.milliseconds(), score.milliseconds()
    rounds = []
    for _ in range(ROUNDS):
        pairs = [(noop.milliseconds(), score.milliseconds()) for _ in range(requests)]
        rounds.append([statistics.median(times) for times in zip(*pairs, strict=True)])
    noop_ms, score_ms = (statistics.median(times) for times in zip(*rounds, strict=True))
    return {
        "noop_ms": round(noop_ms, 4),
        "score_ms": round(score_ms, 4),
        "ratio": round(score_ms / noop_ms, 3),
        "ratio_by_round": [round(one / nothing, 3) for nothing, one in rounds],
        "requests": ROUNDS * requests,
        "processors": os.cpu_count(),
    }


def main() -> int:
    """Measure what the current file puts into service, write the result and show it."""
    known = np.load(read_current(current_path()).snapshot / "columns" / "enterprise_id.npy", mmap_mode="r")
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    # Thousands of access-log lines would be all that a person sees.
    with Path(os.devnull).open("wb") as log:
        process = start(port, HOST, SERVICE, log=log)
        try:
            wait_until_ready(process, f"http://{HOST}:{port}")
            result = {"enterprises": len(known)} | measure(port, bytes(known[len(known) // 2]).decode())
        finally:
            stop(process)
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"one id {result['score_ms']} ms, no-op {result['noop_ms']} ms, ratio {result['ratio']}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
