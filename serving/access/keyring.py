"""The tokens that count, kept in the memory of each worker for a moment at a time."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from records.errors import ConfigError
from serving.access.book import AccessBook
from serving.access.token import Token, digest_of, new_id, new_secret
from serving.remembered import Remembered

_LOG = logging.getLogger("bentoml.fenji")

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Keyring(Remembered):
    """Remembers all tokens, so that a request costs no question to the database.

    Where the database cannot be asked when it must be, nobody is let in: a revoked token could not be told. Once a
    token was seen, there is no way back to a service without tokens but a restart, whatever becomes of the database.
    """

    name = "tokens"
    unavailable = "The service's database must answer before a token can be checked, it does not; try again shortly."

    def __init__(self, book: AccessBook, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(clock)
        self._book = book
        self._tokens: dict[str, Token] = {}
        self._used: dict[str, date] = {}
        self.is_configured = False
        """Whether there has ever been a token, also one that no longer counts."""
        # A stranger's secret is compared as well, so that an unknown id takes as long as a wrong secret.
        self._stranger = Token(new_id(), "", "auditor", digest_of(new_id(), new_secret()), _LONG_AGO, _LONG_AGO)

    def _read(self) -> None:
        self._tokens = {token.id: token for token in self._book.tokens()}
        self.is_configured = self.is_configured or bool(self._tokens)

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
