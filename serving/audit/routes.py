"""`GET /v1/audit`: the main chain, page by page, for those who check what was done."""

import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from records.contract import TIMEZONE
from records.errors import ConfigError, RequestError
from serving.access.bearer import AUDITORS, Bearer
from serving.audit.chain import AuditEntry, Head
from serving.reading import Strict, read_query
from serving.responses import JsonResponse, described_answer, described_query, described_refusals

_LOG = logging.getLogger("bentoml.fenji")
_ZONE = ZoneInfo(TIMEZONE)
_AUDITORS = Bearer(AUDITORS)
MAX_ENTRIES = 1_000


class AuditQuery(Strict):
    """Which entries: those after a number, at most so many."""

    after: int = Field(default=0, ge=0, lt=2**63)
    limit: int = Field(default=100, ge=1, le=MAX_ENTRIES)


class AuditEntryTold(BaseModel):
    """One entry; `digest` is SHA-256 of `previous`, a line feed and the entry in canonical JSON (docs/audit.md)."""

    number: int
    at: datetime
    kind: str
    actor: str
    detail: dict[str, Any]
    previous: str
    digest: str


class AuditHead(BaseModel):
    """The last entry of the chain."""

    number: int
    digest: str


class AuditAnswer(BaseModel):
    """Entries in the order of their numbers, and the end of the chain; ask again with `next` (null: no more yet)."""

    head: AuditHead
    entries: list[AuditEntryTold]
    next: int | None


EXAMPLE_ANSWER = {
    "head": {"number": 4712, "digest": "77d2" + "0" * 60},
    "entries": [
        {
            "number": 1,
            "at": "2026-03-02T09:30:00.000000+08:00",
            "kind": "token_revoked",
            "actor": "command:信用股",
            "detail": {"token": "abcdefghjkmn"},
            "previous": "0" * 64,
            "digest": "5c1f" + "0" * 60,
        }
    ],
    "next": 1,
}
_RESPONSES = described_refusals(
    {
        400: "The query breaks a rule",
        401: "No valid token was sent",
        403: "The token has another role than auditor",
        503: "The database does not answer",
    }
) | described_answer(AuditAnswer, EXAMPLE_ANSWER)


class AuditBook(Protocol):
    """Where the main chain is kept; every method raises ConfigError where it cannot be reached."""

    def head(self) -> Head:
        """The last entry."""

    def entries(self, after: int = 0, limit: int = MAX_ENTRIES) -> Sequence[AuditEntry]:
        """Entries in the order of their numbers."""


def add_audit_routes(app: FastAPI, book: Callable[[], AuditBook]) -> None:
    """Add the address; entries are read from what `book` opens."""

    @app.get("/v1/audit", openapi_extra=described_query(AuditQuery), responses=_RESPONSES)
    async def audit(request: Request) -> Response:
        """The audit log: what was done, by whom and when. It names nobody whom a caller asked about."""
        await _AUDITORS.caller_of(request)
        asked = read_query(request, AuditQuery)

        def work() -> dict[str, Any]:
            entries = book().entries(asked.after, asked.limit)
            head = book().head()
            return {
                "head": vars(head),
                "entries": [_told(entry) for entry in entries],
                "next": entries[-1].number if entries and entries[-1].number < head.number else None,
            }

        try:
            return JsonResponse(await run_in_threadpool(work))
        except ConfigError as fault:
            _LOG.error("the audit log cannot be read: %s", fault)
            raise RequestError(
                "store_unavailable", "", "The database must answer, it does not; try again shortly.", 503
            ) from None


def _told(entry: AuditEntry) -> dict[str, Any]:
    moment = entry.at.astimezone(_ZONE).isoformat(timespec="microseconds")
    return {**vars(entry), "at": moment, "detail": json.loads(entry.detail)}
