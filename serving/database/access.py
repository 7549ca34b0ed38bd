"""Tokens and events of access in the database; what is accepted is committed before a call returns."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from records.errors import ConfigError
from serving.access.event import AccessEvent
from serving.access.scope import Scope
from serving.access.token import Role, Token
from serving.database.address import Address, database_address
from serving.database.engine import IMMEDIATE, open_engine, told
from serving.database.schema import ensure_schema
from serving.database.tables import AccessEventRow, TokenRow


class AccessStore:
    """The database, opened and of the right version. Every method raises ConfigError where it cannot be used."""

    def __init__(self, address: Address) -> None:
        """Open, and make or migrate the tables where that is needed."""
        self._address = address
        self._engine: Engine = open_engine(address)
        try:
            with told(address):
                ensure_schema(self._engine, address)
        except ConfigError:
            self.close()
            raise

    def tokens(self) -> list[Token]:
        """Every token there ever was, oldest first."""
        with self._session() as session:
            rows = session.scalars(select(TokenRow).order_by(TokenRow.created_at, TokenRow.id))
            return [_token(row) for row in rows]

    def add_token(self, token: Token, event: AccessEvent) -> None:
        """Keep a new token together with the event that says so."""
        with self._session(writes=True) as session:
            session.add(_row(token))
            session.add(AccessEventRow(**asdict(event)))

    def revoke_token(self, token_id: str, event: AccessEvent) -> Token:
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
            session.add(AccessEventRow(**asdict(event)))
            return found

    def mark_used(self, token_id: str, day: date) -> None:
        """Note the last day on which a token was used."""
        with self._session(writes=True) as session:
            session.execute(update(TokenRow).where(TokenRow.id == token_id).values(last_used_on=day))

    def record(self, event: AccessEvent) -> None:
        """Add one event."""
        with self._session(writes=True) as session:
            session.add(AccessEventRow(**asdict(event)))

    def events(self, since: datetime | None = None) -> list[AccessEvent]:
        """Every event, or those at or after a moment, oldest first."""
        wanted = select(AccessEventRow).order_by(AccessEventRow.id)
        if since is not None:
            wanted = wanted.where(AccessEventRow.at >= since)
        with self._session() as session:
            return [_event(row) for row in session.scalars(wanted)]

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    @contextmanager
    def _session(self, writes: bool = False) -> Iterator[Session]:
        engine = self._engine.execution_options(**IMMEDIATE) if writes else self._engine
        with told(self._address), Session(engine) as session, session.begin():
            yield session


@contextmanager
def opened_store() -> Iterator[AccessStore]:
    """The service's database for one command; ConfigError where it cannot be used."""
    store = AccessStore(database_address())
    try:
        yield store
    finally:
        store.close()


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


def _event(row: AccessEventRow) -> AccessEvent:
    columns: dict[str, Any] = {name: getattr(row, name) for name in AccessEvent.__dataclass_fields__}
    return AccessEvent(**columns)
