"""Read the logs of answers: is each whole, does it hold what the main chain says of it, and where is one answer?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from serving.audit.chain import Fault, Head, link, missing
from serving.audit.log_file import DIGEST_LENGTH, bodies_of

SUFFIX = ".answers"


@dataclass
class LogCheck:
    """What was found in a log: its faults, the entries of the main chain that it names, and whether its end is torn.

    A worker that is killed while it writes leaves the end of a line; that is no fault, and nobody was told of it.
    """

    faults: list[Fault] = field(default_factory=list)
    named: list[Head] = field(default_factory=list)
    is_torn: bool = False


def check_log_file(path: Path, anchors: Mapping[int, str]) -> LogCheck:
    """Check a log against itself and against `anchors`, the digests of its lines by number in the main chain."""
    found, last = LogCheck(), Head()
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                found.is_torn = True
                break
            last = _check_line(line, last, anchors, found)
    lost = max(anchors, default=0)
    if last.number < lost:
        found.faults.append(Fault(last.number + 1, missing(last.number + 1, lost)))
    return found


def _check_line(line: bytes, last: Head, anchors: Mapping[int, str], found: LogCheck) -> Head:
    """The end of the log once this line was read; faults are added to what was found."""
    stated, text = line[:DIGEST_LENGTH].decode("latin-1"), line[DIGEST_LENGTH + 1 : -1].decode("utf-8", "replace")
    content = _content(text)
    number = content.get("number")
    if not isinstance(number, int):
        found.faults.append(Fault(last.number + 1, "it is no line of a log"))
        return Head(last.number + 1, stated)
    if number > last.number + 1:
        found.faults.append(Fault(number, missing(last.number + 1, number - 1)))
    elif number <= last.number:
        found.faults.append(Fault(number, "it stands behind a later line: it was put in or moved"))
    elif line[DIGEST_LENGTH : DIGEST_LENGTH + 1] != b" " or link(last.digest, text) != stated:
        found.faults.append(Fault(number, "it was changed, or another line stood before it"))
    elif anchors.get(number, stated) != stated:
        found.faults.append(Fault(number, "the main chain names another line of this number"))
    if "main" in content:
        found.named.append(Head.read(str(content["main"])))
    return Head(number, stated)


def logs_in(folder: Path) -> list[Path]:
    """The logs of all workers, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def find_answer(folder: Path, request_id: str) -> tuple[Path, dict[str, Any]] | None:
    """The log that holds the answer with a request id, and what it says of it; null where none does."""
    wanted = request_id.encode()
    for path in reversed(logs_in(folder)):
        for line in _lines(path):
            if wanted in line:
                content = _content(line[DIGEST_LENGTH + 1 :].decode("utf-8", "replace"))
                if content.get("request") == request_id:
                    return path, content
    return None


def find_body(log: Path, digest: str) -> bytes | None:
    """What was sent, by its digest; null where it is not kept, or no longer."""
    path = bodies_of(log)
    if not path.is_file():
        return None
    return next((body for line in _lines(path) if sha256(body := line.rstrip(b"\n")).hexdigest() == digest), None)


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _content(text: str) -> dict[str, Any]:
    try:
        content = orjson.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
