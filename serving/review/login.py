"""Show a token and come in; leave, and let the session count no more."""

from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from serving.access.bearer import is_open
from serving.access.keyring import Keyring
from serving.access.token import Token, split
from serving.review.desk import answered, desk_of
from serving.review.forms import fields_of
from serving.review.page import page, see_other
from serving.review.pages import address, render
from serving.review.seal import new_session
from serving.review.visitor import (
    PATH,
    READERS,
    Visitor,
    forget,
    language_of,
    refused_role,
    remember,
    visit_of,
)


def add_login_routes(review: Starlette) -> None:
    """Add `login` (GET, POST) and `logout` (POST) to the pages."""
    review.add_route("/login", _show)
    review.add_route("/login", _login, methods=["POST"])
    review.add_route("/logout", page(_logout), methods=["POST"])


async def _show(request: Request) -> Response:
    if await is_open(request):
        return see_other(PATH)
    return _form(request, await _newcomer(request), 200)


async def _login(request: Request) -> Response:
    """Let in whoever shows a token that counts, in a session of a new id."""
    if await is_open(request):
        return see_other(PATH)
    newcomer = await _newcomer(request)
    fields = await fields_of(request, newcomer.session)
    token = _token(request, fields.get("token", ""))
    if token is None:
        return _form(request, newcomer, 401, is_refused=True)
    if token.role not in READERS:
        raise refused_role(token.role)
    session = new_session(token.id, request.app.state.now())
    await run_in_threadpool(_begin, request, token)
    response = see_other(_way_back(request))
    remember(request, response, Visitor(session, newcomer.language))
    return response


async def _logout(request: Request, visitor: Visitor) -> Response:
    await fields_of(request, visitor.session)
    await run_in_threadpool(_end, request, visitor)
    response = see_other(address("login"))
    forget(response)
    return response


async def _newcomer(request: Request) -> Visitor:
    return Visitor(await visit_of(request), language_of(request))


def _token(request: Request, text: str) -> Token | None:
    keyring: Keyring = request.app.state.keyring
    return keyring.holder(split(text), request.app.state.now())


def _form(request: Request, newcomer: Visitor, status: int, is_refused: bool = False) -> Response:
    return render(request, newcomer, "login.html.jinja", status, is_refused=is_refused, way_back=_way_back(request))


def _way_back(request: Request) -> str:
    """The page that was asked for before the token; never one of another host, whatever the address says."""
    asked = request.query_params.get("next", "")
    parts = urlsplit(asked)
    is_ours = not parts.scheme and not parts.netloc and (parts.path == PATH or parts.path.startswith(f"{PATH}/"))
    return asked if is_ours and asked.isprintable() and "\\" not in asked else PATH


@answered
def _begin(request: Request, token: Token) -> None:
    desk_of(request).sessions().begin(token.id, request.app.state.now())


@answered
def _end(request: Request, visitor: Visitor) -> None:
    session = visitor.session
    desk_of(request).sessions().end(session.id, session.token_id, session.ends_at, request.app.state.now())
