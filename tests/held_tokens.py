"""Tokens for the tests of the service: a book in memory that counts what it is asked, and tokens with their text."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from records.contract import TIMEZONE
from records.errors import ConfigError
from serving.access.keyring import Keyring
from serving.access.scope import EVERYTHING, Scope
from serving.access.token import Role, Token, digest_of, new_id, new_secret, written
from serving.audit.chain import AuditEntry, Head, following
from serving.audit.event import AuditEvent

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=ZoneInfo(TIMEZONE))


@dataclass
class MemoryBook:
    """Tokens and events in memory; while `is_down` it answers nothing."""

    kept: list[Token] = field(default_factory=list)
    events: list[AuditEvent] = field(default_factory=list)
    uses: list[tuple[str, date]] = field(default_factory=list)
    attempts: int = 0
    questions: int = 0
    is_down: bool = False
    head: Head = field(default_factory=Head)

    def tokens(self) -> list[Token]:
        self.attempts += 1
        self._answer()
        self.questions += 1
        return list(self.kept)

    def mark_used(self, token_id: str, day: date) -> None:
        self._answer()
        self.uses.append((token_id, day))

    def record(self, event: AuditEvent) -> AuditEntry:
        self._answer()
        self.events.append(event)
        entry = following(self.head, event)
        self.head = entry.head
        return entry

    def make(self, role: Role, scope: Scope = EVERYTHING, days: float = 90) -> str:
        """Keep a new token of this role; its text."""
        token_id, secret = new_id(), new_secret()
        self.kept.append(
            Token(token_id, role, role, digest_of(token_id, secret), NOW, NOW + timedelta(days=days), scope)
        )
        return written(token_id, secret)

    def revoke(self, text: str, at: datetime = NOW) -> None:
        """Revoke the token with this text."""
        self.kept = [replace(one, revoked_at=at) if one.id == text.split("_")[1] else one for one in self.kept]

    def _answer(self) -> None:
        if self.is_down:
            raise ConfigError("The database at nowhere must be usable, got nothing; start it.")


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def without_tokens() -> tuple[Keyring, MemoryBook]:
    """What an app is made of on which no token was ever made."""
    book = MemoryBook()
    return Keyring(book), book
