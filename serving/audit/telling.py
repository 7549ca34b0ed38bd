"""Answer and write down that it was answered: what each route of tiers and lists ends with."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from serving.access.bearer import Caller
from serving.audit.answer import Answered
from serving.audit.answer_log import AnswerLog
from serving.responses import JsonResponse

REQUEST_ID = "X-Request-Id"
"""The header of an answer that names its line in the log of answers."""


def check_log(request: Request) -> None:
    """Raise RequestError (503) where an answer could not be written down; asked before the work is done."""
    log: AnswerLog | None = request.app.state.answers
    if log is not None:
        log.check()


def new_request_id() -> str:
    """What names one answer."""
    return str(uuid4())


def tell(
    request: Request,
    caller: Caller,
    served: dict[str, str],
    answer: Any,
    *,
    request_id: str | None = None,
    at: datetime | None = None,
    keeps_body: bool = True,
) -> Response:
    """The answer with its request id, noted in the log of this worker; `served` and `keeps_body` as in `Answered`.

    `request_id` and `at` are those of an answer that was already written down elsewhere.
    """
    request.state.request_id = request_id = request_id or new_request_id()
    response = JsonResponse(answer, headers={REQUEST_ID: request_id})
    log: AnswerLog | None = request.app.state.answers
    if log is not None:
        log.note(
            Answered(
                request_id=request_id,
                at=at or request.app.state.now(),
                token_id=caller.token_id,
                address=_address(request),
                served=served,
                body=getattr(request.state, "body", None),
                reply=bytes(response.body),
                keeps_body=keeps_body,
            )
        )
    return response


def _address(request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope['path']}?{query}" if query else str(request.scope["path"])
