"""The pages below `/review`, as an app of their own: people get pages, not JSON, also where they are refused."""

from pathlib import PurePath

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from records.errors import RequestError
from serving.review.decide.routes import add_decision_routes
from serving.review.dossier.routes import add_dossier_routes
from serving.review.draws.routes import add_draw_page_routes
from serving.review.enterprise.routes import add_enterprise_routes
from serving.review.enterprises.routes import add_enterprise_table_routes
from serving.review.headers import SecurityHeaders
from serving.review.login import add_login_routes
from serving.review.objections.routes import add_objection_routes
from serving.review.overview.routes import add_overview_routes
from serving.review.pages import MEDIA_TYPES, STATIC
from serving.review.refusals import http_error, refused, unforeseen
from serving.review.visitor import PATH

_ONE_YEAR = "public, max-age=31536000, immutable"


def add_review_routes(app: FastAPI) -> None:
    """Add the pages to the app, whose `state` they share."""
    review = Starlette(
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={RequestError: refused, HTTPException: http_error, Exception: unforeseen},
    )
    review.state = app.state
    add_login_routes(review)
    add_overview_routes(review)
    add_enterprise_routes(review)
    add_enterprise_table_routes(review)
    add_decision_routes(review)
    add_objection_routes(review)
    add_dossier_routes(review)
    add_draw_page_routes(review)
    review.add_route("/static/{name}", _static)
    app.mount(PATH, review)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(404)
    kind = MEDIA_TYPES[PurePath(name).suffix]
    return Response(STATIC[name], media_type=kind, headers={"Cache-Control": _ONE_YEAR})
