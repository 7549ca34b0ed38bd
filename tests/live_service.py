"""A service of its own processes with a token for each role, for the tests that ask as real callers do."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from serving.access.administration import create_token
from serving.access.rate import RATE_VARIABLE
from serving.access.scope import EVERYTHING
from serving.access.token import ROLES
from serving.clock import now
from serving.database.access import AccessStore
from serving.database.address import database_address
from serving.places import CURRENT_VARIABLE, DATABASE_VARIABLE, LISTS_VARIABLE
from serving.serve import start, stop, wait_until_ready
from tests.running_service import free_address


@dataclass(frozen=True)
class Live:
    """A running service: its address, its folder of state, a token for each role, and its log."""

    url: str
    folder: Path
    tokens: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def line_of(self, request_id: str) -> dict[str, Any]:
        """The log's line of an answer, which is written once the answer has gone out."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for line in self.log.splitlines():
                if request_id in line and line.endswith("}"):
                    return dict(json.loads(line))
            time.sleep(0.1)
        raise AssertionError("The log has no line of the answer.")

    def headers(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}"}

    def get(self, path: str, role: str | None = None, **headers: str) -> httpx.Response:
        own = self.headers(role) if role else {}
        return httpx.get(f"{self.url}{path}", headers={**own, **headers}, timeout=60)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer."""
        return [one for one in psutil.Process(self.process.pid).children(recursive=True) if _is_worker(one)]


def _is_worker(process: psutil.Process) -> bool:
    return any("worker" in part for part in process.cmdline())


START_WITHIN_SECONDS = 600
"""However busy the machine is with other tests."""


@contextmanager
def live(folder: Path, workers: int = 1, per_second: int = 100_000) -> Iterator[Live]:
    """Serve what `current.json` of the folder names until the block ends."""
    address = free_address()
    with pytest.MonkeyPatch.context() as patch, (folder / "log").open("wb") as log:
        patch.setenv(CURRENT_VARIABLE, str(folder / "current.json"))
        patch.setenv("BENTOML_HOME", str(folder / "bentoml"))
        patch.setattr("serving.serve.READY_WITHIN_SECONDS", START_WITHIN_SECONDS)
        patch.setenv(RATE_VARIABLE, str(per_second))
        patch.setenv("OMP_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "1"))
        for name in (LISTS_VARIABLE, DATABASE_VARIABLE):
            patch.delenv(name, raising=False)
        tokens = _tokens(folder)
        process = start(address.port, "127.0.0.1", log=log, workers=workers)
        try:
            wait_until_ready(process, address.url)
            yield Live(address.url, folder, tokens, process)
        finally:
            stop(process)


def _tokens(folder: Path) -> dict[str, str]:
    store = AccessStore(database_address(f"sqlite:///{folder}/fenji.db"))
    try:
        return {role: create_token(store, role, "试验", 1, EVERYTHING, "经办人", now())[1] for role in ROLES}
    finally:
        store.close()
