"""How long does a page of the reviewers' table take over 100,000 enterprises in all their sectors?

Run as `python -m benchmarks.review_table`. What is in service (FENJI_CURRENT) is repeated under new ids until there are
enough enterprises, and the pages are asked for in this process, without a network; prints milliseconds of each page.
"""

import asyncio
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from serving.access.book import DatabaseBook
from serving.access.keyring import Keyring
from serving.app import create_app, put_into_service
from serving.current import read_current
from serving.database.address import database_address
from serving.places import current_path
from serving.release import load_release
from serving.scorer import Scorer
from serving.snapshot import Snapshot, load_snapshot

ENTERPRISES = 100_000
TIMES = 15
PAGES = (
    "",
    "?sort=probability&page=200",
    "?sort=id",
    "?id=00012",
    "?tier=high&state=unconfirmed",
    "?sector=food_operation&borderline=yes",
    "?source=hard_rule",
)


def enlarged(snapshot: Snapshot, directory: Path, enterprises: int = ENTERPRISES) -> Snapshot:
    """The snapshot's rows again and again under new ids, for so many enterprises.

    What pages read of it lies in the directory: stations anew, the peers by a link to those of the snapshot.
    """
    times = -(-enterprises // len(snapshot.ids))
    rows = np.diff(snapshot.first_row)
    many = np.tile(rows, times)[:enterprises]
    first = np.concatenate(([0], np.cumsum(many))).astype(np.int64)
    columns: dict[str, NDArray[Any]] = {
        name: np.concatenate([values] * times)[: first[-1]] for name, values in snapshot.columns.items()
    }
    keys = pd.read_parquet(snapshot.directory / "keys.parquet", columns=["station"])
    pd.concat([keys] * times, ignore_index=True)[: first[-1]].to_parquet(directory / "keys.parquet", index=False)
    (directory / "peers").symlink_to((snapshot.directory / "peers").resolve())
    ids = np.array([f"91440511MA{number:08d}".encode() for number in range(enterprises)])
    return replace(snapshot, directory=directory, columns=columns, first_row=first, ids=ids)


async def measured(app: Any, address: str) -> tuple[float, float, float]:
    """The first answer, the median of those after it, and the median of the processor's time; milliseconds."""
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        taken, worked = [], []
        for _ in range(TIMES):
            wall, processor = time.perf_counter(), time.process_time()
            answer = await client.get(address)
            taken.append(1000 * (time.perf_counter() - wall))
            worked.append(1000 * (time.process_time() - processor))
            assert answer.status_code == 200, answer.text
    return taken[0], statistics.median(taken[1:]), statistics.median(worked[1:])


def main() -> None:
    """Measure every page and print a table."""
    current = read_current(current_path())
    with tempfile.TemporaryDirectory() as folder:
        snapshot = enlarged(load_snapshot(current.snapshot), Path(folder))
        book = DatabaseBook(lambda: database_address(f"sqlite:///{folder}/fenji.db"))
        app = create_app(Keyring(book), book, lambda: database_address(f"sqlite:///{folder}/fenji.db"))
        put_into_service(app, Scorer(load_release(current.release), snapshot))
        console = Console(width=100, highlight=False)
        console.print(f"{len(snapshot.ids):,} enterprises, {snapshot.first_row[-1]:,} rows")
        console.print(f"{'page':42} {'first':>8} {'median':>8} {'processor':>10}")
        for page in PAGES:
            first, median, processor = asyncio.run(measured(app, f"/review/enterprises{page}"))
            console.print(f"{page or '(all)':42} {first:8.0f} {median:8.0f} {processor:10.0f}")


if __name__ == "__main__":
    main()
