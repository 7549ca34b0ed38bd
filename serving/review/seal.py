"""What a browser keeps for us and sends back: signed, so that nobody can make one up, and good for a time only."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

SESSION_HOURS = 10
"""A working day; after it the token is asked for again (project decision)."""


@dataclass(frozen=True)
class Session:
    """One browser's visit: of the holder of a token, or (null) of whoever has not shown one.

    It counts until `ends_at`, exclusive, and no longer than its token does.
    """

    id: str
    token_id: str | None
    ends_at: datetime


class Seal:
    """Signs sessions and the forms within them, with HMAC-SHA-256 under one key."""

    def __init__(self, key: bytes) -> None:
        options = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        self._sessions = URLSafeSerializer(key, salt="fenji session", signer_kwargs=options)
        self._forms = URLSafeSerializer(key, salt="fenji form", signer_kwargs=options)

    def sealed(self, session: Session) -> str:
        """The session as a cookie keeps it."""
        return str(self._sessions.dumps([session.id, session.token_id, int(session.ends_at.timestamp())]))

    def session_of(self, cookie: str, now: datetime) -> Session | None:
        """The session that a cookie keeps; null for one that we did not sign, or that has ended."""
        content = _opened(self._sessions, cookie)
        if content is None:
            return None
        session = Session(content[0], content[1], datetime.fromtimestamp(content[2], UTC))
        return session if now < session.ends_at else None

    def form_key(self, session: Session) -> str:
        """A new key for one form of this session."""
        return str(self._forms.dumps([session.id, new_key()]))

    def key_of(self, form_key: str, session: Session) -> str | None:
        """What must be spent to accept the form; null for a key that we did not give to this session."""
        content = _opened(self._forms, form_key)
        return content[1] if content is not None and content[0] == session.id else None


def new_session(token_id: str | None, now: datetime) -> Session:
    """A session of its own id, so that none that was known before a login counts after it."""
    return Session(new_key(), token_id, (now + timedelta(hours=SESSION_HOURS)).replace(microsecond=0))


def new_key() -> str:
    """128 random bits as 22 characters."""
    return secrets.token_urlsafe(16)


def _opened(serializer: URLSafeSerializer, text: str) -> Any:
    try:
        return serializer.loads(text)
    except BadData:
        return None
