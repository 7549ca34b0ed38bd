"""A service that takes feedback over HTTP in a process of its own, which can be killed; quick to start again."""

import multiprocessing
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import uvicorn

from serving.access.book import DatabaseBook
from serving.access.keyring import Keyring
from serving.app import create_app
from serving.current import Current
from serving.database.address import database_address
from tests.held_tokens import NOW
from tests.running_service import Address, free_address

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.feedback_server"])
READY_WITHIN_SECONDS = 60


class FeedbackServer:
    """Started when it is made; answers callers of this machine as of NOW, over the district in `folder`."""

    def __init__(self, folder: Path, url: str) -> None:
        self.address: Address = free_address()
        self.process: ForkServerProcess = _CONTEXT.Process(
            target=_run, args=(folder, url, self.address.port), daemon=True
        )
        self.process.start()
        began = time.monotonic()
        while self.address.status_of("/openapi.json") != 200:
            assert self.process.is_alive()
            assert time.monotonic() - began < READY_WITHIN_SECONDS
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid

    def kill(self) -> None:
        """End it as `kill -9` does, whatever it does at the moment."""
        self.process.kill()
        self.process.join()


def _run(folder: Path, url: str, port: int) -> None:
    def address():
        return database_address(url)

    book = DatabaseBook(address)
    app = create_app(Keyring(book), book, address)
    app.state.scorer = Current(folder / "release", folder / "snapshot").load()
    app.state.now = lambda: NOW
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error")
