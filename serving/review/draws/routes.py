"""`/review/draws`: which draws were registered, with which chances, and what came of them."""

from pydantic import Field
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.standard import Standard
from model.tiers import TIERS
from records.errors import RequestError
from serving.draws.routes import may_see
from serving.in_service import scorer_of
from serving.reading import Strict, read_query
from serving.review.desk import answered, desk_of
from serving.review.draws.shown import STATE_WORDS, state_of, units_of
from serving.review.page import page
from serving.review.pages import render, strip_query
from serving.review.visitor import Visitor

LATEST = 200
"""Draws that the list shows at most, the newest first."""


class DrawPage(Strict):
    """Which page of what was drawn."""

    page: int = Field(default=1, ge=1, le=10**6)


def add_draw_page_routes(review: Starlette) -> None:
    """Add the list of draws and the page of each."""
    review.add_route("/draws", page(_list))
    review.add_route("/draws/{draw_id}", page(_one))


async def _list(request: Request, visitor: Visitor) -> Response:
    return await run_in_threadpool(_listed, request, visitor)


async def _one(request: Request, visitor: Visitor) -> Response:
    asked = read_query(strip_query(request), DrawPage)
    return await run_in_threadpool(_shown, request, visitor, asked.page)


@answered
def _listed(request: Request, visitor: Visitor) -> Response:
    store, now = desk_of(request).draws(), request.app.state.now()
    draws = [one for one in store.latest(LATEST) if may_see(visitor.scope, one)]
    planned = store.planned([one.draw_id for one in draws])
    return render(
        request,
        visitor,
        "draws.html.jinja",
        draws=[(one, state_of(one, one.draw_id in planned, now)) for one in draws],
        latest=LATEST,
        state_words=STATE_WORDS,
        standards=_standards(request),
    )


@answered
def _shown(request: Request, visitor: Visitor, number: int) -> Response:
    store, draw_id = desk_of(request).draws(), request.path_params["draw_id"]
    draw = store.find([draw_id]).get(draw_id)
    if draw is None or not may_see(visitor.scope, draw):
        raise RequestError("unknown_draw", "draw_id", "A draw must have been registered; check its id.", 404)
    plan = store.plan(draw_id)
    return render(
        request,
        visitor,
        "draw.html.jinja",
        draw=draw,
        plan=plan,
        state=STATE_WORDS[state_of(draw, plan is not None, request.app.state.now())],
        shown=None if plan is None else units_of(plan, number),
        tier_of={tier.id: tier for tier in TIERS},
        standards=_standards(request),
    )


def _standards(request: Request) -> dict[str, Standard]:
    return {name: model.standard for name, model in scorer_of(request).release.models.items()}
