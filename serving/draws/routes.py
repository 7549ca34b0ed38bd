"""`POST /v1/draws` and `GET /v1/draws/{id}`: draws are registered before they are drawn."""

import logging
from collections.abc import Callable
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from records.contract import TIMEZONE
from records.errors import ConfigError, RequestError
from serving.access.bearer import DRAW_READERS, DRAWERS, Bearer
from serving.audit.chain import canonical
from serving.audit.event import AuditEvent, of_caller
from serving.digests import digest_of_text
from serving.draws.bodies import EXAMPLE_ANSWER, EXAMPLE_DRAW, DrawAnswer, DrawRequest
from serving.draws.checking import check_draw
from serving.draws.draw import Draw
from serving.reading import read
from serving.responses import JsonResponse, described_answer, described_body, described_query, described_refusals
from serving.scorer import Scorer

_LOG = logging.getLogger("bentoml.fenji")
_ZONE = ZoneInfo(TIMEZONE)
_DRAWERS, _READERS = Bearer(DRAWERS), Bearer(DRAW_READERS)
_ANSWER = described_answer(DrawAnswer, EXAMPLE_ANSWER)
_REGISTERED = (
    described_refusals(
        {
            400: "The draw breaks a rule",
            401: "No valid token was sent",
            403: "The token has another role than sampler",
            404: "The sector or a station is outside the token's scope",
            409: "Another draw was registered under this id",
            413: "The body is too large",
            415: "The body is not JSON",
            503: "No release is in service, or the database does not take the draw",
        }
    )
    | _ANSWER
)
_FOUND = (
    described_refusals(
        {
            401: "No valid token was sent",
            403: "The token has another role",
            404: "No draw of that id, or its sector is outside the token's scope",
            503: "The database does not answer",
        }
    )
    | _ANSWER
)


class DrawBook(Protocol):
    """Where draws are kept; every method raises ConfigError where it cannot be reached."""

    def register(self, draw_id: str, sector: str, content: str, event: AuditEvent) -> Draw:
        """Keep a draw unless one of this id is kept; the one that is kept then."""

    def find(self, draw_ids: list[str]) -> dict[str, Draw]:
        """Those draws that are registered, by id."""


def add_draw_routes(app: FastAPI, scorer_of: Callable[[Request], Scorer], book: Callable[[], DrawBook]) -> None:
    """Add the addresses; draws are kept in what `book` opens."""

    @app.post("/v1/draws", openapi_extra=described_body(DrawRequest, EXAMPLE_DRAW), responses=_REGISTERED)
    async def register(request: Request) -> Response:
        """Register a draw before its seed exists. The same again has the same answer, another body is refused (409)."""
        caller = await _DRAWERS.caller_of(request)
        asked = await read(request, DrawRequest)
        scorer, now = scorer_of(request), request.app.state.now()

        def work() -> Draw:
            content = canonical(asked.model_dump(mode="json"))
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

    @app.get("/v1/draws/{draw_id}", openapi_extra=described_query(None, "draw_id"), responses=_FOUND)
    async def draw(request: Request) -> Response:
        """A draw as it was registered."""
        caller = await _READERS.caller_of(request)
        draw_id = request.path_params["draw_id"]
        known = (await _asked(lambda: book().find([draw_id]))).get(draw_id)
        if known is None or not _may_see(caller.scope, known):
            raise RequestError("unknown_draw", "draw_id", "A draw must have been registered; check its id.", 404)
        return JsonResponse(_told(known))


async def _asked(work: Callable[[], Any]) -> Any:
    """Do the work on a thread; RequestError (503) where the database does not take part in it."""
    try:
        return await run_in_threadpool(work)
    except ConfigError as fault:
        _LOG.error("draws cannot be kept or read: %s", fault)
        raise RequestError(
            "store_unavailable", "", "The database must take the draw, it does not; nothing was kept, try again.", 503
        ) from None


def _may_see(scope: Any, draw: Draw) -> bool:
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
