"""The log of a worker's answers: whole, in time, anchored, and no answer where it cannot be written."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from records.errors import RequestError
from serving.audit.answer import Answered
from serving.audit.answer_log import ANCHORED, AnswerLog
from serving.audit.chain import GENESIS, link
from serving.audit.log_file import LogFile, bodies_of
from serving.audit.log_reading import check_log_file
from serving.serve import PROJECT
from tests.held_tokens import NOW, MemoryBook

ANSWERED = Answered(
    request_id="r1",
    at=NOW,
    token_id="abcdefghjkmn",
    address="/v1/score",
    served={"release": "a" * 64, "snapshot": "b" * 64},
    body=b'{"sector": null, "enterprise_ids": ["E0001"]}',
    reply=b'{"results":[]}',
)
CANONICAL = b'{"enterprise_ids":["E0001"],"sector":null}'


class Worker:
    """A log over a folder and a main chain in memory; it is `now` until that is changed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.book, self.now = folder, MemoryBook(), NOW
        self.log = AnswerLog(folder, self.book, lambda: self.now)

    def lines(self) -> list[dict]:
        return [json.loads(line.split(" ", 1)[1]) for path in self.files() for line in path.read_text().splitlines()]

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.answers"))


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    return Worker(tmp_path / "audit")


def test_a_line_says_who_was_answered_what_and_from_which_data(worker: Worker) -> None:
    worker.log.note(ANSWERED)
    worker.log.flush()
    assert worker.lines() == [
        {
            "number": 1,
            "request": "r1",
            "at": "2026-03-02T09:30:00.000000+08:00",
            "caller": "token:abcdefghjkmn",
            "address": "/v1/score",
            "release": "a" * 64,
            "snapshot": "b" * 64,
            "body": sha256(CANONICAL).hexdigest(),
            "reply": sha256(ANSWERED.reply).hexdigest(),
        }
    ]
    (path,) = worker.files()
    assert bodies_of(path).read_bytes() == CANONICAL + b"\n"
    assert {file.stat().st_mode & 0o777 for file in worker.folder.iterdir()} == {0o600}


def test_a_body_that_is_not_to_be_kept_is_written_down_as_a_digest_alone(worker: Worker) -> None:
    worker.log.note(replace(ANSWERED, keeps_body=False))
    worker.log.note(replace(ANSWERED, body=None))
    worker.log.flush()
    assert [line["body"] for line in worker.lines()] == [sha256(CANONICAL).hexdigest(), None]
    assert all(b"E0001" not in file.read_bytes() for file in worker.folder.iterdir())


def test_each_line_covers_the_one_before(worker: Worker) -> None:
    for number in range(3):
        worker.log.note(replace(ANSWERED, request_id=f"r{number}"))
        worker.log.flush()
    digest = GENESIS
    for line in worker.files()[0].read_text().splitlines():
        stated, content = line.split(" ", 1)
        digest = link(digest, content)
        assert stated == digest


def test_nothing_is_made_before_there_is_something_to_write(worker: Worker) -> None:
    worker.log.flush()
    worker.log.close()
    assert not worker.folder.exists()
    assert worker.book.events == []


def test_an_answer_is_on_disk_within_100_ms(worker: Worker) -> None:
    worker.log.start()
    for number in range(5):
        worker.log.note(replace(ANSWERED, request_id=f"r{number}"))
        time.sleep(0.15)  # 100 ms, and what a busy machine adds
        assert len(worker.lines()) == number + 1


def test_each_day_has_a_file_of_its_own_that_the_main_chain_names(worker: Worker) -> None:
    for day in range(2):
        worker.log.note(ANSWERED)
        worker.now = NOW + timedelta(days=day)
        worker.log.flush()
    first, second = worker.files()
    assert (first.name[:8], second.name[:8]) == ("20260302", "20260303")
    worker.log.anchor()
    assert [(one.kind, one.actor, one.detail["log"], one.detail["number"]) for one in worker.book.events] == [
        (ANCHORED, "service", first.name, 1),
        (ANCHORED, "service", second.name, 1),
    ]
    assert worker.book.events[0].detail["digest"] == first.read_text()[:64]
    assert worker.lines()[-1] == {"number": 3, "main": str(worker.book.head)}


def test_a_log_that_has_not_grown_is_not_anchored_again(worker: Worker) -> None:
    worker.log.note(ANSWERED)
    worker.log.close()
    worker.log.close()
    assert len(worker.book.events) == 1


def test_while_the_main_chain_cannot_be_reached_answers_are_written_and_anchored_later(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    worker.book.is_down = True
    worker.log.note(ANSWERED)
    worker.log.close()
    worker.log.check()
    assert len(worker.lines()) == 1
    assert "cannot be anchored" in caplog.text
    worker.book.is_down = False
    worker.log.anchor()
    assert worker.book.events[0].detail["number"] == 1


def test_while_the_disk_takes_nothing_answers_are_refused_and_what_was_answered_is_written_later(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    worker.log.note(ANSWERED)
    worker.log.flush()
    with _largest_file(worker.files()[0].stat().st_size + 100):
        for number in (2, 3):
            worker.log.note(replace(ANSWERED, request_id=f"r{number}"))
            worker.log.flush()
        with pytest.raises(RequestError, match=r"must be written down, .*; make room for it and try again") as refusal:
            worker.log.check()
        assert refusal.value.status == 503
        assert [line["request"] for line in worker.lines()] == ["r1"]
    worker.log.flush()
    worker.log.check()
    assert [line["request"] for line in worker.lines()] == ["r1", "r2", "r3"]
    assert caplog.text.count("answers cannot be written down") == 1
    assert "E0001" not in caplog.text


def test_a_killed_worker_leaves_a_whole_log_but_for_its_torn_last_line(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom serving.audit.log_file import LogFile\n"
        "log = LogFile(Path(sys.argv[1]))\nprint('ready', flush=True)\n"
        "while True: log.append([{'request': 'r' * 200}] * 20)"
    )
    path = tmp_path / "killed.answers"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        env={"PYTHONPATH": str(PROJECT), "PATH": ""},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.3)
    process.kill()
    process.wait()
    process.stdout.close()
    found = check_log_file(path, {})
    assert found.faults == []
    assert path.read_bytes().count(b"\n") > 20


def test_two_workers_never_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "one.answers"
    with LogFile(path), pytest.raises(FileExistsError):
        LogFile(path)


def test_the_moment_of_an_answer_has_its_zone() -> None:
    assert datetime.fromisoformat(ANSWERED.content(None)["at"]) == NOW


class _largest_file:  # noqa: N801 - reads as a condition
    """No file of this process may grow beyond a size: what a full disk does, and for this process alone."""

    def __init__(self, size: int) -> None:
        self._size = size

    def __enter__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *fault: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)
