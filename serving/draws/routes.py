"""Draws are registered before they are drawn (`/v1/draws`), from a pool (`/v1/pools`), and end in a plan."""

import logging
from collections.abc import Callable
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from records.contract import TIMEZONE
from records.errors import ConfigError, RequestError
from serving.access.bearer import DRAW_READERS, DRAWERS, Bearer, Caller
from serving.access.scope import Scope
from serving.audit.chain import canonical
from serving.audit.event import AuditEvent, of_caller
from serving.digests import digest_of_text
from serving.draws.bodies import (
    EXAMPLE_ANSWER,
    EXAMPLE_DRAW,
    EXAMPLE_PLAN,
    EXAMPLE_PLAN_ANSWER,
    EXAMPLE_POOL_ANSWER,
    DrawAnswer,
    DrawRequest,
    PlanAnswer,
    PlanRequest,
    PoolAnswer,
    PoolQuery,
)
from serving.draws.checking import check_draw, check_plan
from serving.draws.draw import Draw, Plan
from serving.draws.pool import Pools
from serving.reading import read, read_query
from serving.responses import JsonResponse, described_answer, described_body, described_query, described_refusals
from serving.scorer import Scorer, check_snapshot

_LOG = logging.getLogger("bentoml.fenji")
_ZONE = ZoneInfo(TIMEZONE)
_DRAWERS, _READERS = Bearer(DRAWERS), Bearer(DRAW_READERS)
_SLOWER = {429: "The token sent too many requests; Retry-After says how long to wait"}
_BODY = {413: "The body is too large", 415: "The body is not JSON"}
_ANSWER = described_answer(DrawAnswer, EXAMPLE_ANSWER)
_PLAN_ANSWER = described_answer(PlanAnswer, EXAMPLE_PLAN_ANSWER)
_REGISTERED = _ANSWER | described_refusals(
    {
        400: "The draw breaks a rule",
        401: "No valid token was sent",
        403: "The token has another role than sampler",
        404: "The sector or a station is outside the token's scope",
        409: "Another draw was registered under this id",
        503: "No release is in service, or the database does not take the draw",
    }
    | _BODY
    | _SLOWER
)
_HANDED_IN = _PLAN_ANSWER | described_refusals(
    {
        400: "The plan breaks a rule, or the seed does not exist yet",
        401: "No valid token was sent",
        403: "The token has another role than sampler",
        404: "No draw of that id, or its sector is outside the token's scope",
        409: "Another plan of the draw was handed in",
        503: "The database does not take the plan",
    }
    | _BODY
    | _SLOWER
)
_KEPT = {
    401: "No valid token was sent",
    403: "The token has another role",
    404: "No draw of that id, or its sector is outside the token's scope",
    503: "The database does not answer",
} | _SLOWER
_FOUND = _ANSWER | described_refusals(_KEPT)
_PLAN_FOUND = _PLAN_ANSWER | described_refusals(
    _KEPT | {404: "No draw of that id, nothing was handed in of it, or its sector is outside the token's scope"}
)
_POOL = described_answer(PoolAnswer, EXAMPLE_POOL_ANSWER) | described_refusals(
    {
        400: "The request breaks a rule",
        401: "No valid token was sent",
        403: "The token has another role than sampler",
        404: "The sector is outside the token's scope",
        409: "Another snapshot is in service than the one asked for",
        503: "No release is in service, or tokens cannot be checked",
    }
    | _SLOWER
)
_DESCRIBED = described_body(DrawRequest, EXAMPLE_DRAW) | _DRAWERS.described()
_DESCRIBED_FOUND = described_query(None, "draw_id", examples=EXAMPLE_DRAW) | _READERS.described()
_DESCRIBED_PLAN = described_body(PlanRequest, EXAMPLE_PLAN) | described_query(None, "draw_id", examples=EXAMPLE_DRAW)
_DESCRIBED_POOL = described_query(PoolQuery, "sector", examples={"sector": "food_operation", "limit": 100})


class DrawBook(Protocol):
    """Where draws are kept; every method raises ConfigError where it cannot be reached."""

    def register(self, draw_id: str, sector: str, content: str, event: AuditEvent) -> Draw:
        """Keep a draw unless one of this id is kept; the one that is kept then."""

    def find(self, draw_ids: list[str]) -> dict[str, Draw]:
        """Those draws that are registered, by id."""

    def hand_in(self, draw_id: str, content: str, event: AuditEvent) -> Plan:
        """Keep what came of a registered draw unless something is kept; what is kept then."""

    def plan(self, draw_id: str) -> Plan | None:
        """What came of a draw; null where nothing was handed in."""


