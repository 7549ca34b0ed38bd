"""`/review/objections`: what enterprises object to, due when, and the answers; the forms stand on a tier's page."""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from records.errors import RequestError
from serving.decisions.objection import OLDEST_DAYS, Objection, ObjectionAnswer, Outcome, due_on
from serving.in_service import scorer_of
from serving.reading import Strict, read_query
from serving.review.decide.routes import Asked, shown
from serving.review.desk import answered, desk_of
from serving.review.enterprises.row import row_of
from serving.review.enterprises.search import visible
from serving.review.form_error import FormError, as_form_error
from serving.review.forms import fields_of, read_fields
from serving.review.page import page, see_other
from serving.review.pages import address, render, strip_query
from serving.review.visitor import Visitor

LONGEST_TEXT = 2000
Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]


class ObjectionForm(Strict):
    """When an objection came in, and what it says."""

    received_on: date
    grounds: Text


class AnswerForm(Strict):
    """How an objection is answered."""

    objection: int = Field(ge=1, lt=2**62)
    outcome: Outcome
    text: Text


def add_objection_routes(review: Starlette) -> None:
    """Add the list of objections, and where they are received and answered."""
    review.add_route("/objections", page(_list))
    review.add_route("/objection", page(_receive, decides=True), methods=["POST"])
    review.add_route("/objection/answer", page(_answer, decides=True), methods=["POST"])


async def _list(request: Request, visitor: Visitor) -> Response:
    return await run_in_threadpool(_listed, request, visitor)


async def _receive(request: Request, visitor: Visitor) -> Response:
    fields = await fields_of(request, visitor.session)
    return await run_in_threadpool(_received, request, visitor, fields)


async def _answer(request: Request, visitor: Visitor) -> Response:
    fields = await fields_of(request, visitor.session)
    return await run_in_threadpool(_answered, request, visitor, fields)


@answered
def _listed(request: Request, visitor: Visitor) -> Response:
    columns = desk_of(request).columns_of(scorer_of(request).snapshot)
    is_seen = visible(columns, visitor.scope)
    found = desk_of(request).objections().open()
    rows = [columns.row_of(one.enterprise_id, one.sector) for one in found]
    shown_ones = [one for one, at in zip(found, rows, strict=True) if at is not None and is_seen[at]]
    return render(
        request,
        visitor,
        "objections.html.jinja",
        objections=shown_ones,
        today=request.app.state.now().date(),
        standards={name: model.standard for name, model in scorer_of(request).release.models.items()},
    )


@answered
def _received(request: Request, visitor: Visitor, fields: dict[str, str]) -> Response:
    asked = read_query(strip_query(request), Asked)
    row_of(request, visitor, asked.enterprise, asked.sector)
    now = request.app.state.now()
    try:
        form = read_fields(fields, ObjectionForm)
        objection = _proposed(form, asked, visitor.token_id, now)
    except RequestError as refusal:
        return shown(request, visitor, fields, as_form_error(refusal))
    desk_of(request).objections().receive(objection)
    return _back(asked.enterprise, asked.sector, "received")


@answered
def _answered(request: Request, visitor: Visitor, fields: dict[str, str]) -> Response:
    asked = read_query(strip_query(request), Asked)
    row_of(request, visitor, asked.enterprise, asked.sector)
    store = desk_of(request).objections()
    try:
        form = read_fields(fields, AnswerForm)
        found = store.numbered(form.objection)
        if found is None or (found.enterprise_id, found.sector) != (asked.enterprise, asked.sector):
            raise RequestError("unknown_objection", "objection", "No objection here has this number; look it up.", 404)
        now = request.app.state.now()
        store.answer(ObjectionAnswer(form.objection, form.outcome, form.text, visitor.token_id, now))
    except RequestError as refusal:
        if refusal.status == 404:
            raise
        return shown(request, visitor, fields, as_form_error(refusal))
    return _back(asked.enterprise, asked.sector, "answered")


def _proposed(form: ObjectionForm, asked: Asked, token_id: str | None, now: datetime) -> Objection:
    today = now.date()
    earliest = today - timedelta(days=OLDEST_DAYS)
    if not earliest <= form.received_on <= today:
        raise FormError(
            "received_on",
            f"收到日期应在 {earliest} 至今天之间。",
            f"An objection was received between {earliest} and today; correct the day.",
        )
    due = due_on(form.received_on)
    return Objection(asked.enterprise, asked.sector, form.received_on, due, form.grounds, token_id, now)


def _back(enterprise_id: str, sector: str, done: str) -> Response:
    return see_other(address("decision", enterprise=enterprise_id, sector=sector, done=done))
