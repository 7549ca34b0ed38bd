"""What is written down of each use of access that somebody must answer for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

EventKind = Literal["token_created", "token_revoked", "lists_checked"]


@dataclass(frozen=True)
class AccessEvent:
    """One event: who (token, or `actor`, the login name at the command), when, and how much was asked and found.

    It is written before the answer leaves: interception must be accountable. It never names a subject. The
    hash-chained audit log will take these events over.

    `subjects` were asked about, `hits` entries were found, `intercepted` subjects were stopped; `extract` is the
    digest of the list extract that answered.
    """

    at: datetime
    kind: EventKind
    token_id: str | None = None
    actor: str | None = None
    request_id: str | None = None
    purpose: str | None = None
    subjects: int | None = None
    hits: int | None = None
    intercepted: int | None = None
    extract: str | None = None
