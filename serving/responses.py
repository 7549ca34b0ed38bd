"""How the service answers: JSON by orjson, and one shape of body for every refusal."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

REQUEST_ID = "X-Request-Id"
"""The header of every answer that names its request, in the log and wherever something was written down of it."""

SCHEMA_PATH = "#/components/schemas/{model}"
"""Where an OpenAPI description keeps the schema of a model."""


class JsonResponse(Response):
    """An answer by orjson; NaN cannot occur, since results write null."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


def error_body(code: str, field: str, message: str) -> bytes:
    """The body of every refusal."""
    return orjson.dumps({"code": code, "field": field, "message": message})


def described_body(
    kind: type[BaseModel], example: Any = None, examples: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The OpenAPI description of a body that the route reads itself, and of the token that it asks for.

    There is one `example`, or several `examples` by name, each with a summary and a value.
    """
    content: dict[str, Any] = {"schema": {"$ref": SCHEMA_PATH.format(model=kind.__name__)}}
    if example is not None:
        content["example"] = example
    if examples is not None:
        content["examples"] = dict(examples)
    body = {"required": True, "content": {"application/json": content}}
    return {"requestBody": body, "security": [{_SCHEME: []}]}


def described_query(
    kind: type[BaseModel] | None = None, *path: str, examples: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The OpenAPI description of what a route reads from its address (path, and after the `?`), and of its token."""
    own = kind.model_json_schema()["properties"] if kind else {}
    parts = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in path]
    asked = [{"name": name, "in": "query", "schema": schema} for name, schema in own.items()]
    shown = examples or {}
    told = [part | ({"example": shown[part["name"]]} if part["name"] in shown else {}) for part in (*parts, *asked)]
    return {"parameters": told, "security": [{_SCHEME: []}]}


def described_answer(kind: type[BaseModel], example: Any, *streams: str) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of the answer that a route writes itself; `streams` are other forms of the same."""
    content = {"schema": {"$ref": SCHEMA_PATH.format(model=kind.__name__)}, "example": example}
    binary = {stream: {"schema": {"type": "string", "format": "binary"}} for stream in streams}
    return {200: {"description": kind.__doc__ or "", "content": {"application/json": content, **binary}}}


def describe_models(app: FastAPI, asked: Sequence[type[BaseModel]], answered: Sequence[type[BaseModel]]) -> None:
    """Let the app's OpenAPI description hold the bodies that routes read and write themselves, and the token."""
    description = app.openapi()
    _show_nulls(app, description)
    components = description.setdefault("components", {})
    components["securitySchemes"] = {_SCHEME: {"type": "http", "scheme": "bearer", "description": _TOKEN}}
    schemas = components.setdefault("schemas", {})
    for kinds, mode in ((asked, "validation"), (answered, "serialization")):
        wanted: list[tuple[type[BaseModel], Any]] = [(kind, mode) for kind in kinds]
        schemas.update(models_json_schema(wanted, ref_template=SCHEMA_PATH)[1]["$defs"])


def _show_nulls(app: FastAPI, description: dict[str, Any]) -> None:
    """Give examples back the nulls that FastAPI takes out of a description: a field that is null is still there."""
    for route in app.routes:
        if not (isinstance(route, APIRoute) and route.include_in_schema):
            continue
        for method in route.methods or ():
            told = description["paths"][route.path_format][method.lower()]
            for status, answer in route.responses.items():
                told["responses"][str(status)] |= answer
            body = (route.openapi_extra or {}).get("requestBody")
            if body is not None:
                told["requestBody"] = body


def described_refusals(sentences: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of refusals by status, each with the sentence that says when it is given."""
    described: dict[int | str, dict[str, Any]] = {}
    for status, sentence in sentences.items():
        content = {"schema": _ERROR_SCHEMA, "example": REFUSALS[status]}
        described[status] = {"description": sentence, "content": {"application/json": content}}
        if status in _HEADERS:
            described[status]["headers"] = _HEADERS[status]
    return described


def _refusal(code: str, message: str, field: str = "") -> dict[str, str]:
    return {"code": code, "field": field, "message": message}


REFUSALS: dict[int, dict[str, str]] = {
    400: _refusal("extra_forbidden", "This field is not known here; correct the request.", "colour"),
    401: _refusal(
        "unauthorized", "A valid token must be sent as Authorization: Bearer TOKEN; `fenji token create` makes one."
    ),
    403: _refusal("forbidden", "This address is for the role reviewer, the token has sampler; use another."),
    404: _refusal(
        "outside_scope", "The sector must be in the token's scope, it is not; send another or null.", "sector"
    ),
    406: _refusal(
        "not_acceptable",
        "This address answers as application/json, application/vnd.apache.parquet; set Accept to one of them.",
    ),
    409: _refusal(
        "snapshot_changed",
        "The snapshot asked for must be in service, another one is by now; begin again with its first page.",
        "snapshot",
    ),
    413: _refusal("too_large", "A body may have at most 16777216 bytes; send it in parts."),
    415: _refusal("unsupported_type", "A body must be application/json; set Content-Type."),
    429: _refusal(
        "too_many_requests", "A token may send 100 requests a second to a worker; wait, or send more ids at once."
    ),
    503: _refusal("not_ready", "No release and snapshot that fit together are in service; release and score."),
}
"""What a refusal with each status may look like."""

_HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"}},
    429: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait before the next request"}},
}
_SCHEME = "token"
_TOKEN = "`fenji token create` makes a token; each role has its addresses. Until the first one is made, callers of the \
service's own machine need none, but for /v1/check_lists."
_ERROR_SCHEMA = {
    "type": "object",
    "required": ["code", "field", "message"],
    "properties": {name: {"type": "string"} for name in ("code", "field", "message")},
}
