"""A chain of entries in which each names the digest of the one before: what was changed cannot be hidden.

The format is frozen: a change would break every chain that was ever written.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from serving.audit.event import AuditEvent
from serving.digests import digest_of_text

GENESIS = "0" * 64
"""What the first entry of a chain names as the digest before it."""


@dataclass(frozen=True)
class Head:
    """The last entry of a chain; number 0 before there is any."""

    number: int = 0
    digest: str = GENESIS

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"

    @staticmethod
    def read(text: str) -> "Head":
        """A head as it is written; one that is none has the number -1, which no entry has."""
        number, _, digest = text.partition(":")
        return Head(int(number), digest) if number.isdecimal() and len(number) < 19 else Head(-1, digest)


@dataclass(frozen=True)
class AuditEntry:
    """One entry of the main chain: an event as it was written down, its number (from 1) and its place in the chain.

    `detail` is canonical JSON; `previous` is the digest of the entry before, `digest` that of this one.
    """

    number: int
    at: datetime
    kind: str
    actor: str
    detail: str
    previous: str
    digest: str

    @property
    def head(self) -> Head:
        """The end of the chain while this entry was its last."""
        return Head(self.number, self.digest)

    def is_whole(self) -> bool:
        """Whether the entry is as it was when its digest was worked out."""
        return self.digest == _digest(self.previous, self.number, self.at, self.kind, self.actor, self.detail)


@dataclass(frozen=True)
class Fault:
    """Where a chain is broken: the number of the entry, and what is wrong with it."""

    number: int
    message: str


def canonical(content: Any) -> str:
    """JSON in the one form in which it is digested: sorted keys, no blanks, ASCII.

    >>> canonical({"b": 1, "a": "甲"})
    '{"a":"\\\\u7532","b":1}'
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


def link(previous: str, content: str) -> str:
    """The digest of an entry with this content that follows the one with the digest `previous`."""
    return digest_of_text(f"{previous}\n{content}")


def following(head: Head, event: AuditEvent) -> AuditEntry:
    """The entry of an event at the end of a chain."""
    number, detail = head.number + 1, canonical(event.detail)
    digest = _digest(head.digest, number, event.at, event.kind, event.actor, detail)
    return AuditEntry(number, event.at, event.kind, event.actor, detail, head.digest, digest)


def faults_of(entries: Iterable[AuditEntry], head: Head) -> Iterator[Fault]:
    """Every break of a chain whose entries come in the order of their numbers and whose last one is `head`.

    One that was changed is not whole; where one was removed, put in or exchanged, a number is missing or the next
    entry names another digest.
    """
    last = Head()
    for entry in entries:
        if entry.number != last.number + 1:
            yield Fault(entry.number, missing(last.number + 1, entry.number - 1))
        elif entry.previous != last.digest:
            yield Fault(entry.number, "it follows another entry than the one before it: one of them was put in")
        if not entry.is_whole():
            yield Fault(entry.number, "it was changed after it was written")
        last = entry.head
    if last.number < head.number:
        yield Fault(last.number + 1, missing(last.number + 1, head.number))
    elif last != head:
        yield Fault(last.number, f"the chain must end with entry {head.number} and its digest, this is another end")


def missing(first: int, last: int) -> str:
    """What is said of entries from the first to the last that are not there."""
    return f"entry {first} was removed" if first == last else f"entries {first} to {last} were removed"


def _digest(previous: str, number: int, at: datetime, kind: str, actor: str, detail: str) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return link(previous, canonical([number, moment, kind, actor, detail]))
