"""Run the service on this machine until it is stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, NoReturn

from records.errors import ConfigError, ModelError
from serving.access.book import DatabaseBook
from serving.access.loopback import is_loopback
from serving.database.address import database_address
from serving.places import (
    AUDIT_VARIABLE,
    CURRENT_VARIABLE,
    DATABASE_VARIABLE,
    LISTS_VARIABLE,
    audit_path,
    current_path,
    lists_path,
)

SERVICE = "serving.service:fenji"
PROJECT = Path(__file__).resolve().parents[1]
READY_WITHIN_SECONDS = 120
STOP_WITHIN_SECONDS = 20


def serve(port: int, host: str = "127.0.0.1", on_ready: Callable[[str], None] | None = None) -> int:
    """Serve what the current file names until the process is interrupted; the exit code of the service.

    `on_ready` is told the address once the service answers.

    Raises
    ------
    ConfigError
        If the port is taken, or other machines could ask while no token was ever made.
    ModelError
        If the current file is missing, or the service does not become ready.
    """
    if not current_path().is_file():
        raise ModelError(
            f"Serving needs a release and a snapshot, {current_path()} is missing; run release and score first."
        )
    _check_host(host)
    _check_port(host, port)
    # The service is a child in a group of its own, so whatever ends this process must be handed on to it.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    process = start(port, host)
    try:
        wait_until_ready(process, f"http://{host}:{port}")
        if on_ready is not None:
            on_ready(f"http://{host}:{port}")
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        stop(process)


def start(
    port: int, host: str, service: str = SERVICE, working_dir: Path = PROJECT, log: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start `bentoml serve` as a child in a process group of its own; its log goes to ours, or to `log`."""
    command = [sys.executable, "-m", "bentoml", "serve", service, "--host", host, "--port", str(port)]
    environment = {
        **os.environ,
        "BENTOML_DO_NOT_TRACK": "True",
        CURRENT_VARIABLE: str(current_path()),
        LISTS_VARIABLE: str(lists_path()),
        DATABASE_VARIABLE: database_address().url,
        AUDIT_VARIABLE: str(audit_path()),
    }
    return subprocess.Popen(
        [*command, "--working-dir", str(working_dir)],
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def wait_until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    """Return when `/readyz` answers 200; ModelError if the process ends or time runs out before."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _is_ready(address):
            return
        time.sleep(0.1)
    raise ModelError(
        f"The service must be ready within {READY_WITHIN_SECONDS} s, {address}/readyz is not; see its log above."
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the service and its workers, kindly first; only processes of its own group are touched."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _interrupt(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _check_host(host: str) -> None:
    if not is_loopback(host) and not DatabaseBook(database_address).tokens():
        raise ConfigError(
            f"Without any token the service listens on this machine alone (127.0.0.1), got {host}; "
            "make one with `fenji token create`, or leave the host out."
        )


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise ConfigError(
                f"The service needs a free port, {host}:{port} cannot be used; choose another with PORT=."
            ) from taken
