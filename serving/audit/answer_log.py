"""What one worker answered, written down by a thread of its own within 100 ms and anchored in the main chain."""

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Protocol

from records.errors import ConfigError, RequestError
from serving.audit.answer import Answered, canonical_body
from serving.audit.chain import AuditEntry, Head
from serving.audit.event import ANCHORED, THE_SERVICE, AuditEvent
from serving.audit.log_file import LogFile

_LOG = logging.getLogger("bentoml.fenji")

GATHER_SECONDS = 0.04
"""How long the first answer of a batch waits for others, so that one write to the disk serves them all."""

ANCHOR_SECONDS = 60.0
"""How often what was written is anchored in the main chain: so much can be cut off the end of a log unnoticed."""

RETRY_SECONDS = 1.0


class Chain(Protocol):
    """Where logs are anchored."""

    def record(self, event: AuditEvent) -> AuditEntry:
        """Add one entry to the main chain; ConfigError where that is not possible."""


class AnswerLog:
    """Takes answers at the cost of an append to a queue; a new file each day, and each time a worker starts.

    While lines cannot be written, answers are refused (503): what nobody can account for is not answered. What was
    already answered is kept and written when that is possible again. `folder` is made when the first answer is
    written; `now` gives the moment with its zone.
    """

    def __init__(self, folder: Path, chain: Chain, now: Callable[[], datetime]) -> None:
        self._folder, self._chain, self._now = folder, chain, now
        self._waiting: deque[Answered] = deque()
        self._anchors: deque[Head] = deque()
        self._wake = threading.Event()
        self._writing, self._anchoring = threading.Lock(), threading.Lock()
        self._file: LogFile | None = None
        self._day = date.min
        self._ends: dict[str, Head] = {}
        self._is_failing = False

    def start(self) -> None:
        """Write and anchor from now on, each on a thread of its own: an anchor may have to wait for the database."""
        threading.Thread(target=self._write_for_ever, name="answers", daemon=True).start()
        threading.Thread(target=self._anchor_for_ever, name="anchors", daemon=True).start()

    def check(self) -> None:
        """Raise RequestError (503) while answers cannot be written down."""
        if self._is_failing:
            raise RequestError(
                "store_unavailable",
                "",
                "Each answer must be written down, the disk does not take it; make room for it and try again.",
                503,
            )

    def note(self, answered: Answered) -> None:
        """Take one answer; it is on disk within 100 ms."""
        self._waiting.append(answered)
        if not self._wake.is_set():
            self._wake.set()

    def flush(self) -> None:
        """Write what is waiting; what cannot be written waits on, and is logged once."""
        with self._writing:
            batch = list(self._waiting)
            anchors = list(self._anchors)
            if not (batch or anchors):
                return
            try:
                self._write(batch, anchors)
            except OSError as fault:
                if not self._is_failing:
                    _LOG.error("answers cannot be written down: %s", type(fault).__name__)
                self._is_failing = True
                return
            if self._is_failing:
                _LOG.info("answers can be written down again")
            self._is_failing = False
            for taken, count in ((self._waiting, len(batch)), (self._anchors, len(anchors))):
                for _ in range(count):
                    taken.popleft()

    def anchor(self) -> None:
        """Name the last line of each log that has grown in the main chain, and that entry in the log in turn."""
        with self._anchoring:
            for name, head in list(self._ends.items()):
                detail = {"log": name, "number": head.number, "digest": head.digest}
                try:
                    entry = self._chain.record(AuditEvent(self._now(), ANCHORED, THE_SERVICE, detail))
                except ConfigError as fault:
                    _LOG.warning("answers cannot be anchored in the audit log: %s", fault)
                    return
                self._anchors.append(entry.head)
                if self._ends.get(name) == head:
                    del self._ends[name]
        self.flush()

    def close(self) -> None:
        """Write and anchor what is left; the worker ends."""
        self.flush()
        self.anchor()

    def _write(self, batch: list[Answered], anchors: list[Head]) -> None:
        contents: list[dict[str, Any]] = [{"main": str(head)} for head in anchors]
        bodies = []
        for one in batch:
            canonical = None if one.body is None else canonical_body(one.body)
            contents.append(one.content(canonical))
            if canonical is not None and one.keeps_body:
                bodies.append(canonical)
        file = self._file_of(self._now().date())
        file.append(contents, bodies)
        if batch:
            self._ends[file.path.name] = file.head

    def _file_of(self, day: date) -> LogFile:
        if self._file is None or day > self._day:
            path = self._folder / f"{day:%Y%m%d}-{os.getpid()}-{token_hex(4)}.answers"
            opened = LogFile(path)
            if self._file is not None:
                self._file.close()
            self._file, self._day = opened, day
        return self._file

    def _write_for_ever(self) -> None:
        while True:
            self._wake.wait(RETRY_SECONDS)
            if self._wake.is_set():
                time.sleep(GATHER_SECONDS)
                self._wake.clear()
            self.flush()

    def _anchor_for_ever(self) -> None:
        while True:
            time.sleep(ANCHOR_SECONDS)
            self.anchor()
