"""Make and revoke tokens: what `fenji token` does."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from records.errors import ConfigError
from serving.access.event import AccessEvent
from serving.access.scope import Scope
from serving.access.token import ROLES, Role, Token, digest_of, new_id, new_secret, written
from serving.database.access import AccessStore

LONGEST_DAYS = 366
"""No token lives longer (project decision): what nobody renews is no longer needed."""

_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


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
        If the role is not one of ROLES, the name is empty or too long, or the days are out of bounds.
    """
    if role not in ROLES:
        raise ConfigError(f"A token's role must be one of {', '.join(ROLES)}, got {role!r}; choose one.")
    if not _NAME.fullmatch(name.strip()):
        raise ConfigError("A token's name must have 1 to 100 characters, none of them a control character; name it.")
    if not 1 <= days <= LONGEST_DAYS:
        raise ConfigError(f"A token lives 1 to {LONGEST_DAYS} days, got {days}; choose fewer, and renew it in time.")
    token_id, secret = new_id(), new_secret()
    fitting: Role = next(one for one in ROLES if one == role)
    token = Token(
        id=token_id,
        name=name.strip(),
        role=fitting,
        digest=digest_of(token_id, secret),
        created_at=now,
        expires_at=now + timedelta(days=days),
        scope=scope,
    )
    store.add_token(token, AccessEvent(now, "token_created", token_id, by))
    return token, written(token_id, secret)


def checked_scope(sectors: Collection[str], stations: Collection[str], known_sectors: Collection[str]) -> Scope:
    """The scope of these sectors and stations; none of a kind limits nothing.

    Raises ConfigError for a sector that is not among the known ones, and for a station without a name.
    """
    for sector in sectors:
        if sector not in known_sectors:
            known = ", ".join(known_sectors)
            raise ConfigError(f"A token's sector must be named by a standard, got {sector!r}; choose among {known}.")
    if not all(station.strip() for station in stations):
        raise ConfigError("A token's station must have a name, got an empty one; name it as the register does.")
    return Scope(frozenset(sectors) or None, frozenset(stations) or None)


def revoke_token(store: AccessStore, token_id: str, by: str, now: datetime) -> Token:
    """Let a token count no more; what it was. Raises ConfigError for an unknown id or one that is revoked already."""
    return store.revoke_token(token_id, AccessEvent(now, "token_revoked", token_id, by))
