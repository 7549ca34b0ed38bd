"""The HTTP addresses of the service, as routes of one FastAPI app.

BentoML's own endpoints have no error hook and log a traceback with the caller's values for every refusal; routes
of a mounted app answer errors as `{code, field, message}` and log nothing of a request.
"""

from collections.abc import Callable
from typing import Any, Literal

import orjson
from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from records.errors import RequestError
from serving.page import page_of
from serving.requests import ExplainRequest, ScoreRecordsRequest, ScoreRequest, WorklistQuery, read, read_query
from serving.scorer import Scorer

_BODIES = (ScoreRequest, ExplainRequest, ScoreRecordsRequest)
_SCHEMA_PATH = "#/components/schemas/{model}"
FEW_IDS = 100
"""Up to this many ids are answered on the event loop: a thread costs more than the answer."""


class JsonResponse(Response):
    """An answer by orjson; NaN cannot occur, since results write null."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


def create_app() -> FastAPI:
    """The app without a scorer: until `app.state.scorer` is set, every address answers 503."""
    app = FastAPI(title="Fenji 分级", version="1", docs_url=None, redoc_url=None)
    app.state.scorer = None
    app.add_exception_handler(RequestError, _refused)
    app.add_exception_handler(HTTPException, _http_error)

    @app.get("/", include_in_schema=False)
    async def page(request: Request) -> Response:
        return HTMLResponse(page_of(_scorer(request), str(request.base_url)))

    @app.post("/v1/score", openapi_extra=_body(ScoreRequest), responses=_RESPONSES)
    async def score(request: Request) -> Response:
        asked = await read(request, ScoreRequest)
        scorer = _scorer(request)
        if len(asked.enterprise_ids) <= FEW_IDS:
            return JsonResponse(scorer.score(asked.enterprise_ids, asked.sector))
        return await _answer(scorer.score, asked.enterprise_ids, asked.sector)

    @app.post("/v1/explain", openapi_extra=_body(ExplainRequest), responses=_RESPONSES)
    async def explain(request: Request) -> Response:
        asked = await read(request, ExplainRequest)
        scorer = _scorer(request)
        return await _answer(scorer.explain, asked.enterprise_ids, asked.sector, asked.lang, asked.limit)

    @app.post("/v1/score_records", openapi_extra=_body(ScoreRecordsRequest), responses=_RESPONSES)
    async def score_records(request: Request) -> Response:
        asked = await read(request, ScoreRecordsRequest)
        scorer = _scorer(request)
        return await _answer(scorer.score_records, asked.frames(), asked.as_of, asked.sector, asked.lang, asked.limit)

    @app.get("/v1/worklists", responses=_READING)
    async def worklists(request: Request) -> Response:
        return JsonResponse(_scorer(request).worklists.names())

    @app.get("/v1/worklists/{name}", openapi_extra=_query(WorklistQuery, "name"), responses=_READING)
    async def worklist(request: Request) -> Response:
        asked = read_query(request, WorklistQuery)
        scorer = _scorer(request)
        scorer.check_sector(asked.sector)
        name = request.path_params["name"]
        return await _answer(scorer.worklists.rows, name, asked.station, asked.sector, asked.offset, asked.limit)

    _describe_bodies(app)
    return app


def error_body(code: str, field: str, message: str) -> bytes:
    """The body of every refusal."""
    return orjson.dumps({"code": code, "field": field, "message": message})


def _scorer(request: Request) -> Scorer:
    scorer = request.app.state.scorer
    if scorer is None:
        raise RequestError(
            "not_ready", "", "No release and snapshot that fit together are in service; release and score.", 503
        )
    return scorer


async def _answer(work: Callable[..., Any], *arguments: Any) -> Response:
    """Do the work on a thread, so that short requests need not wait for long ones."""
    return JsonResponse(await run_in_threadpool(work, *arguments))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError), "registered for RequestError alone"
    return Response(error_body(error.code, error.field, error.message), error.status, media_type="application/json")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for HTTPException alone"
    return Response(
        error_body(f"http_{error.status_code}", "", f"{error.detail}; see the addresses at /."),
        error.status_code,
        dict(error.headers or {}),
        "application/json",
    )


def _body(kind: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI description of a body that the route reads itself."""
    schema = {"$ref": _SCHEMA_PATH.format(model=kind.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _query(kind: type[BaseModel], *path: str) -> dict[str, Any]:
    """The OpenAPI description of the parts of an address that the route reads itself: path, and after the `?`."""
    own = kind.model_json_schema()["properties"]
    parts = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in path]
    return {"parameters": [*parts, *({"name": name, "in": "query", "schema": schema} for name, schema in own.items())]}


def _describe_bodies(app: FastAPI) -> None:
    """Let the app's OpenAPI description hold the schemas of the bodies that routes read themselves."""
    described = app.openapi()
    kinds: list[tuple[type[BaseModel], Literal["validation"]]] = [(kind, "validation") for kind in _BODIES]
    schemas = models_json_schema(kinds, ref_template=_SCHEMA_PATH)[1]["$defs"]
    described.setdefault("components", {}).setdefault("schemas", {}).update(schemas)


_ERROR_SCHEMA = {
    "type": "object",
    "required": ["code", "field", "message"],
    "properties": {name: {"type": "string"} for name in ("code", "field", "message")},
}
_SENTENCES = {
    400: "The request breaks a rule",
    404: "No list of that name",
    413: "The body is too large",
    415: "The body is not JSON",
    503: "No release is in service",
}


def _refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI description of the refusals of a route."""
    content = {"application/json": {"schema": _ERROR_SCHEMA}}
    return {status: {"description": _SENTENCES[status], "content": content} for status in statuses}


_RESPONSES = _refusals(400, 413, 415, 503)
_READING = _refusals(400, 404, 503)
