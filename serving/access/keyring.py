"""The tokens that count, kept in the memory of each worker for a moment at a time."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

from records.errors import ConfigError, RequestError
from serving.access.book import AccessBook
from serving.access.token import Token, digest_of, new_id, new_secret

_LOG = logging.getLogger("bentoml.fenji")

MAX_AGE_SECONDS = 2.0
"""How old what is remembered may be: so long at most a revoked token is still let in, by any worker."""

ASK_AGAIN_SECONDS = 1.0

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Keyring:
    """Remembers all tokens for MAX_AGE_SECONDS, so that a request costs no question to the database.

    Where the database cannot be asked when it must be, nobody is let in: a revoked token could not be told. Once a
    token was seen, there is no way back to a service without tokens but a restart, whatever becomes of the database.
    """

    def __init__(self, book: AccessBook, clock: Callable[[], float] = time.monotonic) -> None:
        self._book = book
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, Token] = {}
        self._used: dict[str, date] = {}
        self._read_at: float | None = None
        self._failed_at: float | None = None
        self.is_configured = False
        """Whether there has ever been a token, also one that no longer counts."""
        # A stranger's secret is compared as well, so that an unknown id takes as long as a wrong secret.
        self._stranger = Token(new_id(), "", "auditor", digest_of(new_id(), new_secret()), _LONG_AGO, _LONG_AGO)

    @property
    def is_fresh(self) -> bool:
        """Whether what is remembered may still be used."""
        return self._read_at is not None and self._clock() - self._read_at < MAX_AGE_SECONDS

    def refresh(self, older_than: float = MAX_AGE_SECONDS) -> None:
        """Ask the database, unless somebody did so within the last seconds.

        Raises RequestError (503) where it cannot be asked, or could not within MAX_AGE_SECONDS.
        """
        with self._lock:
            began = self._clock()
            if self._read_at is not None and began - self._read_at < older_than:
                return
            if self._failed_at is not None and began - self._failed_at < MAX_AGE_SECONDS:
                raise _unavailable()
            try:
                tokens = self._book.tokens()
            except ConfigError as fault:
                if self._failed_at is None:
                    _LOG.error("tokens cannot be read: %s", fault)
                self._failed_at = self._clock()
                raise _unavailable() from None
            if self._failed_at is not None:
                _LOG.info("tokens can be read again")
            self._failed_at = None
            self._tokens = {token.id: token for token in tokens}
            self.is_configured = self.is_configured or bool(tokens)
            # From before the question, since the answer may be older than its arrival.
            self._read_at = began

    def holder(self, given: tuple[str, str] | None, now: datetime) -> Token | None:
        """The token of which id and secret were given; null for one that is unknown, wrong, expired or revoked."""
        token_id, secret = given or ("", "")
        token = self._tokens.get(token_id, self._stranger)
        return token if token.opens_with(secret) and token.is_usable(now) else None

    def tokens(self) -> list[Token]:
        """Every token there ever was, as last read."""
        return list(self._tokens.values())

    def usable(self, token_id: str, now: datetime) -> Token | None:
        """The token of this id, whose holder a session knows already; null for one unknown, expired or revoked."""
        token = self._tokens.get(token_id)
        return token if token is not None and token.is_usable(now) else None

    def is_first_use(self, token: Token, day: date) -> bool:
        """Whether this worker has not yet noted that the token was used on this day."""
        return max(self._used.get(token.id, date.min), token.last_used_on or date.min) < day

    def note_use(self, token: Token, day: date) -> None:
        """Write down that the token was used on this day. What cannot be written is logged, and refuses nobody."""
        self._used[token.id] = day
        try:
            self._book.mark_used(token.id, day)
        except ConfigError as fault:
            _LOG.warning("the use of a token cannot be noted: %s", fault)


def keep_fresh(keyring: Keyring) -> None:
    """Ask again before what is remembered is too old, so that no request has to wait; runs on a thread of its own."""
    while True:
        time.sleep(ASK_AGAIN_SECONDS)
        with suppress(RequestError):  # it has been logged, and is asked again
            keyring.refresh(older_than=ASK_AGAIN_SECONDS)


def _unavailable() -> RequestError:
    return RequestError(
        "store_unavailable",
        "",
        "The service's database must answer before a token can be checked, it does not; try again shortly.",
        503,
    )
