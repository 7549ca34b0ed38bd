"""A PostgreSQL server of the tests' own, on a free loopback port."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class PrivatePostgres:
    """One server in a folder of its own; `url` is where it answers while it runs."""

    def __init__(self, place: Path) -> None:
        self._place = place
        # The server refuses to run as root, and its own user may not enter the folders that pytest makes.
        is_root = os.geteuid() == 0
        self.folder = Path(tempfile.mkdtemp(prefix="fenji-postgres-")).resolve()
        self._as_owner = ["runuser", "-u", "postgres", "--"] if is_root else []
        if is_root:
            shutil.chown(self.folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"postgresql://fenji@127.0.0.1:{self._port}/postgres"
        self._data = str(self.folder / "data")
        self._run("initdb", "-D", self._data, "-U", "fenji", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop at once, as a crash does: whatever is under way is broken off."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_owner, str(self._place / program), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL, timeout=60)


@contextmanager
def private_server() -> Iterator[PrivatePostgres]:
    """Start a server; skip the test where PostgreSQL is not installed, fail it where CI is set."""
    place = _binaries()
    if place is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL must be installed where CI is set; install the package postgresql.")
        pytest.skip("PostgreSQL is not installed; install the package postgresql to run this test.")
    server = PrivatePostgres(place)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder)


@contextmanager
def private_postgres() -> Iterator[str]:
    """The address of a server as `private_server` starts it."""
    with private_server() as server:
        yield server.url


def _binaries() -> Path | None:
    """Where `initdb` lies: on the path or, newest first, where Debian keeps it."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)
