"""The HTTP addresses of the service, as routes of one FastAPI app.

BentoML's own endpoints have no error hook and log a traceback with the caller's values for every refusal; routes
of a mounted app answer errors as `{code, field, message}` and log nothing of a request.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from records.errors import RequestError
from serving.access.bearer import TIER_READERS, WORKLIST_READERS, Bearer, Caller, is_open
from serving.access.book import AccessBook
from serving.access.keyring import Keyring
from serving.access.rate import Rate
from serving.audit.routes import AuditAnswer, AuditBook, add_audit_routes
from serving.audit.telling import tell
from serving.bulk.routes import add_bulk_routes
from serving.clock import now
from serving.contract import addresses
from serving.database.address import Address, database_address
from serving.decisions.overlay import Overlay
from serving.draws.bodies import DrawAnswer, DrawRequest, PlanAnswer, PlanRequest, PoolAnswer
from serving.draws.routes import DrawBook, add_draw_routes
from serving.feedback.bodies import FeedbackAnswer, FeedbackRequest, FeedbackResult
from serving.feedback.routes import FeedbackBook, add_feedback_routes
from serving.in_service import accountable, scorer_of
from serving.lists.bodies import CheckListsAnswer, CheckListsRequest
from serving.lists.routes import add_list_routes
from serving.opened import Opened
from serving.operation.metrics import counted
from serving.page import POLICY, page_of
from serving.reading import read, read_query
from serving.requests import ExplainRequest, ScoreRecordsRequest, WorklistQuery
from serving.responses import describe_models, error_body
from serving.review.desk import Desk
from serving.review.enterprise.api import WhatIfAnswer, WhatIfRequest, add_what_if_route
from serving.review.routes import add_review_routes
from serving.scorer import Scorer
from serving.worklists import settled_high

Models = tuple[type[BaseModel], ...]

_READERS = Bearer(TIER_READERS)
_LIST_READERS = Bearer(WORKLIST_READERS)
_BODIES: Models = (
    *addresses.BODIES,
    CheckListsRequest,
    DrawRequest,
    PlanRequest,
    FeedbackRequest,
    FeedbackResult,
    WhatIfRequest,
)
_ANSWERS: Models = (
    *addresses.ANSWERS,
    CheckListsAnswer,
    DrawAnswer,
    PlanAnswer,
    PoolAnswer,
    FeedbackAnswer,
    AuditAnswer,
    WhatIfAnswer,
)


def create_app(keyring: Keyring, book: AccessBook, address: Callable[[], Address] = database_address) -> FastAPI:
    """The app without a scorer: until one is put into service, the addresses of tiers answer 503.

    What is answered is noted in `app.state.answers`, the log of this worker, once that is set. `keyring` knows whose
    requests are answered; `book` keeps what must be accounted for; draws, feedback, decisions and sessions go to the
    database at `address`.
    """
    app = FastAPI(title="Fenji 分级", version="1", docs_url=None, redoc_url=None)
    app.state.scorer = None
    app.state.answers = None
    app.state.keyring = keyring
    app.state.now = now
    app.state.rate = Rate()
    app.state.desk = desk = Desk(address)
    app.state.overlay = Overlay(desk, lambda: app.state.now())
    app.add_exception_handler(RequestError, _refused)
    app.add_exception_handler(HTTPException, _http_error)

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        is_guarded = not await is_open(request)
        shown = page_of(scorer_of(request), str(request.base_url), is_guarded)
        return HTMLResponse(shown, headers={"Content-Security-Policy": POLICY})

    @app.post("/v1/explain", **addresses.explain(_READERS))
    async def explain(request: Request) -> Response:
        caller = await _READERS.caller_of(request)
        asked = await read(request, ExplainRequest)
        scorer = accountable(request)
        wanted = (asked.enterprise_ids, asked.sector, asked.lang, asked.limit, caller.scope)
        return await _results(request, caller, scorer, scorer.explain, *wanted)

    @app.post("/v1/score_records", **addresses.score_records(_READERS))
    async def score_records(request: Request) -> Response:
        caller = await _READERS.caller_of(request)
        asked = await read(request, ScoreRecordsRequest)
        scorer = accountable(request)
        wanted = (asked.frames(), asked.as_of, asked.sector, asked.lang, asked.limit, caller.scope)
        return await _results(request, caller, scorer, scorer.score_records, *wanted)

    @app.get("/v1/worklists", **addresses.worklists(_LIST_READERS))
    async def worklists(request: Request) -> Response:
        caller = await _LIST_READERS.caller_of(request)
        scorer = accountable(request)
        return tell(request, caller, scorer.served, scorer.worklists.names(caller.role))

    @app.get("/v1/worklists/{name}", **addresses.worklist(_LIST_READERS))
    async def worklist(request: Request) -> Response:
        caller = await _LIST_READERS.caller_of(request)
        asked = read_query(request, WorklistQuery)
        scorer = accountable(request)
        scope = scorer.wanted(asked.sector, caller.scope)
        settled = settled_high(scorer.rulings())
        wanted = (request.path_params["name"], asked.station, scope, asked.offset, asked.limit, caller.role, settled)
        return await _answer(request, caller, scorer, scorer.worklists.rows, *wanted)

    add_bulk_routes(app, _READERS)
    add_list_routes(app, book)
    draws = Opened(lambda: _draw_store(address()))
    add_draw_routes(app, scorer_of, draws)
    add_feedback_routes(app, scorer_of, draws, Opened(lambda: _feedback_store(address())))
    add_audit_routes(app, Opened(lambda: _audit_store(address())))
    add_what_if_route(app)
    add_review_routes(app)
    describe_models(app, _BODIES, _ANSWERS)
    return app


def put_into_service(app: FastAPI, scorer: Scorer) -> None:
    """Let a scorer answer from now on, with what people decided laid over its answers."""
    scorer.rulings = app.state.overlay.in_force
    app.state.scorer = scorer


def _draw_store(address: Address) -> DrawBook:
    # SQLAlchemy is slow to load, and a service without draws and feedback needs no database.
    from serving.database.draws import DrawStore

    return DrawStore(address)


def _feedback_store(address: Address) -> FeedbackBook:
    from serving.database.feedback import FeedbackStore

    return FeedbackStore(address)


def _audit_store(address: Address) -> AuditBook:
    from serving.database.audit import AuditStore

    return AuditStore(address)


async def _answer(
    request: Request, caller: Caller, scorer: Scorer, work: Callable[..., Any], *arguments: Any
) -> Response:
    """Do the work on a thread, so that short requests need not wait for long ones."""
    return tell(request, caller, scorer.served, await run_in_threadpool(work, *arguments))


async def _results(
    request: Request, caller: Caller, scorer: Scorer, work: Callable[..., Any], *arguments: Any
) -> Response:
    """`_answer` for results, which are counted."""
    return await _answer(request, caller, scorer, lambda: counted(work(*arguments)))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError), "registered for RequestError alone"
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
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
