"""A caller's token: who it speaks for, what it may ask, and how its secret is kept.

A token reads `fenji_ID_SECRET`. The id is public and names the token in lists and events; the secret is 256 random
bits, shown once and never stored.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from hmac import compare_digest
from typing import Literal

from serving.access.scope import EVERYTHING, Scope

Role = Literal["sampler", "reviewer", "approver", "scientist", "auditor"]

ROLES: dict[Role, tuple[str, str]] = {
    "sampler": ("抽查模块", "the sampling module"),
    "reviewer": ("复核人员", "people who review tiers"),
    "approver": ("审批系统", "approval systems that compare applicants with the lists"),
    "scientist": ("数据分析人员", "people who train and judge models"),
    "auditor": ("审计人员", "people who check what was done"),
}
"""What each role stands for; a token has one."""

ID_LENGTH = 12
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter of an id can be taken for another one on paper."""

_ID = rf"[{_LETTERS}]{{{ID_LENGTH}}}"
_FORM = re.compile(rf"fenji_({_ID})_([A-Za-z0-9_-]{{43}})")


@dataclass(frozen=True)
class Token:
    """One token as it is kept.

    It counts from `created_at` until `expires_at`, exclusive, unless it was revoked. `last_used_on` is a day in
    Asia/Shanghai, no closer: when a person works is nobody's business here.
    """

    id: str
    name: str
    role: Role
    digest: bytes = field(repr=False)
    created_at: datetime
    expires_at: datetime
    scope: Scope = EVERYTHING
    revoked_at: datetime | None = None
    last_used_on: date | None = None

    def is_usable(self, now: datetime) -> bool:
        """Whether the token counts at this moment; the moment of expiry already excludes."""
        return self.revoked_at is None and now < self.expires_at

    def opens_with(self, secret: str) -> bool:
        """Whether this is the token's secret; takes as long for a wrong one as for the right one."""
        return compare_digest(self.digest, digest_of(self.id, secret))


def new_id() -> str:
    """A random public id; 59 bits, so that two are not alike."""
    return "".join(secrets.choice(_LETTERS) for _ in range(ID_LENGTH))


def is_id(text: str) -> bool:
    """Whether a text has the form of an id."""
    return re.fullmatch(_ID, text) is not None


def new_secret() -> str:
    """256 random bits as 43 characters."""
    return secrets.token_urlsafe(32)


def digest_of(token_id: str, secret: str) -> bytes:
    """What is stored of a secret: BLAKE2b keyed with the token's id, 32 bytes.

    A slow hash protects what people think up, because it can be guessed; 256 random bits cannot, at any speed, and a
    slow hash would only slow every request down. The key makes a digest worthless in another token's row.
    """
    return blake2b(secret.encode(), key=token_id.encode(), digest_size=32, person=b"fenji token").digest()


def written(token_id: str, secret: str) -> str:
    """The token as its holder keeps it."""
    return f"fenji_{token_id}_{secret}"


def split(text: str) -> tuple[str, str] | None:
    """Id and secret of a token as its holder sends it; null for anything that is not one."""
    found = _FORM.fullmatch(text)
    return (found[1], found[2]) if found else None
