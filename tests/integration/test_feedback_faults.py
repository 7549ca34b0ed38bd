"""Whatever happens to processes, disk and database: nothing accepted is lost, nothing is doubled, each by doing it."""

import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from serving.current import Current
from serving.database.address import Address as Database
from serving.database.address import database_address
from serving.database.audit import AuditStore
from serving.database.engine import WAIT_SECONDS, open_engine
from serving.database.feedback import FeedbackStore
from tests import served_district as district
from tests.feedback_server import FeedbackServer
from tests.private_postgres import PrivatePostgres, private_server
from tests.running_service import Address
from tests.sampling_module import a_draw, a_result

MANY = 3_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    district.save_snapshot(folder, district.save_release(folder))
    return folder


@pytest.fixture(scope="module")
def postgres() -> Iterator[PrivatePostgres]:
    """A server of this module's own, since it is stopped here."""
    with private_server() as server:
        yield server


class Pair:
    """Two processes of a service over one database."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._url = folder, url
        self.database: Database = database_address(url)
        self.one, self.other = FeedbackServer(folder, url), FeedbackServer(folder, url)

    def restart_one(self) -> None:
        self.one = FeedbackServer(self._folder, self._url)

    def kept(self, name: str) -> list[tuple[str, int]]:
        """Ids and versions of the rows of a test, sorted."""
        with FeedbackStore(self.database) as store:
            return sorted((one.id, one.version) for one in store.results() if one.id.startswith(f"{name}-"))

    def close(self) -> None:
        self.one.kill()
        self.other.kill()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database')}/fenji.db"
    else:
        url = request.getfixturevalue("postgres").url
    pair = Pair(folder, url)
    yield pair
    with AuditStore(pair.database) as audit:
        assert list(audit.faults()) == []
    pair.close()


def rows(name: str, count: int) -> list[dict[str, Any]]:
    return [a_result(number, id=f"{name}-{number:05d}") for number in range(count)]


def once(name: str, count: int) -> list[tuple[str, int]]:
    """What is to be kept of `rows`: each once."""
    return [(f"{name}-{number:05d}", 1) for number in range(count)]


def send(address: Address, sent: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    """Status and body; status 0 where the connection broke."""
    try:
        return address.post("/v1/feedback", {"rows": sent})
    except OSError:
        return 0, {}


def refused_for_now(status: int, body: dict[str, Any]) -> None:
    assert (status, body["code"], set(body)) == (503, "store_unavailable", {"code", "field", "message"})
    assert body["message"].endswith(".")


def test_two_processes_that_are_sent_the_same_at_once_keep_each_row_once(pair: Pair) -> None:
    sent = rows("same", 500)
    addresses = [pair.one.address, pair.other.address] * 3
    with ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(lambda address: send(address, sent), addresses))
    assert {status for status, _ in answers} == {200}
    for _, body in answers:
        assert {one["status"] for one in body["results"]} == {"accepted"}
    # Of all callers one was the first.
    assert [body["entry"] is not None for _, body in answers].count(True) == 1
    assert pair.kept("same") == once("same", 500)


def test_two_processes_that_are_sent_the_same_draw_at_once_register_it_once(pair: Pair, folder: Path) -> None:
    draw = a_draw(Current(folder / "release", folder / "snapshot").load())
    addresses = [pair.one.address, pair.other.address] * 3
    with ThreadPoolExecutor(6) as callers:
        answers = list(callers.map(lambda address: address.post("/v1/draws", draw), addresses))
    assert {status for status, _ in answers} == {200}
    assert len({body["entry"] for _, body in answers}) == 1


def test_a_process_killed_in_the_middle_of_a_call_keeps_all_of_it_or_nothing(pair: Pair) -> None:
    began = time.monotonic()
    assert send(pair.one.address, rows("timed", MANY))[0] == 200
    took = time.monotonic() - began
    for number, share in enumerate((0.4, 0.7, 0.9)):
        name = f"killed{number}"
        sent = rows(name, MANY)
        with ThreadPoolExecutor(1) as caller:
            call = caller.submit(send, pair.one.address, sent)
            time.sleep(took * share)
            pair.one.kill()
            status, _ = call.result()
        kept = pair.kept(name)
        assert kept in ([], once(name, MANY))
        assert status == 0 or kept  # what was answered is there
        status, body = send(pair.other.address, sent)
        assert (status, body["accepted"]) == (200, MANY)
        assert pair.kept(name) == once(name, MANY)
        pair.restart_one()


def test_while_another_holds_the_database_a_call_is_refused_and_taken_afterwards(pair: Pair) -> None:
    sent = rows("locked", 3)
    engine = open_engine(pair.database)
    with engine.connect() as connection:
        if pair.database.file is None:
            connection.execute(text("SELECT * FROM audit_head FOR UPDATE"))
        else:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN EXCLUSIVE")
        began = time.monotonic()
        refused_for_now(*send(pair.one.address, sent))
        assert time.monotonic() - began < WAIT_SECONDS + 10
    engine.dispose()
    assert pair.kept("locked") == []
    assert send(pair.one.address, sent)[0] == 200
    assert pair.kept("locked") == once("locked", 3)


def test_a_full_disk_is_told_and_what_was_accepted_before_stays(pair: Pair) -> None:
    if pair.database.file is None:
        pytest.skip("the disk of a PostgreSQL server is its own; what it reports is told as any other error of it")
    before = rows("before", 10)
    assert send(pair.one.address, before)[0] == 200
    sent = rows("full", MANY)
    log = Path(f"{pair.database.file}-wal")
    size = max(pair.database.file.stat().st_size, log.stat().st_size if log.exists() else 0)
    soft, hard = resource.prlimit(pair.one.pid, resource.RLIMIT_FSIZE)
    # No file of the process may grow any more: what it meets on a full disk, and it alone.
    resource.prlimit(pair.one.pid, resource.RLIMIT_FSIZE, (size, hard))
    try:
        refused_for_now(*send(pair.one.address, sent))
        assert pair.kept("full") == []
        assert pair.kept("before") == once("before", 10)
    finally:
        resource.prlimit(pair.one.pid, resource.RLIMIT_FSIZE, (soft, hard))
    assert send(pair.one.address, sent)[0] == 200
    assert pair.kept("full") == once("full", MANY)


def test_a_server_that_restarts_between_calls_loses_nothing(pair: Pair, request: pytest.FixtureRequest) -> None:
    server = server_of(pair, request)
    assert send(pair.one.address, rows("between", 10))[0] == 200
    server.stop()
    refused_for_now(*send(pair.one.address, rows("down", 10)))
    server.start()
    assert until_answered(pair, rows("between", 10))["accepted"] == 10
    assert until_answered(pair, rows("down", 10))["accepted"] == 10
    assert pair.kept("between") == once("between", 10)
    assert pair.kept("down") == once("down", 10)


def test_a_server_that_restarts_during_a_call_loses_and_doubles_nothing(
    pair: Pair, request: pytest.FixtureRequest
) -> None:
    server = server_of(pair, request)
    began = time.monotonic()
    assert send(pair.one.address, rows("undisturbed", MANY))[0] == 200
    took = time.monotonic() - began
    for number, share in enumerate((0.5, 0.8)):
        name = f"during{number}"
        sent = rows(name, MANY)
        with ThreadPoolExecutor(1) as caller:
            call = caller.submit(send, pair.one.address, sent)
            time.sleep(took * share)
            server.stop()
            status, body = call.result()
            server.start()
        if status != 200:
            refused_for_now(status, body)
        kept = pair.kept(name)
        assert kept in ([], once(name, MANY))
        assert status != 200 or kept
        assert until_answered(pair, sent)["accepted"] == MANY
        assert pair.kept(name) == once(name, MANY)


def server_of(pair: Pair, request: pytest.FixtureRequest) -> PrivatePostgres:
    if pair.database.file is not None:
        pytest.skip("a SQLite database has no server")
    return request.getfixturevalue("postgres")


def until_answered(pair: Pair, sent: list[dict[str, Any]]) -> dict[str, Any]:
    """Send the same call until it is answered, as a sender is told to."""
    for _ in range(50):
        status, body = send(pair.one.address, sent)
        if status == 200:
            return body
        refused_for_now(status, body)
        time.sleep(0.2)
    raise AssertionError("the service does not answer although its database is there again")
