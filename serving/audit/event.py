"""What is written down of each act that somebody must answer for, and how who did it is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class AuditEvent:
    """One act: when, of which kind, by whom, and what must be told of it.

    `kind` is a word such as `token_created` (at most 32 letters); docs/audit.md lists them. `actor` is what one of
    the functions below gives. `detail` holds what JSON can hold, without floats that are no numbers; it never names a
    person, nor what a caller asked about.
    """

    at: datetime
    kind: str
    actor: str
    detail: Mapping[str, Any]


ANCHORED = "answers_anchored"
"""The kind of the entry that names the last line of a worker's log: its file name, number and digest."""

THE_SERVICE = "service"
"""The service itself, which nobody asked."""


def of_caller(token_id: str | None) -> str:
    """A caller of the service: a token, or, where no token was ever made, this machine.

    >>> of_caller("abcdefghjkmn"), of_caller(None)
    ('token:abcdefghjkmn', 'machine')
    """
    return "machine" if token_id is None else f"token:{token_id}"


def of_command(login_name: str) -> str:
    """Who gave a command, by the login name (64 characters of it).

    >>> of_command("经办人")
    'command:经办人'
    """
    return f"command:{login_name[:64]}"
