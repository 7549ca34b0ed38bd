"""Who is asking? Every route asks this first, and a request is let through or refused before its body is read.

Routes call it themselves: as a dependency of FastAPI the same question takes ten times as long, half of an answer.
"""

from collections.abc import Collection
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from records.errors import RequestError
from serving.access.keyring import Keyring
from serving.access.loopback import is_loopback
from serving.access.scope import EVERYTHING, Scope
from serving.access.token import Role, split

TIER_READERS: tuple[Role, ...] = ("sampler", "reviewer", "scientist")
LIST_CHECKERS: tuple[Role, ...] = ("approver",)
DRAWERS: tuple[Role, ...] = ("sampler",)
DRAW_READERS: tuple[Role, ...] = ("sampler", "scientist", "auditor")
FEEDBACK_SENDERS: tuple[Role, ...] = ("sampler",)
AUDITORS: tuple[Role, ...] = ("auditor",)
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@dataclass(frozen=True)
class Caller:
    """Who asks: the token's id, or null on a machine where no token was ever made."""

    token_id: str | None = None
    scope: Scope = EVERYTHING


ANYONE = Caller()


class Bearer:
    """Lets in whoever holds a token with one of `roles`, sent as `Authorization: Bearer`.

    While no token was ever made, callers of this same machine need none, unless `always`. Refusals are RequestError:
    401 alike for no token and for one that is unknown, expired or revoked, 403 for a role that does not fit, 503
    where tokens cannot be checked. `app.state.keyring` knows the tokens, `app.state.now` the time.
    """

    def __init__(self, roles: Collection[Role], always: bool = False) -> None:
        self._roles = roles
        self._always = always

    async def caller_of(self, request: Request) -> Caller:
        """Who asks, or the refusal."""
        if await is_open(request) and not self._always:
            return ANYONE
        keyring: Keyring = request.app.state.keyring
        now = request.app.state.now()
        token = keyring.holder(_sent(request), now)
        if token is None:
            raise RequestError(
                "unauthorized",
                "",
                "A valid token must be sent as Authorization: Bearer TOKEN; `fenji token create` makes one.",
                401,
            )
        if token.role not in self._roles:
            raise RequestError(
                "forbidden",
                "",
                f"This address is for the role {' or '.join(self._roles)}, the token has {token.role}; use another.",
                403,
            )
        if keyring.is_first_use(token, now.date()):
            await run_in_threadpool(keyring.note_use, token, now.date())
        return Caller(token.id, token.scope)


async def is_open(request: Request) -> bool:
    """Whether whoever sent this needs no token: no token was ever made, and it came from this same machine.

    Raises RequestError (503) where tokens cannot be checked.
    """
    keyring: Keyring = request.app.state.keyring
    if not keyring.is_fresh:
        await run_in_threadpool(keyring.refresh)
    return not keyring.is_configured and _is_local(request)


def _is_local(request: Request) -> bool:
    """A proxy on this machine passes on what others sent, and says so."""
    is_passed_on = any(name in request.headers for name in _PROXY_HEADERS)
    return request.client is not None and is_loopback(request.client.host) and not is_passed_on


def _sent(request: Request) -> tuple[str, str] | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return split(text.strip()) if scheme.lower() == "bearer" else None
