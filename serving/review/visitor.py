"""Who looks at a page: the holder of a token through a session, or whoever sits at a machine without tokens."""

from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.reasons import Language
from records.errors import RequestError
from serving.access.bearer import is_open
from serving.access.keyring import Keyring
from serving.access.scope import EVERYTHING, Scope
from serving.access.token import Role
from serving.review.desk import answered, desk_of
from serving.review.seal import Session, new_session

READERS: tuple[Role, ...] = ("reviewer", "scientist", "auditor")
"""Who may look: reviewers work here, data scientists see what becomes of their models, auditors what was decided."""
DECIDERS: tuple[Role, ...] = ("reviewer",)

SESSION_COOKIE, VISIT_COOKIE, LANGUAGE_COOKIE = "fenji_review", "fenji_visit", "fenji_lang"
"""A session with a token; one without, so that following a link from elsewhere never ends the other; the language."""
PATH = "/review"
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_YEAR_SECONDS = 366 * 24 * 3600


@dataclass(frozen=True)
class Visitor:
    """One visitor of a page.

    `name` is what the token is named; null on a machine without tokens and before a login, where `role` is null, too.
    `may_decide` says whether their decisions count.
    """

    session: Session
    language: Language
    scope: Scope = EVERYTHING
    name: str | None = None
    role: Role | None = None
    may_decide: bool = False

    @property
    def token_id(self) -> str | None:
        """Who answers for what the visitor does; null on a machine without tokens."""
        return self.session.token_id


async def visitor_of(request: Request) -> Visitor | None:
    """Who asks; null where a token must be shown first. RequestError (403) for a role that may not look."""
    language = language_of(request)
    if await is_open(request):
        return Visitor(await visit_of(request), language, may_decide=True)
    now = request.app.state.now()
    session = await run_in_threadpool(_session, request, SESSION_COOKIE, now)
    keyring: Keyring = request.app.state.keyring
    token = keyring.usable(session.token_id, now) if session is not None and session.token_id else None
    if session is None or token is None:
        return None
    if token.role not in READERS:
        raise refused_role(token.role)
    if keyring.is_first_use(token, now.date()):
        await run_in_threadpool(keyring.note_use, token, now.date())
    return Visitor(session, language, token.scope, token.name, token.role, token.role in DECIDERS)


async def visit_of(request: Request) -> Session:
    """The session of whoever has shown no token: the one the browser has, or a new one, which `remember` must keep."""
    now = request.app.state.now()
    found = await run_in_threadpool(_session, request, VISIT_COOKIE, now)
    return found or new_session(None, now)


def refused_role(role: Role) -> RequestError:
    """The refusal of a token that counts but is of another role."""
    return RequestError(
        "forbidden",
        "",
        f"These pages are for the role {' or '.join(READERS)}, the token has {role}; use another.",
        403,
    )


def language_of(request: Request) -> Language:
    """What the address asks for (`lang=`), else what was asked for before, else Chinese."""
    asked = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    return next((one for given in asked for one in _LANGUAGES if given == one), "zh")


def remember(request: Request, response: Response, visitor: Visitor) -> None:
    """Let the browser keep the session and the language, if it does not yet."""
    name = VISIT_COOKIE if visitor.session.token_id is None else SESSION_COOKIE
    sealed = desk_of(request).seal().sealed(visitor.session)
    if request.cookies.get(name) != sealed:
        _keep(request, response, name, sealed, None)
    if "lang" in request.query_params:
        _keep(request, response, LANGUAGE_COOKIE, visitor.language, _YEAR_SECONDS)


def forget(response: Response) -> None:
    """Let the browser drop the session of a token."""
    response.delete_cookie(SESSION_COOKIE, PATH)


def _keep(request: Request, response: Response, name: str, value: str, seconds: int | None) -> None:
    is_secure = request.url.scheme == "https"
    response.set_cookie(name, value, seconds, path=PATH, secure=is_secure, httponly=True, samesite="strict")


@answered
def _session(request: Request, cookie: str, now: datetime) -> Session | None:
    desk = desk_of(request)
    session = desk.seal().session_of(request.cookies.get(cookie, ""), now)
    # One that was ended stays ended, whoever may have kept its cookie.
    return None if session is None or desk.sessions().is_spent(session.id) else session
