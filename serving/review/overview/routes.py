"""`/review`: where the population stands, what moved, and what waits for people."""

from datetime import date

import numpy as np
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from serving.in_service import scorer_of
from serving.review.desk import answered, desk_of
from serving.review.enterprises.row import standing_of
from serving.review.enterprises.search import visible
from serving.review.enterprises.states import STATES
from serving.review.overview.alerts import shown_alerts
from serving.review.overview.earlier import moved_before
from serving.review.overview.lights import lights_of
from serving.review.overview.tiers import tiers_by_sector
from serving.review.page import page
from serving.review.pages import render
from serving.review.visitor import Visitor


def add_overview_routes(review: Starlette) -> None:
    """Add the overview to the pages."""
    review.add_route("/", page(_overview))


async def _overview(request: Request, visitor: Visitor) -> Response:
    return await run_in_threadpool(_shown, request, visitor)


@answered
def _shown(request: Request, visitor: Visitor) -> Response:
    scorer = scorer_of(request)
    columns, standing = desk_of(request).columns_of(scorer.snapshot), standing_of(request)
    is_seen = visible(columns, visitor.scope)
    sectors = tiers_by_sector(scorer, is_seen, standing.ranks)
    moved = moved_before(scorer.snapshot, visitor.scope)
    today = request.app.state.now().date()
    return render(
        request,
        visitor,
        "overview.html.jinja",
        scorer=scorer,
        sectors=sectors,
        tiered=sum(one.total for one in sectors),
        borderline=sum(one.borderline for one in sectors),
        enterprises=len(np.unique(columns.owner[is_seen])),
        moved=moved,
        lights=lights_of(scorer, moved, today),
        watched=shown_alerts(scorer, visitor.scope),
        counts={state: int((standing.rows_in(state) & is_seen).sum()) for state in STATES},
        objections=_objections(request, is_seen, today),
    )


def _objections(request: Request, is_seen: np.ndarray, today: date) -> dict[str, int]:
    """How many objections in scope are open, and how many of them are overdue."""
    desk = desk_of(request)
    columns = desk.columns_of(scorer_of(request).snapshot)
    rows = [(one, columns.row_of(one.enterprise_id, one.sector)) for one in desk.objections().open()]
    states = [one.state(today) for one, at in rows if at is not None and is_seen[at]]
    return {"open": len(states), "overdue": states.count("overdue")}
