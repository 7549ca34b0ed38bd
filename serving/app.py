"""The HTTP addresses of the service, as routes of one FastAPI app.

BentoML's own endpoints have no error hook and log a traceback with the caller's values for every refusal; routes
of a mounted app answer errors as `{code, field, message}` and log nothing of a request.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from records.errors import RequestError
from serving.access.bearer import TIER_READERS, Bearer, is_open
from serving.access.book import AccessBook
from serving.access.keyring import Keyring
from serving.clock import now
from serving.database.address import Address, database_address
from serving.decisions.overlay import Overlay
from serving.lists.bodies import CheckListsAnswer, CheckListsRequest
from serving.lists.routes import add_list_routes
from serving.page import page_of
from serving.reading import read, read_query
from serving.requests import ExplainRequest, ScoreRecordsRequest, ScoreRequest, WorklistQuery
from serving.responses import (
    JsonResponse,
    describe_models,
    described_body,
    described_query,
    described_refusals,
    error_body,
)
from serving.review.desk import Desk
from serving.review.enterprise.api import WhatIfAnswer, WhatIfRequest, add_what_if_route
from serving.review.routes import add_review_routes
from serving.scorer import Scorer
from serving.worklists import settled_high

_BODIES = (ScoreRequest, ExplainRequest, ScoreRecordsRequest, CheckListsRequest, WhatIfRequest)
FEW_IDS = 100
"""Up to this many ids are answered on the event loop: a thread costs more than the answer."""

_RESPONSES = described_refusals(
    {
        400: "The request breaks a rule",
        401: "No valid token was sent",
        403: "The token has another role",
        404: "The sector is outside the token's scope",
        413: "The body is too large",
        415: "The body is not JSON",
        503: "No release is in service, or tokens cannot be checked",
    }
)
_WORKLIST_RESPONSES = described_refusals(
    {
        400: "The request breaks a rule",
        401: "No valid token was sent",
        403: "The token has another role",
        404: "No list of that name, or the sector is outside the token's scope",
        503: "No release is in service, or tokens cannot be checked",
    }
)
_READERS = Bearer(TIER_READERS)


def create_app(keyring: Keyring, book: AccessBook, database: Callable[[], Address] = database_address) -> FastAPI:
    """The app without a scorer: until one is put into service, the addresses of tiers answer 503.

    `keyring` knows whose requests are answered; `book` keeps what must be accounted for; `database` tells where the
    review pages keep sessions, decisions and objections.
    """
    app = FastAPI(title="Fenji 分级", version="1", docs_url=None, redoc_url=None)
    app.state.scorer = None
    app.state.keyring = keyring
    app.state.now = now
    app.state.desk = desk = Desk(database)
    app.state.overlay = Overlay(desk, lambda: app.state.now())
    app.add_exception_handler(RequestError, _refused)
    app.add_exception_handler(HTTPException, _http_error)

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        return HTMLResponse(page_of(_scorer(request), str(request.base_url), not await is_open(request)))

    @app.post("/v1/score", openapi_extra=described_body(ScoreRequest), responses=_RESPONSES)
    async def score(request: Request) -> Response:
        caller = await _READERS.caller_of(request)
        asked = await read(request, ScoreRequest)
        scorer = _scorer(request)
        if len(asked.enterprise_ids) <= FEW_IDS:
            return JsonResponse(scorer.score(asked.enterprise_ids, asked.sector, caller.scope))
        return await _answer(scorer.score, asked.enterprise_ids, asked.sector, caller.scope)

    @app.post("/v1/explain", openapi_extra=described_body(ExplainRequest), responses=_RESPONSES)
    async def explain(request: Request) -> Response:
        caller = await _READERS.caller_of(request)
        asked = await read(request, ExplainRequest)
        work = _scorer(request).explain
        return await _answer(work, asked.enterprise_ids, asked.sector, asked.lang, asked.limit, caller.scope)

    @app.post("/v1/score_records", openapi_extra=described_body(ScoreRecordsRequest), responses=_RESPONSES)
    async def score_records(request: Request) -> Response:
        caller = await _READERS.caller_of(request)
        asked = await read(request, ScoreRecordsRequest)
        work = _scorer(request).score_records
        return await _answer(work, asked.frames(), asked.as_of, asked.sector, asked.lang, asked.limit, caller.scope)

    @app.get("/v1/worklists", openapi_extra=described_query(), responses=_WORKLIST_RESPONSES)
    async def worklists(request: Request) -> Response:
        await _READERS.caller_of(request)
        return JsonResponse(_scorer(request).worklists.names())

    @app.get(
        "/v1/worklists/{name}", openapi_extra=described_query(WorklistQuery, "name"), responses=_WORKLIST_RESPONSES
    )
    async def worklist(request: Request) -> Response:
        caller = await _READERS.caller_of(request)
        asked = read_query(request, WorklistQuery)
        scorer = _scorer(request)
        wanted = scorer.wanted(asked.sector, caller.scope)
        name = request.path_params["name"]
        settled = settled_high(scorer.rulings())
        return await _answer(scorer.worklists.rows, name, asked.station, wanted, asked.offset, asked.limit, settled)

    add_list_routes(app, book)
    add_what_if_route(app)
    add_review_routes(app)
    describe_models(app, _BODIES, [CheckListsAnswer, WhatIfAnswer])
    return app


def put_into_service(app: FastAPI, scorer: Scorer) -> None:
    """Let a scorer answer from now on, with what people decided laid over its answers."""
    scorer.rulings = app.state.overlay.in_force
    app.state.scorer = scorer


def _scorer(request: Request) -> Scorer:
    scorer = request.app.state.scorer
    if scorer is None:
        raise RequestError(
            "not_ready", "", "No release and snapshot that fit together are in service; release and score.", 503
        )
    return scorer


async def _answer(work: Callable[..., Any], *arguments: Any) -> Response:
    """Do the work on a thread, so that short requests need not wait for long ones."""
    return JsonResponse(await run_in_threadpool(work, *arguments))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError), "registered for RequestError alone"
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    body = error_body(error.code, error.field, error.message)
    return Response(body, error.status, headers, "application/json")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for HTTPException alone"
    return Response(
        error_body(f"http_{error.status_code}", "", f"{error.detail}; see the addresses at /."),
        error.status_code,
        dict(error.headers or {}),
        "application/json",
    )
