"""`POST /v1/feedback`: the results of inspections come back, each accepted, superseded or refused with a reason."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from records.errors import ConfigError, RequestError
from serving.access.bearer import FEEDBACK_SENDERS, Bearer, Caller
from serving.audit.event import AuditEvent, of_caller
from serving.draws.routes import DrawBook
from serving.feedback.bodies import EXAMPLE_ANSWER, EXAMPLE_REQUEST, FeedbackAnswer, FeedbackRequest, FeedbackResult
from serving.feedback.judging import Context
from serving.feedback.result import Outcome, Result, counts_of, told
from serving.feedback.taking import take
from serving.reading import read
from serving.responses import JsonResponse, described_answer, described_body, described_refusals
from serving.scorer import Scorer

_LOG = logging.getLogger("bentoml.fenji")
_SENDERS = Bearer(FEEDBACK_SENDERS)
_RESPONSES = described_refusals(
    {
        400: "The request breaks a rule as a whole; no row was kept",
        401: "No valid token was sent",
        403: "The token has another role than sampler",
        413: "The body is too large",
        415: "The body is not JSON",
        503: "No release is in service, or the database does not take the rows; no row was kept",
    }
) | described_answer(FeedbackAnswer, EXAMPLE_ANSWER)


class FeedbackBook(Protocol):
    """Where results are kept; raises ConfigError where it cannot be reached."""

    def keep(
        self, results: Sequence[Result], at: datetime, event: Callable[[Sequence[Outcome]], AuditEvent]
    ) -> tuple[list[Outcome], int | None]:
        """Keep what is new, all or none of it; outcomes, and the number of the entry in the audit log."""


def add_feedback_routes(
    app: FastAPI,
    scorer_of: Callable[[Request], Scorer],
    draws: Callable[[], DrawBook],
    book: Callable[[], FeedbackBook],
) -> None:
    """Add the address; results are kept in what `book` opens, their draws found in what `draws` opens."""

    @app.post("/v1/feedback", openapi_extra=described_body(FeedbackRequest, EXAMPLE_REQUEST), responses=_RESPONSES)
    async def feedback(request: Request) -> Response:
        """Take results of inspections. Send a call again until it is answered: a row is kept once, whatever happens."""
        caller = await _SENDERS.caller_of(request)
        asked = await read(request, FeedbackRequest)
        scorer, now = scorer_of(request), request.app.state.now()

        def work() -> dict[str, Any]:
            outcomes, entry = take(
                asked.rows,
                lambda rows: _context(rows, scorer, draws, caller, now),
                lambda results: book().keep(results, now, lambda outcomes: _event(now, caller, outcomes)),
            )
            return {
                "received_at": now.isoformat(),
                "entry": entry,
                **counts_of(outcomes),
                "results": [told(outcome) for outcome in outcomes],
            }

        try:
            return JsonResponse(await run_in_threadpool(work))
        except ConfigError as fault:
            _LOG.error("feedback cannot be kept: %s", fault)
            raise RequestError(
                "store_unavailable",
                "",
                "The database must take the rows, it does not; no row was kept, send the same call again.",
                503,
            ) from None


def _context(
    rows: Sequence[FeedbackResult], scorer: Scorer, draws: Callable[[], DrawBook], caller: Caller, now: datetime
) -> Context:
    """What the rows are judged by; draws are looked up only where a row names one."""
    named = sorted({row.draw_id for row in rows if row.draw_id is not None})
    return Context(
        now=now,
        sectors=scorer.release.models,
        enterprises=scorer.in_sight({row.enterprise_id for row in rows}, caller.scope),
        draws=draws().find(named) if named else {},
        scope=caller.scope,
    )


def _event(now: datetime, caller: Caller, outcomes: Sequence[Outcome]) -> AuditEvent:
    """What the audit log says of a call: how many rows were kept, and none of them."""
    detail = {**counts_of(outcomes), "known": sum(outcome.known for outcome in outcomes)}
    return AuditEvent(now, "feedback_accepted", of_caller(caller.token_id), detail)
