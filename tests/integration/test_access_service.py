"""Two running workers over one database: the lists without any release, new extracts, and revoked tokens."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from serving.access.administration import create_token, revoke_token
from serving.access.scope import EVERYTHING
from serving.clock import now
from serving.database.access import AccessStore
from serving.database.address import Address as DatabaseAddress
from serving.database.address import database_address
from serving.database.audit import AuditStore
from serving.follower import POLL_SECONDS
from serving.lists.current import write_current_lists
from serving.lists.writing import write_extract
from serving.places import CURRENT_VARIABLE, DATABASE_VARIABLE, LISTS_VARIABLE
from serving.remembered import MAX_AGE_SECONDS
from serving.serve import start, stop
from tests.approvals import ABNORMAL, records
from tests.running_service import Address, free_address

WITHIN_SECONDS = 60
SCORED = {"enterprise_ids": [ABNORMAL]}
COMPARED = {"purpose": "procurement", "subjects": [ABNORMAL]}


@dataclass(frozen=True)
class Workers:
    """Two processes of the service over one folder of state, and the folder."""

    addresses: tuple[Address, Address]
    folder: Path

    @property
    def database(self) -> DatabaseAddress:
        return database_address(f"sqlite:///{self.folder}/fenji.db")

    def ask(self, path: str, body: Any, token: str | None = None) -> list[tuple[int, dict[str, Any]]]:
        """Status and body of the answer of each worker."""
        return [_asked(address, path, body, token) for address in self.addresses]

    def answer_from(self, digest: str, token: str) -> bool:
        """Whether both workers compare with the extract of this digest."""
        return all(body.get("extract") == digest for _, body in self.ask("/v1/check_lists", COMPARED, token))

    def log(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in self.folder.glob("log*"))


def _asked(address: Address, path: str, body: Any, token: str | None) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(f"{address.url}{path}", json.dumps(body).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def _put_into_service(folder: Path, days_ago: int) -> str:
    """An extract as of so many days ago in the folder of state; its digest."""
    today = now().date()
    directory = write_extract(records(), today - timedelta(days=days_ago), folder / "lists", today)
    write_current_lists(folder / "lists.json", directory)
    return json.loads((folder / "lists.json").read_text(encoding="utf-8"))["lists"]["digest"]


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """Without a release, a snapshot, or a token to begin with."""
    folder = tmp_path_factory.mktemp("state")
    addresses = free_address(), free_address()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CURRENT_VARIABLE, str(folder / "current.json"))
        patch.setenv("BENTOML_HOME", str(folder / "bentoml"))
        for name in (LISTS_VARIABLE, DATABASE_VARIABLE):
            patch.delenv(name, raising=False)
        logs = [(folder / f"log{number}").open("wb") for number in range(2)]
        processes = [start(one.port, "127.0.0.1", log=log) for one, log in zip(addresses, logs, strict=True)]
        try:
            for address in addresses:
                _until(partial(address.status_of, "/openapi.json"))
            yield Workers(addresses, folder)
        finally:
            for process, log in zip(processes, logs, strict=True):
                stop(process)
                log.close()


def _until(is_so: Callable[[], Any]) -> float:
    """Wait until something is so; after how many seconds."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < WITHIN_SECONDS
        time.sleep(0.1)
    return time.monotonic() - began


def test_tokens_lists_and_events_of_two_workers_without_a_release(workers: Workers) -> None:
    # Without any token: this machine is answered (that there is no release), and the lists want a token all the same.
    assert [(status, body["code"]) for status, body in workers.ask("/v1/score", SCORED)] == [(503, "not_ready")] * 2
    assert [status for status, _ in workers.ask("/v1/check_lists", COMPARED)] == [401, 401]
    assert not (workers.folder / "fenji.db").exists()
    _until(lambda: workers.log().count("no token was ever made: only callers of this machine are answered") == 2)

    # The first token: from then on it takes one everywhere.
    store = AccessStore(workers.database)
    token, text = create_token(store, "approver", "审批系统", 1, EVERYTHING, "经办人", now())
    _until(lambda: {status for status, _ in workers.ask("/v1/score", SCORED)} == {401})
    assert [(status, body["code"]) for status, body in workers.ask("/v1/score", SCORED, text)] == [
        (403, "forbidden")
    ] * 2

    # Lists are taken in without a restart, and again when there is a newer extract.
    assert [body["code"] for _, body in workers.ask("/v1/check_lists", COMPARED, text)] == ["no_lists"] * 2
    for days_ago in (1, 0):
        digest = _put_into_service(workers.folder, days_ago)
        took = _until(partial(workers.answer_from, digest, text))
        assert took < 10 * POLL_SECONDS
    (status, body), _ = workers.ask("/v1/check_lists", COMPARED, text)
    assert (status, body["stale"], body["results"][0]["intercept"]) == (200, False, True)

    # Every answer was written down, by both workers.
    with AuditStore(workers.database) as audit:
        assert list(audit.faults()) == []
        entries = [entry for entry in audit.entries() if entry.kind == "lists_checked"]
    details = [json.loads(entry.detail) for entry in entries]
    assert len(details) == len({detail["request_id"] for detail in details}) >= 6
    assert {(one["subjects"], one["hits"], one["intercepted"]) for one in details} == {(1, 1, 1)}
    assert {entry.actor for entry in entries} == {f"token:{token.id}"}
    assert store.tokens()[0].last_used_on == now().date()

    # Revoked: refused by every worker within seconds.
    revoke_token(store, token.id, "经办人", now())
    began = time.monotonic()
    _until(lambda: {status for status, _ in workers.ask("/v1/check_lists", COMPARED, text)} == {401})
    assert time.monotonic() - began < MAX_AGE_SECONDS + 3
    store.close()

    # And no log names a secret or a subject.
    assert "/v1/check_lists" in workers.log()
    for word in (text.split("_", 2)[2], ABNORMAL, "Traceback"):
        assert word not in workers.log()
