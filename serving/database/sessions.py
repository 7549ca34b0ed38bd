"""What sessions of the review pages need in common over all workers: the key that signs, and what was used up.

That the holder of a token came in or left is an entry of the audit log; it names the token's public id and no session.
"""

import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from serving.audit.event import AuditEvent, of_caller
from serving.database.audit import append
from serving.database.review_tables import SigningKeyRow, SpentKeyRow
from serving.database.store import Store
from serving.database.tables import Base

KEY_BYTES = 32
_ONLY = 1
"""There is one signing key; whoever removes its row ends every session at the next start."""


class SessionStore(Store):
    """The signing key, made when it is first asked for, and the keys of forms and sessions that count no more."""

    def signing_key(self) -> bytes:
        """The key of this database; the same for every worker, whichever of them makes it."""
        with self._session() as session:
            found = session.get(SigningKeyRow, _ONLY)
            if found is not None:
                return found.key
        with self._session(writes=True) as session:
            _added(session, SigningKeyRow(id=_ONLY, key=secrets.token_bytes(KEY_BYTES)))
            return session.get_one(SigningKeyRow, _ONLY, populate_existing=True).key

    def spend(self, key: str, until: datetime, now: datetime) -> bool:
        """Use a key up; whether it had not been before. It must be remembered `until` it would not count anyway."""
        with self._session(writes=True) as session:
            return _spent(session, key, until, now)

    def begin(self, token_id: str, now: datetime) -> None:
        """Write down that the holder of a token came in."""
        with self._session(writes=True) as session:
            append(session, AuditEvent(now, "session_begun", of_caller(token_id), {}))

    def end(self, key: str, token_id: str | None, until: datetime, now: datetime) -> None:
        """Use a session's key up, and write down that the holder of its token left; a session is left once.

        A session without a token was never begun, and its end is not written down either.
        """
        with self._session(writes=True) as session:
            if _spent(session, key, until, now) and token_id is not None:
                append(session, AuditEvent(now, "session_ended", of_caller(token_id), {}))

    def is_spent(self, key: str) -> bool:
        """Whether a key was used up."""
        with self._session() as session:
            return session.scalar(select(SpentKeyRow.id).where(SpentKeyRow.id == key)) is not None


def _spent(session: Session, key: str, until: datetime, now: datetime) -> bool:
    session.execute(delete(SpentKeyRow).where(SpentKeyRow.until <= now))
    return _added(session, SpentKeyRow(id=key, until=until))


def _added(session: Session, row: Base) -> bool:
    """Add a row unless another one has its key, whichever worker was quicker; whether it was added."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
