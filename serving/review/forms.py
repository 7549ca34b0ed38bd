"""Take a form: only one that we gave to this very session, once, of bounded size, and strictly what its model says."""

from typing import TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from records.errors import RequestError
from serving.reading import refusal
from serving.review.desk import answered, desk_of
from serving.review.seal import Session

FORM_KEY = "form_key"
"""The hidden field that every form has; `base.html.jinja` has the macro."""
MAX_FORM_BYTES, MAX_FORM_FIELDS = 64 * 1024, 100
_FORM = "application/x-www-form-urlencoded"

Asked = TypeVar("Asked", bound=BaseModel)


async def fields_of(request: Request, session: Session) -> dict[str, str]:
    """The fields of a form by name, once its key has been spent; those left empty are not there.

    Raises RequestError: 415 for anything but a form, 413 for one too large, 400 for one that cannot be read, 403 for
    one that was not given to this session or was sent before.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        raise RequestError("unsupported_type", "", f"A form must be {_FORM}; send it from its page.", 415)
    given = _parsed(await _body(request))
    await run_in_threadpool(_spend, request, session, given.pop(FORM_KEY, ""))
    return {name: text.strip() for name, text in given.items() if text.strip()}


def read_fields(fields: dict[str, str], kind: type[Asked]) -> Asked:
    """The fields as a model, or RequestError with the field and the rule, never the value."""
    try:
        return kind.model_validate_strings(fields)
    except ValidationError as invalid:
        raise refusal(invalid) from None


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_FORM_BYTES:
            raise RequestError("too_large", "", f"A form may have at most {MAX_FORM_BYTES} bytes; write less.", 413)
    return body


def _parsed(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        raise RequestError(
            "form_invalid", "", "A form must be encoded as browsers do; send it from its page."
        ) from None
    given = dict(pairs)
    if len(given) < len(pairs):
        raise RequestError("repeated", "", "A form may give each field once; send it from its page.")
    return given


@answered
def _spend(request: Request, session: Session, form_key: str) -> None:
    desk = desk_of(request)
    key = desk.seal().key_of(form_key, session)
    if key is None or not desk.sessions().spend(key, session.ends_at, request.app.state.now()):
        raise RequestError(
            "form_spent",
            FORM_KEY,
            "A form counts once, in the session that it was shown in; open its page again and send it from there.",
            403,
        )