def add_draw_routes(app: FastAPI, scorer_of: Callable[[Request], Scorer], book: Callable[[], DrawBook]) -> None:
    """Add the addresses; draws are kept in what `book` opens."""
    pools = Pools()

    @app.post("/v1/draws", openapi_extra=_DESCRIBED, responses=_REGISTERED)
    async def register(request: Request) -> Response:
        """Register a draw before its seed exists. The same again has the same answer, another body is refused (409)."""
        caller = await _DRAWERS.caller_of(request)
        asked = await read(request, DrawRequest)
        scorer, now = scorer_of(request), request.app.state.now()

        def work() -> Draw:
            content = _canonical(asked)
            known = book().find([asked.draw_id]).get(asked.draw_id)
            if known is None:
                check_draw(asked, scorer, caller.scope, now)
                detail = {
                    "draw_id": asked.draw_id,
                    "sector": asked.sector,
                    "pool_hash": asked.pool_hash,
                    "pool_size": asked.pool_size,
                    "content": digest_of_text(content),
                }
                event = AuditEvent(now, "draw_registered", of_caller(caller.token_id), detail)
                known = book().register(asked.draw_id, asked.sector, content, event)
            if not caller.scope.has_sector(known.sector) or known.content != content:
                raise RequestError(
                    "draw_differs",
                    "draw_id",
                    "A draw is registered once and never changed, another one has this id; choose a new id.",
                    409,
                )
            return known

        return JsonResponse(_told(await _asked(work)))

    @app.get("/v1/draws/{draw_id}", openapi_extra=_DESCRIBED_FOUND, responses=_FOUND)
    async def draw(request: Request) -> Response:
        """A draw as it was registered."""
        caller = await _READERS.caller_of(request)
        return JsonResponse(_told(await _asked(lambda: _visible(book(), request, caller))))

    @app.post("/v1/draws/{draw_id}/plan", openapi_extra=_DESCRIBED_PLAN | _DRAWERS.described(), responses=_HANDED_IN)
    async def hand_in(request: Request) -> Response:
        """Hand in what came of a draw, after its seed. The same again has the same answer, another is refused (409)."""
        caller = await _DRAWERS.caller_of(request)
        asked, now = await read(request, PlanRequest), request.app.state.now()

        def work() -> Plan:
            known, content = _visible(book(), request, caller), _canonical(asked)
            plan = book().plan(known.draw_id)
            if plan is None:
                check_plan(asked, known, now)
                detail = {
                    "draw_id": known.draw_id,
                    "seed": asked.seed,
                    "drawn": len(asked.units),
                    "content": digest_of_text(content),
                }
                plan = book().hand_in(
                    known.draw_id, content, AuditEvent(now, "draw_planned", of_caller(caller.token_id), detail)
                )
            if plan.content != content:
                raise RequestError(
                    "plan_differs",
                    "draw_id",
                    "A draw is drawn once, another plan of it was handed in; compare the seeds, and draw anew under a "
                    "new id if one of them was wrong.",
                    409,
                )
            return plan

        return JsonResponse(_plan_told(await _asked(work)))

    @app.get("/v1/draws/{draw_id}/plan", openapi_extra=_DESCRIBED_FOUND, responses=_PLAN_FOUND)
    async def plan(request: Request) -> Response:
        """What came of a draw, as it was handed in."""
        caller = await _READERS.caller_of(request)

        def work() -> Plan:
            found = book().plan(_visible(book(), request, caller).draw_id)
            if found is None:
                raise RequestError(
                    "no_plan", "draw_id", "A plan must have been handed in, none was; draw once the seed exists.", 404
                )
            return found

        return JsonResponse(_plan_told(await _asked(work)))

    @app.get("/v1/pools/{sector}", openapi_extra=_DESCRIBED_POOL | _DRAWERS.described(), responses=_POOL)
    async def pool(request: Request) -> Response:
        """Who might be drawn in a sector, page by page, with what decides on it; tiers are asked for beside it."""
        caller = await _DRAWERS.caller_of(request)
        asked, scorer = read_query(request, PoolQuery), scorer_of(request)
        check_snapshot(asked.snapshot, scorer)
        wanted = (scorer, request.path_params["sector"], asked.after, asked.limit, caller.scope)
        return JsonResponse(await run_in_threadpool(pools.page, *wanted))


def _canonical(asked: BaseModel) -> str:
    """What was sent, without fields that say nothing: those added to the contract later change no draw of before."""
    return canonical(asked.model_dump(mode="json", exclude_defaults=True))


def _visible(book: DrawBook, request: Request, caller: Caller) -> Draw:
    """The draw that the address names; RequestError (404) where it is none, or outside the caller's scope."""
    draw_id = request.path_params["draw_id"]
    known = book.find([draw_id]).get(draw_id)
    if known is None or not may_see(caller.scope, known):
        raise RequestError("unknown_draw", "draw_id", "A draw must have been registered; check its id.", 404)
    return known


async def _asked(work: Callable[[], Any]) -> Any:
    """Do the work on a thread; RequestError (503) where the database does not take part in it."""
    try:
        return await run_in_threadpool(work)
    except ConfigError as fault:
        _LOG.error("draws cannot be kept or read: %s", fault)
        raise RequestError(
            "store_unavailable", "", "The database must take the draw, it does not; nothing was kept, try again.", 503
        ) from None


def may_see(scope: Scope, draw: Draw) -> bool:
    """Whether the sector and every station of a draw are in a scope."""
    stations = {stratum["station"] for stratum in draw.request["strata"]}
    return scope.has_sector(draw.sector) and all(scope.has_station(station) for station in stations)


def _told(draw: Draw) -> dict[str, Any]:
    return {
        "draw_id": draw.draw_id,
        "registered_at": draw.registered_at.astimezone(_ZONE).isoformat(),
        "entry": draw.entry,
        "entry_digest": draw.entry_digest,
        "draw": draw.request,
    }


def _plan_told(plan: Plan) -> dict[str, Any]:
    return {
        "draw_id": plan.draw_id,
        "received_at": plan.received_at.astimezone(_ZONE).isoformat(),
        "entry": plan.entry,
        "entry_digest": plan.entry_digest,
        "plan": plan.request,
    }
