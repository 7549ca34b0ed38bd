"""`POST /v1/check_lists`: automatic comparison and interception, for approval systems."""

import logging
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from records.errors import ConfigError, RequestError
from records.list_purposes import shipped_purposes
from serving.access.bearer import LIST_CHECKERS, Bearer
from serving.access.book import AccessBook
from serving.audit.event import AuditEvent, of_caller
from serving.audit.telling import check_log, new_request_id, tell
from serving.lists.bodies import EXAMPLE_ANSWER, EXAMPLE_REQUEST, CheckListsAnswer, CheckListsRequest
from serving.lists.check import compare
from serving.lists.extract import ListExtract
from serving.reading import read
from serving.responses import described_answer, described_body, described_refusals

_LOG = logging.getLogger("bentoml.fenji")

Answer = dict[str, Any]

_RESPONSES = described_refusals(
    {
        400: "The request breaks a rule",
        401: "No valid token was sent; this address wants one even on the same machine",
        403: "The token has another role than approver",
        413: "The body is too large",
        415: "The body is not JSON",
        503: "No list extract is in service, or the answer cannot be accounted for",
    }
) | described_answer(CheckListsAnswer, EXAMPLE_ANSWER)
_APPROVERS = Bearer(LIST_CHECKERS, always=True)


def add_list_routes(app: FastAPI, book: AccessBook) -> None:
    """Add the address; until `app.state.lists` is set it answers 503. Each answer is written into `book` first."""
    app.state.lists = None

    @app.post("/v1/check_lists", openapi_extra=described_body(CheckListsRequest, EXAMPLE_REQUEST), responses=_RESPONSES)
    async def check_lists(request: Request) -> Response:
        """Compare applicants with the abnormal and the serious list. The answer rests on entries, never on a tier."""
        caller = await _APPROVERS.caller_of(request)
        asked = await read(request, CheckListsRequest)
        check_log(request)
        extract = _extract(request)
        now = request.app.state.now()
        purpose = shipped_purposes().purposes[asked.purpose]

        request_id = new_request_id()

        def work() -> Answer:
            compared = compare(extract, purpose, asked.subjects, now.date())
            detail = {
                "request_id": request_id,
                "purpose": asked.purpose,
                "subjects": len(asked.subjects),
                "hits": compared.hits,
                "intercepted": compared.intercepted,
                "extract": extract.digest,
            }
            _account_for(book, AuditEvent(now, "lists_checked", of_caller(caller.token_id), detail))
            return compared.answer

        answer = await run_in_threadpool(work)
        # Whom an approval system asked about is written down nowhere: the caller has the request.
        served = {"extract": extract.digest}
        return tell(request, caller, served, answer, request_id=request_id, at=now, keeps_body=False)


def _extract(request: Request) -> ListExtract:
    extract = request.app.state.lists
    if extract is None:
        raise RequestError(
            "no_lists", "", "No list extract is in service; make one with `fenji lists DIR --as-of DATE`.", 503
        )
    return extract


def _account_for(book: AccessBook, event: AuditEvent) -> None:
    """Write down that an answer is given before it is: what nobody can account for is not answered."""
    try:
        book.record(event)
    except ConfigError as fault:
        _LOG.error("a comparison with the lists cannot be written down: %s", fault)
        raise RequestError(
            "store_unavailable",
            "",
            "Each comparison must be written down before it is answered, the database does not take it; try again.",
            503,
        ) from None
