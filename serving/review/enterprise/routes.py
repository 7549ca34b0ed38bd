"""`/review/enterprises/ID`: one enterprise in one sector, its what-if form, and the letter to it."""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.standard import Standard
from records.subjects import SUBJECTS
from serving.in_service import scorer_of
from serving.review.enterprise import words
from serving.review.enterprise.actions import REPAIRABLE, VERB_WORDS, Action, read_action
from serving.review.enterprise.change import CAUSE_WORDS
from serving.review.enterprise.examiner import Examiner, Found, examiner_of
from serving.review.enterprise.letter import OBJECTION_WORKING_DAYS
from serving.review.enterprise.record_shown import RecordShown, RecordsShown
from serving.review.enterprise.tier_move import SOURCE_WORDS
from serving.review.enterprise.waterfall import Waterfall
from serving.review.forms import fields_of
from serving.review.page import page
from serving.review.pages import address, enterprise_address, render
from serving.review.visitor import Visitor

ASK, RECOURSE = "ask", "recourse"
"""The buttons of the form: what if the marked actions were done, or which set of steps lowers the tier."""
BOX = "on"
"""The value of a box that is marked; its name is the action."""


def add_enterprise_routes(review: Starlette) -> None:
    """Add the pages of single enterprises."""
    review.add_route("/enterprises/{enterprise_id:path}", page(_show), methods=["GET"])
    review.add_route("/enterprises/{enterprise_id:path}", page(_ask), methods=["POST"])
    review.add_route("/letters/{enterprise_id:path}", page(_letter), methods=["GET"])


def letter_address(enterprise_id: str, sector: str) -> str:
    """Where the letter to an enterprise is."""
    return enterprise_address(enterprise_id, sector).replace("/enterprises/", "/letters/", 1)


async def _show(request: Request, visitor: Visitor) -> Response:
    since = request.query_params.get("since")
    return await _page(request, visitor, since=since)


async def _ask(request: Request, visitor: Visitor) -> Response:
    fields = await fields_of(request, visitor.session)
    asked = fields.pop(ASK, "")
    marked = tuple(read_action(name) for name in fields)
    return await _page(request, visitor, marked=marked, wants_recourse=asked == RECOURSE)


async def _page(
    request: Request,
    visitor: Visitor,
    since: str | None = None,
    marked: Sequence[Action] = (),
    wants_recourse: bool = False,
) -> Response:
    examiner = examiner_of(scorer_of(request))
    found = await run_in_threadpool(_find, request, examiner, visitor)
    content = await run_in_threadpool(_content, examiner, found, visitor)
    work: list[tuple[str, Callable[..., Any], Any]] = []
    if since:
        work.append(("changed", examiner.change, since))
    if marked:
        work.append(("asked", examiner.what_if, marked))
    for name, answer, question in work:
        content[name] = await run_in_threadpool(answer, found, question)
    if wants_recourse:
        content["recourse"] = await run_in_threadpool(examiner.recourse, found)
    return render(request, visitor, "enterprise.html.jinja", **content, marked={str(action) for action in marked})


def _find(request: Request, examiner: Examiner, visitor: Visitor) -> Found:
    return examiner.find(
        request.path_params["enterprise_id"], request.query_params.get("sector") or None, visitor.scope
    )


def _content(examiner: Examiner, found: Found, visitor: Visitor) -> dict[str, Any]:
    """What every page of an enterprise shows, whatever was asked."""
    shown, reasons = RecordsShown(found.records.frames), examiner.reasons(found)
    return {
        "found": found,
        "result": found.result,
        "standard": examiner.standard_of(found.sector),
        "sectors": [(sector, examiner.standard_of(sector)) for sector in found.sectors],
        "as_of": examiner.as_of,
        "tier_shares": examiner.tier_shares(found) if found.result["borderline"] else None,
        "reasons": reasons,
        "behind": _behind(reasons, shown),
        "shown": shown,
        "history": examiner.history(found),
        "steps": examiner.steps(found),
        "undoable": _undoable(shown),
        "comparable": examiner.comparable(found, visitor.scope),
        "gaps": examiner.gaps(found),
        "feeds": examiner.feeds(found),
        "changed": None,
        "asked": None,
        "recourse": None,
        "source_words": SOURCE_WORDS,
        "cause_words": CAUSE_WORDS,
        "verb_words": VERB_WORDS,
        "letter_address": letter_address,
        "here_address": enterprise_address(found.enterprise_id, found.sector),
        "since_address": lambda digest: (
            f"{enterprise_address(found.enterprise_id, found.sector)}&since={digest}#change"
        ),
        **_writing(visitor),
    }


def _behind(reasons: Waterfall | None, shown: RecordsShown) -> list[RecordShown]:
    """Every record behind a reason that has a bar, once, the latest first."""
    bars = [bar.reason for group in reasons.groups for bar in group.bars if bar.reason] if reasons else []
    found = {one for reason in bars for one in shown.of(reason.records, reason.indicator.subject)}
    return sorted(found, key=lambda one: (one.occurred_on, one.subject, one.record_id), reverse=True)


def _undoable(shown: RecordsShown) -> list[tuple[Any, tuple[RecordShown, ...]]]:
    """The subjects of which a record may be withdrawn in thought, each with the enterprise's records."""
    found = [(SUBJECTS[subject], shown.all_of(subject)) for subject in REPAIRABLE]
    return [(subject, records) for subject, records in found if records]


def _writing(visitor: Visitor) -> dict[str, Any]:
    return {
        "number": words.number,
        "signed": words.signed,
        "unit": lambda name: words.unit(name, visitor.language),
        "label": lambda indicator: indicator.zh if visitor.language == "zh" else indicator.en,
        "name_of": lambda standard, sector: _name(standard, sector, visitor),
        "address": address,
    }


def _name(standard: Standard | None, sector: str, visitor: Visitor) -> str:
    if standard is None:
        return sector
    return standard.name_zh if visitor.language == "zh" else standard.name_en


async def _letter(request: Request, visitor: Visitor) -> Response:
    examiner = examiner_of(scorer_of(request))
    found = await run_in_threadpool(_find, request, examiner, visitor)
    letter = await run_in_threadpool(examiner.letter, found, request.app.state.now().date())
    return render(
        request,
        visitor,
        "letter.html.jinja",
        found=found,
        letter=letter,
        objection_days=OBJECTION_WORKING_DAYS,
        here_address=enterprise_address(found.enterprise_id, found.sector),
        unit_zh=lambda name: words.unit(name, "zh"),
        **_writing(visitor),
    )
