"""`/review/enterprises`: the table of all enterprises that a visitor may see."""

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.standard import Standard
from serving.in_service import scorer_of
from serving.reading import read_query
from serving.review.desk import desk_of
from serving.review.enterprises.row import rows_at, standing_of
from serving.review.enterprises.search import PAGE_ROWS, Search, find
from serving.review.enterprises.states import STATES
from serving.review.page import page
from serving.review.pages import address, render, strip_query
from serving.review.visitor import Visitor
from serving.review.words import SOURCE_WORDS


def add_enterprise_table_routes(review: Starlette) -> None:
    """Add the table to the pages."""
    review.add_route("/enterprises", page(_table))


async def _table(request: Request, visitor: Visitor) -> Response:
    search = read_query(strip_query(request), Search)
    return await run_in_threadpool(_shown, request, visitor, search)


def _shown(request: Request, visitor: Visitor, search: Search) -> Response:
    scorer = scorer_of(request)
    columns = desk_of(request).columns_of(scorer.snapshot)
    found = find(columns, standing_of(request), search, visitor.scope)
    asked = search.model_dump(exclude_defaults=True)

    def with_(**changes: object) -> str:
        """The address of the same table with something else asked for."""
        return address("enterprises", **(asked | changes))

    return render(
        request,
        visitor,
        "enterprises.html.jinja",
        search=search,
        found=found,
        rows=rows_at(scorer, columns, found.rows),
        first=(found.page - 1) * PAGE_ROWS + 1,
        with_=with_,
        standards=_standards(request, visitor),
        stations=[one for one in columns.stations if one and visitor.scope.has_station(one)],
        states=STATES,
        source_words=SOURCE_WORDS,
        scorer=scorer,
    )


def _standards(request: Request, visitor: Visitor) -> dict[str, Standard]:
    """The standards of the sectors that somebody in scope is in, by sector."""
    scorer = scorer_of(request)
    named = {name: scorer.release.model_of(name) for name in scorer.snapshot.sectors if visitor.scope.has_sector(name)}
    return {name: model.standard for name, model in named.items() if model is not None}
