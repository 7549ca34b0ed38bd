"""`/review/dossier.pdf`: the dossier of one enterprise in one sector; that it was made is an entry of the audit log."""

import hashlib

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from serving.audit.event import AuditEvent, of_caller
from serving.in_service import scorer_of
from serving.reading import read_query
from serving.review.decide.routes import Asked, token_names
from serving.review.desk import answered, desk_of
from serving.review.dossier.content import Material, compose
from serving.review.enterprises.row import row_of
from serving.review.page import page
from serving.review.pages import strip_query
from serving.review.visitor import Visitor

_WARNING = (
    "内部材料：含举报和线索，不得提供给企业。类别仅供监管参考。",
    "Internal: holds reports and leads, not for the enterprise. A tier is a reference for supervision.",
)


LISTED_REASONS = 20
"""How many reasons are listed; what the others add up to is said."""


def add_dossier_routes(review: Starlette) -> None:
    """Add the dossier to the pages."""
    review.add_route("/dossier.pdf", page(_dossier))


async def _dossier(request: Request, visitor: Visitor) -> Response:
    return await run_in_threadpool(_made, request, visitor)


@answered
def _made(request: Request, visitor: Visitor) -> Response:
    # It loads a font of eight megabytes, for which a service that makes no dossier need not wait.
    from serving.review.dossier.pdf import as_pdf

    asked = read_query(strip_query(request), Asked)
    material = _material(request, visitor, asked)
    language = 0 if visitor.language == "zh" else 1
    made = as_pdf(compose(material, lambda zh, en: (zh, en)[language]), _WARNING[language])
    told = {"snapshot": material.snapshot.digest, "content": hashlib.sha256(made).hexdigest()}
    desk_of(request).audit().record(AuditEvent(material.made_at, "dossier_made", of_caller(visitor.token_id), told))
    headers = {"Content-Disposition": 'attachment; filename="dossier.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


def _material(request: Request, visitor: Visitor, asked: Asked) -> Material:
    row = row_of(request, visitor, asked.enterprise, asked.sector)
    scorer, desk = scorer_of(request), desk_of(request)
    sector = asked.sector if row.standard is not None else None
    explained = scorer.explain([asked.enterprise], sector, visitor.language, LISTED_REASONS, visitor.scope)["results"]
    return Material(
        row,
        next(one for one in explained if one["sector"] == asked.sector),
        scorer.snapshot,
        scorer.release.digest,
        desk.decisions().of_enterprise(asked.enterprise, asked.sector),
        desk.objections().of_enterprise(asked.enterprise, asked.sector),
        token_names(request),
        request.app.state.now(),
        visitor.name or ("本机" if visitor.language == "zh" else "this machine"),
    )
