"""How the service answers: JSON by orjson, and one shape of body for every refusal."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

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


def described_body(kind: type[BaseModel], example: Any = None) -> dict[str, Any]:
    """The OpenAPI description of a body that the route reads itself, and of the token that it asks for."""
    content: dict[str, Any] = {"schema": {"$ref": SCHEMA_PATH.format(model=kind.__name__)}}
    if example is not None:
        content["example"] = example
    body = {"required": True, "content": {"application/json": content}}
    return {"requestBody": body, "security": [{_SCHEME: []}]}


def described_query(kind: type[BaseModel] | None = None, *path: str) -> dict[str, Any]:
    """The OpenAPI description of what a route reads from its address (path, and after the `?`), and of its token."""
    own = kind.model_json_schema()["properties"] if kind else {}
    parts = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in path]
    asked = [{"name": name, "in": "query", "schema": schema} for name, schema in own.items()]
    return {"parameters": [*parts, *asked], "security": [{_SCHEME: []}]}


def described_answer(kind: type[BaseModel], example: Any) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of the answer that a route writes itself."""
    content = {"schema": {"$ref": SCHEMA_PATH.format(model=kind.__name__)}, "example": example}
    return {200: {"description": kind.__doc__ or "", "content": {"application/json": content}}}


def describe_models(app: FastAPI, asked: Sequence[type[BaseModel]], answered: Sequence[type[BaseModel]]) -> None:
    """Let the app's OpenAPI description hold the bodies that routes read and write themselves, and the token."""
    components = app.openapi().setdefault("components", {})
    components["securitySchemes"] = {_SCHEME: {"type": "http", "scheme": "bearer", "description": _TOKEN}}
    schemas = components.setdefault("schemas", {})
    for kinds, mode in ((asked, "validation"), (answered, "serialization")):
        wanted: list[tuple[type[BaseModel], Any]] = [(kind, mode) for kind in kinds]
        schemas.update(models_json_schema(wanted, ref_template=SCHEMA_PATH)[1]["$defs"])


def described_refusals(sentences: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of refusals by status, each with the sentence that says when it is given."""
    return {
        status: {"description": sentence, "content": {"application/json": {"schema": _ERROR_SCHEMA}}}
        for status, sentence in sentences.items()
    }


_SCHEME = "token"
_TOKEN = "`fenji token create` makes a token; each role has its addresses. Until the first one is made, callers of the \
service's own machine need none, but for /v1/check_lists."
_ERROR_SCHEMA = {
    "type": "object",
    "required": ["code", "field", "message"],
    "properties": {name: {"type": "string"} for name in ("code", "field", "message")},
}
