"""What the running service asks of its database: whose tokens count, and to write down what was done with one."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Protocol

from serving.access.token import Token
from serving.audit.chain import AuditEntry
from serving.audit.event import AuditEvent
from serving.database.address import Address


class AccessBook(Protocol):
    """Tokens and the audit log, wherever they are; every method raises ConfigError where they cannot be reached."""

    def tokens(self) -> list[Token]:
        """Every token there ever was."""

    def mark_used(self, token_id: str, day: date) -> None:
        """Note the last day on which a token was used."""

    def record(self, event: AuditEvent) -> AuditEntry:
        """Add one entry to the audit log; it is kept when this returns."""


class DatabaseBook:
    """The service's own database, opened when it is first needed: reading never makes one, the first write does."""

    def __init__(self, address: Callable[[], Address]) -> None:
        """`address` is asked each time, and raises ConfigError where the setting makes no sense."""
        self._address = address
        self._lock = threading.Lock()
        self._opened: AccessBook | None = None

    def tokens(self) -> list[Token]:
        return self._book().tokens() if self._address().is_made else []

    def mark_used(self, token_id: str, day: date) -> None:
        self._book().mark_used(token_id, day)

    def record(self, event: AuditEvent) -> AuditEntry:
        return self._book().record(event)

    def _book(self) -> AccessBook:
        with self._lock:
            if self._opened is None:
                # SQLAlchemy is slow to load, and a service on one machine without tokens needs no database.
                from serving.database.access import AccessStore

                self._opened = AccessStore(self._address())
            return self._opened
