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


@contextmanager
def private_postgres() -> Iterator[str]:
    """Start a server and give its address; skip the test where PostgreSQL is not installed, fail it where CI is set."""
    place = _binaries()
    if place is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL must be installed where CI is set; install the package postgresql.")
        pytest.skip("PostgreSQL is not installed; install the package postgresql to run this test.")
    # The server refuses to run as root, and its own user may not enter the folders that pytest makes.
    is_root = os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="fenji-postgres-")).resolve()
    as_owner = ["runuser", "-u", "postgres", "--"] if is_root else []
    if is_root:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        command = [*as_owner, str(place / program), *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60)

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "fenji", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://fenji@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def _binaries() -> Path | None:
    """Where `initdb` lies: on the path or, newest first, where Debian keeps it."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)
