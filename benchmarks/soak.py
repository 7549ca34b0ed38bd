"""Does the service stay quick, right and small under mixed load? It runs for 30 minutes and ends by itself.

What the current file names is served by two workers, over a database and lists of their own, and asked from this
process on the loopback. Errors, growth of memory and the slowest hundredth of single ids decide.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import orjson
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.mixed_load import MAX_GROWTH, MAX_P99_MS, ONE_ID, Measured, asks, run
from records.source import read_records
from serving.access.administration import create_token
from serving.access.rate import RATE_VARIABLE
from serving.access.scope import EVERYTHING
from serving.clock import now
from serving.current import read_current, write_current
from serving.database.access import AccessStore
from serving.database.address import database_address
from serving.lists.current import write_current_lists
from serving.lists.writing import write_extract
from serving.places import CURRENT_VARIABLE, DATABASE_VARIABLE, LISTS_VARIABLE, current_path
from serving.serve import start, stop, wait_until_ready
from serving.snapshot import Snapshot, load_snapshot

RESULT = Path(__file__).parent / "results" / "soak.json"
HOST, WORKERS, KNOWN_IDS = "127.0.0.1", 2, 5_000
ROLES = ("sampler", "reviewer", "approver")


def soak(current: Path, records: Path, minutes: float) -> Measured:
    """Serve what a current file names with the lists of a data directory, ask for so long, and measure."""
    in_service = read_current(current)
    snapshot = load_snapshot(in_service.snapshot)
    with tempfile.TemporaryDirectory(prefix="fenji-soak-") as temporary:
        folder = Path(temporary)
        write_current(folder / "current.json", in_service.release, in_service.snapshot)
        today = now().date()
        write_current_lists(folder / "lists.json", write_extract(read_records(records), today, folder / "lists", today))
        settings = {
            CURRENT_VARIABLE: str(folder / "current.json"),
            LISTS_VARIABLE: str(folder / "lists.json"),
            DATABASE_VARIABLE: f"sqlite:///{folder}/fenji.db",
            RATE_VARIABLE: "10000",
            "BENTOML_HOME": str(folder / "bentoml"),
        }
        with mock.patch.dict(os.environ, settings):
            return _asked(snapshot, _tokens(), minutes)


def _asked(snapshot: Snapshot, tokens: dict[str, str], minutes: float) -> Measured:
    ids = [one.decode() for one in snapshot.ids[:KNOWN_IDS].tolist()]
    kinds = asks(ids, _records_of(snapshot, ids[0]), snapshot.as_of.isoformat())
    port = _free_port()
    with Path(os.devnull).open("wb") as log:
        process = start(port, HOST, log=log, workers=WORKERS)
        try:
            wait_until_ready(process, f"http://{HOST}:{port}")
            # Two workers, and what holds them together; all that the service costs.
            family = psutil.Process(process.pid).children(recursive=True)
            return run(f"http://{HOST}:{port}", tokens, family, kinds, 60 * minutes)
        finally:
            stop(process)


def _records_of(snapshot: Snapshot, enterprise_id: str) -> dict[str, Any]:
    """The records of one enterprise as a caller would send them."""
    tables = snapshot.records_of([enterprise_id]).tables
    rows = {name: table.to_pyarrow().to_pylist() for name, table in tables.items()}
    sent: dict[str, Any] = orjson.loads(orjson.dumps({name: own for name, own in rows.items() if own}))
    return sent


def _tokens() -> dict[str, str]:
    store = AccessStore(database_address())
    try:
        return {role: create_token(store, role, "soak", 1, EVERYTHING, "soak", now())[1] for role in ROLES}
    finally:
        store.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def as_json(measured: Measured, minutes: float) -> dict[str, Any]:
    """The figures of a run, and whether it holds what is promised."""
    kinds = {
        name: {
            "requests": len(times),
            "errors": len(measured.errors[name]),
            **{f"p{percent}_ms": round(measured.percentile(name, percent), 2) for percent in (50, 99)},
            "max_ms": round(max(times), 1),
        }
        for name, times in measured.milliseconds.items()
    }
    memory = [round(size / 1e6, 1) for _, size in measured.memory]
    holds = measured.error_count == 0 and measured.growth <= MAX_GROWTH
    return {
        "minutes": minutes,
        "workers": WORKERS,
        "processors": os.cpu_count(),
        "kinds": kinds,
        "errors": measured.error_count,
        "memory_mb": {"first": memory[0], "last": memory[-1], "growth": round(measured.growth, 4)},
        "holds": holds and measured.percentile(ONE_ID, 99) < MAX_P99_MS,
    }


def print_result(console: Console, result: dict[str, Any]) -> None:
    """Print one row per kind of request, then errors and memory."""
    columns = ("requests", "errors", "p50_ms", "p99_ms", "max_ms")
    table = Table("request", *columns, title=f"{result['minutes']:g} minutes, {result['workers']} workers")
    for name, figures in result["kinds"].items():
        table.add_row(name, *(f"{figures[column]:,}" for column in columns))
    console.print(table)
    memory = result["memory_mb"]
    console.print(
        f"errors {result['errors']} (none), memory {memory['first']} to {memory['last']} MB, growth "
        f"{memory['growth']:.1%} (at most {MAX_GROWTH:.0%}), p99 of one id {result['kinds'][ONE_ID]['p99_ms']} ms "
        f"(below {MAX_P99_MS:g}): {'holds' if result['holds'] else 'DOES NOT HOLD'}",
        highlight=False,
        soft_wrap=True,
    )


def main() -> int:
    """Run, write the result, print it; 1 where something promised does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--records", type=Path, default=current_path().with_name("records"))
    parser.add_argument("--out", type=Path, default=RESULT)
    given = parser.parse_args()
    result = as_json(soak(current_path(), given.records, given.minutes), given.minutes)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print_result(Console(file=sys.stdout), result)
    return 0 if result["holds"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
