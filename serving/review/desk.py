"""What the review pages stand on: who may come in, the sessions' book, and the one place where each is found."""

import threading
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Generic, ParamSpec, Protocol, TypeVar

from starlette.requests import Request

from records.errors import ConfigError, RequestError
from serving.database.address import database_address
from serving.review.seal import Seal

Opened = TypeVar("Opened")
Given = ParamSpec("Given")


def answered(work: Callable[Given, Opened]) -> Callable[Given, Opened]:
    """The same work, but a database that cannot be used is the service's refusal (503), not the caller's fault."""

    @wraps(work)
    def asked(*arguments: Given.args, **options: Given.kwargs) -> Opened:
        try:
            return work(*arguments, **options)
        except ConfigError:
            raise RequestError(
                "store_unavailable",
                "",
                "The service's database must answer before a page can be shown, it does not; try again shortly.",
                503,
            ) from None

    return asked


class SessionBook(Protocol):
    """The signing key and what was used up, wherever it is kept (`serving.database.sessions`)."""

    def signing_key(self) -> bytes:
        """The key that all workers share."""

    def spend(self, key: str, until: datetime, now: datetime) -> bool:
        """Use a key up; whether it had not been before."""

    def is_spent(self, key: str) -> bool:
        """Whether a key was used up."""


class Lazily(Generic[Opened]):
    """Opens a store when it is first needed, once: SQLAlchemy is slow to load, and a mere score needs none.

    Raises RequestError (503) as long as it cannot be opened.
    """

    def __init__(self, opening: Callable[[], Opened]) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._opened: Opened | None = None

    def __call__(self) -> Opened:
        with self._lock:
            if self._opened is None:
                self._opened = answered(self._opening)()
            return self._opened


class Desk:
    """Where the pages find their stores; one for all pages of an app."""

    def __init__(self, sessions: Callable[[], SessionBook] | None = None) -> None:
        self.sessions: Callable[[], SessionBook] = Lazily(sessions or _database_sessions)
        self.seal: Callable[[], Seal] = Lazily(lambda: Seal(self.sessions().signing_key()))


def desk_of(request: Request) -> Desk:
    """The desk of the app that was asked."""
    desk: Desk = request.app.state.desk
    return desk


def _database_sessions() -> SessionBook:
    from serving.database.sessions import SessionStore

    return SessionStore(database_address())
