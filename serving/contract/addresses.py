"""The OpenAPI description of the addresses of tiers and worklists: requests, answers, refusals, each with examples."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from serving.access.bearer import Bearer
from serving.bulk.stream import ARROW, PARQUET
from serving.contract import examples
from serving.contract.answers import ExplainAnswer, ReleaseAnswer, ScoreAnswer, SnapshotAnswer
from serving.contract.worklists import WorklistAnswer, WorklistsAnswer
from serving.requests import (
    ExplainRequest,
    ScoreRecordsRequest,
    ScoreRequest,
    SnapshotQuery,
    WorklistQuery,
)
from serving.responses import described_answer, described_body, described_query, described_refusals

BODIES: Sequence[type[BaseModel]] = (ScoreRequest, ExplainRequest, ScoreRecordsRequest)
ANSWERS: Sequence[type[BaseModel]] = (
    ScoreAnswer,
    ExplainAnswer,
    SnapshotAnswer,
    ReleaseAnswer,
    WorklistsAnswer,
    WorklistAnswer,
)

_REFUSED = {
    400: "The request breaks a rule",
    401: "No valid token was sent",
    403: "The token has another role",
    429: "The token sent too many requests; Retry-After says how long to wait",
    503: "No release is in service, or tokens cannot be checked",
}
_SENT = {413: "The body is too large", 415: "The body is not JSON"}
_OUTSIDE = {404: "The sector is outside the token's scope"}
_NEGOTIATED = {406: "None of the forms that Accept asks for"}
_UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "Nothing has changed since the answer with the ETag that If-None-Match names"}
}
_TAGGED = {
    "ETag": {"schema": {"type": "string"}, "description": "Send it as If-None-Match to be told whether it still holds"}
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The ETag of an answer that the caller has",
}


def score(readers: Bearer) -> dict[str, Any]:
    """`POST /v1/score`."""
    return {
        "openapi_extra": described_body(ScoreRequest, examples=examples.SCORE) | readers.described(),
        "responses": described_answer(ScoreAnswer, examples.SCORE_ANSWER, ARROW, PARQUET)
        | described_refusals(
            _REFUSED | _SENT | _OUTSIDE | _NEGOTIATED | {409: "Another snapshot is in service than the one asked for"}
        ),
    }


def explain(readers: Bearer) -> dict[str, Any]:
    """`POST /v1/explain`."""
    return {
        "openapi_extra": described_body(ExplainRequest, examples=examples.EXPLAIN) | readers.described(),
        "responses": described_answer(ExplainAnswer, examples.EXPLAIN_ANSWER)
        | described_refusals(_REFUSED | _SENT | _OUTSIDE),
    }


def score_records(readers: Bearer) -> dict[str, Any]:
    """`POST /v1/score_records`."""
    return {
        "openapi_extra": described_body(ScoreRecordsRequest, examples=examples.SCORE_RECORDS) | readers.described(),
        "responses": described_answer(ExplainAnswer, examples.EXPLAIN_ANSWER)
        | described_refusals(_REFUSED | _SENT | _OUTSIDE),
    }


def snapshot(readers: Bearer) -> dict[str, Any]:
    """`GET /v1/snapshot`."""
    asked = described_query(SnapshotQuery, examples={"sector": "food_operation"})
    answered = described_answer(SnapshotAnswer, examples.SNAPSHOT_ANSWER, ARROW, PARQUET)
    answered[200]["headers"] = _TAGGED
    return {
        "openapi_extra": asked | {"parameters": [*asked["parameters"], _IF_NONE_MATCH]} | readers.described(),
        "responses": answered | _UNCHANGED | described_refusals(_REFUSED | _OUTSIDE | _NEGOTIATED),
    }


def release(readers: Bearer) -> dict[str, Any]:
    """`GET /v1/release`."""
    answered = described_answer(ReleaseAnswer, examples.RELEASE_ANSWER)
    answered[200]["headers"] = _TAGGED
    return {
        "openapi_extra": described_query() | {"parameters": [_IF_NONE_MATCH]} | readers.described(),
        "responses": answered | _UNCHANGED | described_refusals(_REFUSED),
    }


def worklists(readers: Bearer) -> dict[str, Any]:
    """`GET /v1/worklists`."""
    return {
        "openapi_extra": described_query() | readers.described(),
        "responses": described_answer(WorklistsAnswer, examples.WORKLISTS_ANSWER) | described_refusals(_REFUSED),
    }


def worklist(readers: Bearer) -> dict[str, Any]:
    """`GET /v1/worklists/{name}`."""
    shown = {"name": "commitment_makers", "sector": "food_operation", "limit": 100}
    refused = _REFUSED | {404: "No list of that name, or the sector is outside the token's scope"}
    return {
        "openapi_extra": described_query(WorklistQuery, "name", examples=shown) | readers.described(),
        "responses": described_answer(WorklistAnswer, examples.WORKLIST_ANSWER) | described_refusals(refused),
    }
