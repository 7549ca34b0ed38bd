"""Make and revoke tokens: what `fenji token` does."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, cast

from records.errors import ConfigError
from serving.access.scope import Scope
from serving.access.token import ID_LENGTH, ROLES, Role, Token, digest_of, is_id, new_id, new_secret, written
from serving.audit.event import AuditEvent, of_command
from serving.database.access import AccessStore

LONGEST_DAYS = 366
"""No token lives longer (project decision): what nobody renews is no longer needed."""

LONGEST_NAME, LONGEST_ACTOR = 100, 64
"""Characters of what holds a token, and of who makes or revokes it."""


def create_token(
    store: AccessStore,
    role: str,
    name: str,
    days: int,
    scope: Scope,
    by: str,
    now: datetime,
) -> tuple[Token, str]:
    """Keep a new token and return it with its text, which is nowhere else from then on.

    `name` says what holds it, as a system or an office, not a person; `by` is who makes it.

    Raises
    ------
    ConfigError
        If the role is not one of ROLES, a name is empty, too long or unreadable, or the days are out of bounds.
    """
    if role not in ROLES:
        raise ConfigError(f"A token's role must be one of {', '.join(ROLES)}, got {role!r}; choose one.")
    if not 1 <= days <= LONGEST_DAYS:
        raise ConfigError(f"A token lives 1 to {LONGEST_DAYS} days, got {days}; choose fewer, and renew it in time.")
    token_id, secret = new_id(), new_secret()
    token = Token(
        id=token_id,
        name=_readable("A token's name", name, LONGEST_NAME),
        role=cast(Role, role),
        digest=digest_of(token_id, secret),
        created_at=now,
        expires_at=now + timedelta(days=days),
        scope=scope,
    )
    store.add_token(token, AuditEvent(now, "token_created", _actor(by), _told(token)))
    return token, written(token_id, secret)


def checked_scope(sectors: Collection[str], stations: Collection[str], known_sectors: Collection[str]) -> Scope:
    """The scope of these sectors and stations; none of a kind limits nothing.

    Raises ConfigError for a sector that is not among the known ones, and for a station without a readable name.
    """
    for sector in sectors:
        if sector not in known_sectors:
            known = ", ".join(known_sectors)
            raise ConfigError(f"A token's sector must be named by a standard, got {sector!r}; choose among {known}.")
    named = frozenset(_readable("A token's station", station, LONGEST_NAME) for station in stations)
    return Scope(frozenset(sectors) or None, named or None)


def revoke_token(store: AccessStore, token_id: str, by: str, now: datetime) -> Token:
    """Let a token count no more; what it was. Raises ConfigError for an unknown id or one that is revoked already."""
    if not is_id(token_id):
        raise ConfigError(
            f"A token is named by its id of {ID_LENGTH} characters, not by its text; see `fenji token list`."
        )
    return store.revoke_token(token_id, AuditEvent(now, "token_revoked", _actor(by), {"token": token_id}))


def _actor(by: str) -> str:
    return of_command(_readable("Who makes or revokes a token", by, LONGEST_ACTOR))


def _told(token: Token) -> dict[str, Any]:
    """What the audit log says of a new token: what it opens, and until when."""
    scope = {"sectors": token.scope.sectors, "stations": token.scope.stations}
    return {
        "token": token.id,
        "role": token.role,
        "expires_at": token.expires_at.isoformat(),
        "scope": {name: None if names is None else sorted(names) for name, names in scope.items()},
    }


def _readable(what: str, given: str, longest: int) -> str:
    """The text without blanks at its ends; refused where a person could not read it back."""
    text = given.strip()
    if not (1 <= len(text) <= longest and text.isprintable()):
        raise ConfigError(f"{what} must have 1 to {longest} printable characters, got {len(text)}; name it otherwise.")
    return text
