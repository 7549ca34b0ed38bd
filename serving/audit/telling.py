"""Answer and write down that it was answered: what each route of tiers and lists ends with."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from serving.access.bearer import Caller
from serving.audit.answer import Answered
from serving.audit.answer_log import AnswerLog
from serving.responses import REQUEST_ID, JsonResponse


def check_log(request: Request) -> None:
    """Raise RequestError (503) where an answer could not be written down; asked before the work is done."""
    log: AnswerLog | None = request.app.state.answers
    if log is not None:
        log.check()


def request_id_of(request: Request) -> str:
    """What names the request in every log: what the guard has called it, else a new name (behind no guard)."""
    if getattr(request.state, "request_id", None) is None:
        request.state.request_id = str(uuid4())
    named: str = request.state.request_id
    return named


def tell(
    request: Request,
    caller: Caller,
    served: dict[str, str],
    answer: Any,
    *,
    at: datetime | None = None,
    keeps_body: bool = True,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer with its request id, noted in the log of this worker; `served` and `keeps_body` as in `Answered`.

    `at` is the moment of an answer that was already written down elsewhere; `headers` are further ones.
    """
    response = JsonResponse(answer, headers={**(headers or {}), REQUEST_ID: request_id_of(request)})
    _note(request, caller, served, at=at, reply=bytes(response.body), keeps_body=keeps_body)
    return response


def told_in_pieces(
    request: Request, caller: Caller, served: dict[str, str], pieces: Iterable[bytes], kind: str
) -> Iterator[bytes]:
    """The pieces of an answer in the form `kind`, noted once they were sent; of one that broke off, what was sent."""
    digest = sha256()
    try:
        for piece in pieces:
            digest.update(piece)
            yield piece
    finally:
        _note(request, caller, served, streamed=digest.hexdigest(), accept=kind)


def _note(request: Request, caller: Caller, served: dict[str, str], *, at: datetime | None = None, **told: Any) -> None:
    """Hand the answer to the log of this worker; `told` are the fields of `Answered` that say what it was."""
    log: AnswerLog | None = request.app.state.answers
    if log is not None:
        log.note(
            Answered(
                request_id=request_id_of(request),
                at=at or request.app.state.now(),
                token_id=caller.token_id,
                address=_address(request),
                served=served,
                body=getattr(request.state, "body", None),
                **told,
            )
        )


def _address(request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope['path']}?{query}" if query else str(request.scope["path"])
