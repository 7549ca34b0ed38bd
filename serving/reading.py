"""Take a request's body: strictly, in JSON, of bounded size, and without repeating a value in a refusal."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.requests import Request

from records.errors import RequestError

MAX_BODY_BYTES = 16 * 1024 * 1024
JSON = "application/json"

Asked = TypeVar("Asked", bound=BaseModel)

# No control characters: an id is looked up as bytes, in which a trailing zero byte would be lost.
EnterpriseId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]


class Strict(BaseModel):
    """A body in which nothing is guessed, filled in or ignored."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


async def read(request: Request, kind: type[Asked]) -> Asked:
    """The request's body as a model, or RequestError with the field and the rule, never the value.

    The bytes are then `request.state.body`, for the audit log.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != JSON:
        raise RequestError("unsupported_type", "", f"A body must be {JSON}; set Content-Type.", 415)
    body = await _body(request)
    request.state.body = body
    try:
        return kind.model_validate_json(body)
    except ValidationError as invalid:
        raise refusal(invalid) from None


def read_query(request: Request, kind: type[Asked]) -> Asked:
    """What follows the `?` of an address as a model, or RequestError as for a body; each name may stand once."""
    pairs = request.query_params.multi_items()
    given = dict(pairs)
    if len(given) < len(pairs):
        raise RequestError("repeated", "", "A query may give each field once; correct the request.")
    try:
        return kind.model_validate_strings(given)
    except ValidationError as invalid:
        raise refusal(invalid) from None


async def _body(request: Request) -> bytes:
    too_large = RequestError("too_large", "", f"A body may have at most {MAX_BODY_BYTES} bytes; send it in parts.", 413)
    # The header is only a claim, so the bytes are counted as well.
    claimed = request.headers.get("content-length", "0")
    if claimed.isdecimal() and int(claimed) > MAX_BODY_BYTES:
        raise too_large
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise too_large
        parts.append(part)
    return b"".join(parts)


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "json_invalid": lambda _: "A body must be valid JSON in UTF-8",
    "missing": lambda _: "This field is required",
    "extra_forbidden": lambda _: "This field is not known here",
}


def refusal(invalid: ValidationError) -> RequestError:
    """The first problem of a request as code, field and one sentence that repeats no value."""
    first = invalid.errors(include_url=False, include_input=False)[0]
    sentence = _SENTENCES.get(first["type"], lambda error: str(error["msg"]))(dict(first))
    field = ".".join(str(part) for part in first["loc"])
    return RequestError(first["type"], field[:200], f"{sentence}; correct the request.")
