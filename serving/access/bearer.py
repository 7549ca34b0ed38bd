"""Who is asking? Every route asks this first, and a request is let through or refused before its body is read.

Routes call it themselves: as a dependency of FastAPI the same question takes ten times as long, half of an answer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from records.errors import RequestError
from serving.access.keyring import Keyring
from serving.access.loopback import is_loopback, names_loopback
from serving.access.scope import EVERYTHING, Scope
from serving.access.token import Role, split

TIER_READERS: tuple[Role, ...] = ("sampler", "reviewer", "scientist")
WORKLIST_READERS: tuple[Role, ...] = ("reviewer", "sampler")
"""Worklists are the office's own, with reminders and leads in them; the sampler reads those alone that are declared to
be for sampling (`serving.worklists`)."""

LIST_CHECKERS: tuple[Role, ...] = ("approver",)
DRAWERS: tuple[Role, ...] = ("sampler",)
DRAW_READERS: tuple[Role, ...] = ("sampler", "scientist", "auditor")
FEEDBACK_SENDERS: tuple[Role, ...] = ("sampler",)
AUDITORS: tuple[Role, ...] = ("auditor",)
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


@dataclass(frozen=True)
class Caller:
    """Who asks: the token's id and role, or null on a machine where no token was ever made."""

    token_id: str | None = None
    role: Role | None = None
    scope: Scope = EVERYTHING


ANYONE = Caller()


class Bearer:
    """Lets in whoever holds a token with one of `roles`, sent as `Authorization: Bearer`.

    While no token was ever made, callers of this same machine need none, unless `always`. Refusals are RequestError:
    401 alike for no token and for one that is unknown, expired or revoked, 403 for a role that does not fit or a Host
    that `is_open` refuses, 429 for one that is used too fast, 503 where tokens cannot be checked. `app.state.keyring`
    knows the tokens, `app.state.now` the time, `app.state.rate` how fast a token may ask; the token's id is noted with
    the request for its log line.
    """

    def __init__(self, roles: Collection[Role], always: bool = False) -> None:
        self._roles = roles
        self._always = always

    def described(self) -> dict[str, Any]:
        """For the OpenAPI description: the roles to which an address is open."""
        return {"x-roles": list(self._roles)}

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
        request.app.state.rate.take(token.id)
        request.state.token_id = token.id
        if keyring.is_first_use(token, now.date()):
            await run_in_threadpool(keyring.note_use, token, now.date())
        return Caller(token.id, token.role, token.scope)


async def is_open(request: Request) -> bool:
    """Whether whoever sent this needs no token: no token was ever made, and it came from this same machine.

    Raises RequestError: 503 where tokens cannot be checked, 403 where no token was ever made and the request does not
    name this machine. A page of another site whose name was made to lead here (DNS rebinding) calls from this machine
    too, by the browser of whoever looks at it; its own name in the Host header is all that gives it away.
    """
    keyring: Keyring = request.app.state.keyring
    if not keyring.is_fresh:
        await run_in_threadpool(keyring.refresh)
    if keyring.is_configured or not _is_local(request):
        return False
    if not names_loopback(request.headers.get("host", "")):
        raise RequestError(
            "foreign_host",
            "Host",
            "While no token was ever made, the service must be asked as 127.0.0.1 or localhost, Host names another; "
            "use that address, or make a token with `fenji token create`.",
            403,
        )
    return True


def _is_local(request: Request) -> bool:
    """A proxy on this machine passes on what others sent, and says so."""
    is_passed_on = any(name in request.headers for name in _PROXY_HEADERS)
    return request.client is not None and is_loopback(request.client.host) and not is_passed_on


def _sent(request: Request) -> tuple[str, str] | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return split(text.strip()) if scheme.lower() == "bearer" else None
