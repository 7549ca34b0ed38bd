"""`/review/decision`: decide about one tier, second another's decision; `/review/decisions`: what waits."""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from records.errors import RequestError
from serving.decisions.decision import VERDICTS, Decision, Second, Seen
from serving.decisions.objection import OUTCOMES
from serving.decisions.overlay import Overlay
from serving.in_service import scorer_of
from serving.reading import EnterpriseId, Strict, read_query
from serving.requests import SectorId
from serving.review.decide.form import LONGEST_REASON, DecisionForm, SecondForm, proposed
from serving.review.desk import answered, desk_of
from serving.review.enterprises.row import Row, row_of
from serving.review.enterprises.search import visible
from serving.review.form_error import FormError, as_form_error
from serving.review.forms import fields_of, read_fields
from serving.review.page import page, see_other
from serving.review.pages import address, render, strip_query
from serving.review.visitor import Visitor
from serving.review.words import SOURCE_WORDS

MAX_WAITING = 200
"""How many waiting decisions are shown at once."""


class Asked(Strict):
    """Whose tier, in which sector; `done` says what was just kept."""

    enterprise: EnterpriseId
    sector: SectorId
    done: str | None = None


def add_decision_routes(review: Starlette) -> None:
    """Add the pages of decisions."""
    review.add_route("/decision", page(_show))
    review.add_route("/decision", page(_decide, decides=True), methods=["POST"])
    review.add_route("/second", page(_second, decides=True), methods=["POST"])
    review.add_route("/decisions", page(_waiting))


async def _show(request: Request, visitor: Visitor) -> Response:
    return await run_in_threadpool(shown, request, visitor)


async def _decide(request: Request, visitor: Visitor) -> Response:
    fields = await fields_of(request, visitor.session)
    return await run_in_threadpool(_decided, request, visitor, fields)


async def _second(request: Request, visitor: Visitor) -> Response:
    fields = await fields_of(request, visitor.session)
    return await run_in_threadpool(_seconded, request, visitor, fields)


async def _waiting(request: Request, visitor: Visitor) -> Response:
    return await run_in_threadpool(_queue, request, visitor)


@answered
def shown(
    request: Request, visitor: Visitor, given: Mapping[str, str] | None = None, mistake: FormError | None = None
) -> Response:
    """The page of one tier: what the service answers, the forms (with what was `given`), what was decided before."""
    asked = read_query(strip_query(request), Asked)
    row = row_of(request, visitor, asked.enterprise, asked.sector)
    desk = desk_of(request)
    decisions = desk.decisions().of_enterprise(asked.enterprise, asked.sector)
    return render(
        request,
        visitor,
        "decision.html.jinja",
        mistake.status if mistake else 200,
        asked=asked,
        row=row,
        given=given or {},
        mistake=mistake,
        decisions=decisions,
        waiting=_waiting_one(decisions),
        objections=desk.objections().of_enterprise(asked.enterprise, asked.sector),
        names=token_names(request),
        newest=decisions[0].number if decisions else 0,
        scorer=scorer_of(request),
        today=request.app.state.now().date(),
        verdicts=VERDICTS,
        outcomes=OUTCOMES,
        source_words=SOURCE_WORDS,
        longest_reason=LONGEST_REASON,
    )


@answered
def _decided(request: Request, visitor: Visitor, fields: dict[str, str]) -> Response:
    asked = read_query(strip_query(request), Asked)
    row = row_of(request, visitor, asked.enterprise, asked.sector)
    if row.model_tier is None:
        raise RequestError(
            "no_tier", "enterprise", "A decision is about a tier, this enterprise has none in this sector.", 404
        )
    store = desk_of(request).decisions()
    try:
        form = read_fields(fields, DecisionForm)
        before = store.of_enterprise(asked.enterprise, asked.sector)
        newest = before[0].number if before else 0
        now = request.app.state.now()
        decision = proposed(form, row, _seen(request, row), newest, visitor.token_id, now)
    except RequestError as refusal:
        return shown(request, visitor, fields, as_form_error(refusal))
    kept = store.decide(decision)
    _refresh(request)
    return _back(asked.enterprise, asked.sector, "waits" if kept.is_granted is None else "decided")


@answered
def _seconded(request: Request, visitor: Visitor, fields: dict[str, str]) -> Response:
    form = read_fields(fields, SecondForm)
    store = desk_of(request).decisions()
    found = store.of_numbers([form.decision])
    if not found:
        raise RequestError("unknown_decision", "decision", "No decision has this number; look it up.", 404)
    row_of(request, visitor, *found[0].key)
    now = request.app.state.now()
    store.second(Second(form.decision, form.granted == "yes", form.note or "", visitor.token_id, now))
    _refresh(request)
    return _back(*found[0].key, "seconded")


@answered
def _queue(request: Request, visitor: Visitor) -> Response:
    overlay: Overlay = request.app.state.overlay
    overlay.in_force()
    columns = desk_of(request).columns_of(scorer_of(request).snapshot)
    is_seen = visible(columns, visitor.scope)
    rows = {number: columns.row_of(*key) for number, (key, _) in overlay.rulings.pending.items()}
    numbers = [number for number, at in rows.items() if at is not None and is_seen[at]]
    waiting = desk_of(request).decisions().of_numbers(numbers[:MAX_WAITING]) if numbers else []
    return render(
        request,
        visitor,
        "decisions.html.jinja",
        waiting=waiting,
        total=len(numbers),
        names=token_names(request),
        verdicts=VERDICTS,
        standards={name: model.standard for name, model in scorer_of(request).release.models.items()},
    )


def _waiting_one(decisions: list[Decision]) -> Decision | None:
    """The decision that waits for a second person: the newest ruling, if it does."""
    newest = next((one for one in decisions if one.is_ruling), None)
    return newest if newest is not None and newest.is_granted is None else None


def token_names(request: Request) -> dict[str | None, str]:
    """What the tokens of decisions are named, by id; machines without tokens decide under no name."""
    return {token.id: token.name for token in request.app.state.keyring.tokens()}


def _seen(request: Request, row: Row) -> Seen:
    assert row.model_tier is not None, "asked for before"
    scorer = scorer_of(request)
    return Seen(
        scorer.release.digest, scorer.snapshot.digest, scorer.snapshot.as_of, row.model_tier.rank, row.model_source
    )


def _refresh(request: Request) -> None:
    overlay: Overlay = request.app.state.overlay
    overlay.refresh(older_than=0)


def _back(enterprise_id: str, sector: str, done: str) -> Response:
    return see_other(address("decision", enterprise=enterprise_id, sector=sector, done=done))
