"""What is done at the command line and must be accounted for goes into the audit log, like what the service does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from serving.audit.event import AuditEvent, of_command
from serving.clock import now
from serving.database.address import database_address
from serving.database.audit import AuditStore

MOVED = {"promotion": "promoted", "rollback": "rolled_back"}
"""The kind of the entry for each kind of move of a champion that a person makes."""


@contextmanager
def accounted(by: str) -> Iterator[Callable[[str, Mapping[str, Any]], None]]:
    """Write down what a command does, by whom: yields a function that takes the kind of entry and its detail.

    The database is opened, and made where there is none, before the command does anything: what nobody can account for
    is not done. Raises ConfigError where it cannot be used.
    """
    with AuditStore(database_address()) as audit:
        audit.head()

        def write_down(kind: str, detail: Mapping[str, Any]) -> None:
            audit.record(AuditEvent(now(), kind, of_command(by), detail))

        yield write_down


@contextmanager
def accounted_moves(by: str, history: Callable[[], Sequence[object]]) -> Iterator[None]:
    """Write down each move of a champion that is made within, also where the command then fails for other sectors.

    `history` tells every move so far, oldest first, with `kind`, `by` and what else is told of it.
    """
    before = len(history())  # fails where there is nothing to move, before a database is made for it
    with accounted(by) as write_down:
        try:
            yield
        finally:
            for move in history()[before:]:
                told = vars(move)
                if told["kind"] in MOVED:
                    write_down(MOVED[told["kind"]], {name: told[name] for name in told if name not in ("kind", "by")})
