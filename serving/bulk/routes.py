"""Tiers by the sector and by the snapshot: `POST /v1/score`, `GET /v1/snapshot`, `GET /v1/release`."""

from functools import partial
from typing import Any

import numpy as np
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from model.tiers import TIERS
from records.errors import RequestError
from serving.accept import accepted, is_known, tag_of
from serving.access.bearer import Bearer, Caller
from serving.access.scope import Scope
from serving.audit.telling import tell, told_in_pieces
from serving.bulk.pages import SCANNED_ROWS, page_of
from serving.bulk.release import described_release
from serving.bulk.rows import owners_of, wanted_rows
from serving.bulk.stream import ARROW, PARQUET, streamed
from serving.bulk.table import batches_of, laid_over, schema_of
from serving.bulk.written import written_answer
from serving.contract import addresses
from serving.in_service import accountable
from serving.operation.metrics import counted
from serving.reading import JSON, read, read_query
from serving.requests import ScoreRequest, SnapshotQuery
from serving.scorer import Scorer, check_snapshot

STREAMS = (ARROW, PARQUET)
PAGE = 1_000
"""Enterprises of a page where the request does not say how many."""

FEW_IDS = 30
"""Up to this many ids are answered one by one: whole columns cost more than these."""
SOON_IDS = 1_000
"""Up to this many ids are answered on the event loop: a thread costs a quarter of what these take, two milliseconds."""

_VARY = {"Vary": "Accept, Authorization"}


def add_bulk_routes(app: FastAPI, readers: Bearer) -> None:
    """Add the addresses; all answer 503 until `app.state.scorer` is set."""

    @app.post("/v1/score", **addresses.score(readers))
    async def score(request: Request) -> Response:
        """Tiers by ids, or of a sector page by page; of a sector or of everybody as a stream."""
        caller = await readers.caller_of(request)
        asked = await read(request, ScoreRequest)
        scorer = accountable(request)
        check_snapshot(asked.snapshot, scorer)
        if asked.enterprise_ids is None:
            return await _sector(request, caller, scorer, asked)
        if asked.is_paged:
            raise RequestError(
                "not_together", "after", "Pages are of a whole sector; send after and limit, or enterprise_ids."
            )
        accepted(request, (JSON,))
        count = len(asked.enterprise_ids)
        answered = _of_few if count <= FEW_IDS else written_answer
        work = partial(answered, scorer, asked.enterprise_ids, asked.sector, caller.scope)
        answer = work() if count <= SOON_IDS else await run_in_threadpool(work)
        return tell(request, caller, scorer.served, answer | {"next": None})

    @app.get("/v1/snapshot", **addresses.snapshot(readers))
    async def snapshot(request: Request) -> Response:
        """What is in service (JSON), or every result of it (Arrow, Parquet); unchanged, it costs a 304."""
        caller = await readers.caller_of(request)
        asked = read_query(request, SnapshotQuery)
        scorer = accountable(request)
        wanted = scorer.wanted(asked.sector, caller.scope)
        kind = accepted(request, (JSON, *STREAMS))
        headers = {"ETag": _tag(scorer, wanted, kind), "Cache-Control": "private, no-cache"} | _VARY
        if is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        if kind == JSON:
            counts = await run_in_threadpool(_counted, scorer, wanted)
            return tell(request, caller, scorer.served, counts, headers=headers)
        return _stream(request, caller, scorer, wanted, kind, headers)

    @app.get("/v1/release", **addresses.release(readers))
    async def release(request: Request) -> Response:
        """Whose model answers in each sector, and what its standard promises; unchanged, it costs a 304."""
        caller = await readers.caller_of(request)
        scorer = accountable(request)
        headers = {"ETag": tag_of(scorer.header), "Cache-Control": "private, no-cache", "Vary": "Authorization"}
        if is_known(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return tell(request, caller, scorer.served, scorer.header | described_release(scorer), headers=headers)


def _of_few(scorer: Scorer, ids: list[str], sector: str | None, scope: Scope) -> dict[str, Any]:
    return counted(scorer.score(ids, sector, scope))


async def _sector(request: Request, caller: Caller, scorer: Scorer, asked: ScoreRequest) -> Response:
    kind = accepted(request, (JSON, *STREAMS))
    if kind != JSON:
        if asked.is_paged:
            raise RequestError(
                "not_together", "after", "A stream is whole; leave out after and limit, or ask for JSON."
            )
        return _stream(request, caller, scorer, scorer.wanted(asked.sector, caller.scope), kind, _VARY)
    if asked.sector is None:
        raise RequestError(
            "missing",
            "enterprise_ids",
            "A request must name enterprise_ids or a sector, or ask for a stream of everything by Accept; correct it.",
        )
    wanted = (scorer, asked.sector, asked.after, asked.limit or PAGE, caller.scope)
    return tell(request, caller, scorer.served, await run_in_threadpool(page_of, *wanted))


def _stream(
    request: Request, caller: Caller, scorer: Scorer, wanted: Scope, kind: str, headers: dict[str, str]
) -> Response:
    pieces = streamed(batches_of(scorer, wanted), schema_of(scorer), kind)
    body = told_in_pieces(request, caller, scorer.served, pieces, kind)
    # Headers hold no Chinese: of the advisory they name the alerts, and the metadata of the stream has all of it.
    told = {name: value["alerts"] if name == "advisory" else value for name, value in scorer.header.items()}
    named = {f"Fenji-{name.replace('_', '-').title()}": value for name, value in told.items()}
    return StreamingResponse(body, media_type=kind, headers=headers | named)


def _tag(scorer: Scorer, wanted: Scope, kind: str) -> str:
    parts = [part if part is None else sorted(part) for part in (wanted.sectors, wanted.stations)]
    # A ruling that expires changes the answer without a new decision.
    ruled = sorted([*key, ruling.number] for key, ruling in scorer.rulings().items())
    return tag_of(scorer.header, kind, *parts, ruled)


def _counted(scorer: Scorer, wanted: Scope) -> dict[str, Any]:
    """Enterprises, results and tiers by sector, counted within a scope."""
    snapshot, ruled = scorer.snapshot, scorer.ruled_rows()
    counts = np.zeros((len(snapshot.sectors), len(TIERS) + 1), dtype=np.int64)
    enterprises, last = 0, -1
    for rows in wanted_rows(scorer, wanted, SCANNED_ROWS):
        column = laid_over(scorer, rows, ruled)
        np.add.at(counts, (column["sector"], column["tier"]), 1)
        owners = owners_of(snapshot, rows)
        enterprises += int(np.count_nonzero(np.diff(owners, prepend=last)))
        last = int(owners[-1])
    sectors = [
        {
            "sector": sector,
            "results": int(own.sum()),
            "tiers": {tier.id: int(own[tier.rank]) for tier in TIERS},
        }
        for sector, own in zip(snapshot.sectors, counts, strict=True)
        if own.sum()
    ]
    return scorer.header | {
        "enterprises": enterprises,
        "results": int(counts.sum()),
        "sectors": sectors,
        "media_types": list(STREAMS),
    }
