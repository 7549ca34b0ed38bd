"""`/review`: where the population stands."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from serving.review.overview.tiers import tiers_by_sector
from serving.review.page import page, scorer_of
from serving.review.pages import render
from serving.review.visitor import Visitor


def add_overview_routes(review: Starlette) -> None:
    """Add the overview to the pages."""
    review.add_route("/", page(_overview))


async def _overview(request: Request, visitor: Visitor) -> Response:
    scorer = scorer_of(request)
    return render(
        request, visitor, "overview.html.jinja", scorer=scorer, sectors=tiers_by_sector(scorer, visitor.scope)
    )
