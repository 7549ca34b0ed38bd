"""Tokens in the database; what is accepted is committed before a call returns."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import cast

from sqlalchemy import select, update

from records.errors import ConfigError
from serving.access.scope import Scope
from serving.access.token import Role, Token
from serving.audit.chain import AuditEntry
from serving.audit.event import AuditEvent
from serving.database.address import database_address
from serving.database.audit import append
from serving.database.store import Store
from serving.database.tables import TokenRow


class AccessStore(Store):
    """Tokens, each change of them together with the entry of the audit log that says so."""

    def tokens(self) -> list[Token]:
        """Every token there ever was, oldest first."""
        with self._session() as session:
            rows = session.scalars(select(TokenRow).order_by(TokenRow.created_at, TokenRow.id))
            return [_token(row) for row in rows]

    def add_token(self, token: Token, event: AuditEvent) -> None:
        """Keep a new token together with the event that says so."""
        with self._session(writes=True) as session:
            session.add(_row(token))
            append(session, event)

    def revoke_token(self, token_id: str, event: AuditEvent) -> Token:
        """Revoke a token from now on, together with the event that says so; what it was before.

        Raises ConfigError for an id that no token has, or one that was revoked before.
        """
        with self._session(writes=True) as session:
            row = session.get(TokenRow, token_id)
            if row is None:
                raise ConfigError(f"A token is named by its id, none has {token_id!r}; see `fenji token list`.")
            if row.revoked_at is not None:
                raise ConfigError(f"A token is revoked once, {token_id} was {row.revoked_at:%Y-%m-%d}; nothing to do.")
            found = _token(row)
            row.revoked_at = event.at
            append(session, event)
            return found

    def mark_used(self, token_id: str, day: date) -> None:
        """Note the last day on which a token was used."""
        with self._session(writes=True) as session:
            session.execute(update(TokenRow).where(TokenRow.id == token_id).values(last_used_on=day))

    def record(self, event: AuditEvent) -> AuditEntry:
        """Add one entry to the audit log."""
        with self._session(writes=True) as session:
            return append(session, event)


@contextmanager
def opened_store() -> Iterator[AccessStore]:
    """The service's database for one command; ConfigError where it cannot be used."""
    with AccessStore(database_address()) as store:
        yield store


def _row(token: Token) -> TokenRow:
    return TokenRow(
        id=token.id,
        name=token.name,
        role=token.role,
        sectors=_list(token.scope.sectors),
        stations=_list(token.scope.stations),
        digest=token.digest,
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
        last_used_on=token.last_used_on,
    )


def _token(row: TokenRow) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        role=cast(Role, row.role),
        digest=row.digest,
        created_at=row.created_at,
        expires_at=row.expires_at,
        scope=Scope(_set(row.sectors), _set(row.stations)),
        revoked_at=row.revoked_at,
        last_used_on=row.last_used_on,
    )


def _set(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _list(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)
