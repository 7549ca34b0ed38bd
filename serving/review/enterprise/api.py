"""`POST /v1/what_if`: what the release would say of an enterprise after some actions, and its recourse, as JSON."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from fastapi import FastAPI
from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from model.reasons import Language
from serving.access.bearer import Bearer
from serving.audit.telling import tell
from serving.contract.answers import Advisory
from serving.in_service import accountable
from serving.reading import EnterpriseId, Strict, read
from serving.requests import SectorId
from serving.responses import described_answer, described_body, described_refusals
from serving.review.enterprise.actions import Action, Verb, checked
from serving.review.enterprise.examiner import examiner_of
from serving.review.enterprise.lawful import Step
from serving.review.enterprise.recourse import Recourse
from serving.review.enterprise.what_if import Moved, WhatIf
from serving.review.visitor import DECIDERS

MOST_ACTIONS = 50


class AskedAction(Strict):
    """What to do about which record: `key` is its id, or the year of a report that is filed."""

    do: Verb
    subject: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    key: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class WhatIfRequest(Strict):
    """Of which enterprise, in which sector, what would be done, and whether the recourse is asked for, too."""

    enterprise_id: EnterpriseId
    sector: SectorId
    actions: list[AskedAction] = Field(default=[], max_length=MOST_ACTIONS)
    recourse: bool = False
    lang: Language = "zh"

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.actions or self.recourse):
            raise PydanticCustomError("nothing_asked", "A request must name an action or ask for the recourse")
        return self


class StepAnswer(Strict):
    """A lawful step: the action as a request names it, what it is, on what condition, by which rule, from which day."""

    do: Verb
    subject: str
    key: str
    what: str
    condition: str
    source: str
    possible_from: str


class RecourseAnswer(Strict):
    """The smallest set of steps that are open now and lower the tier, and what it comes to; no step if none does.

    `after` and `at_best` are the results under `steps` and under the most that can be done now. `later` are steps that
    open on a later day. Unless `is_complete`, a smaller set may be among those that were not tried.
    """

    steps: list[StepAnswer]
    after: dict[str, Any]
    at_best: dict[str, Any]
    later: list[StepAnswer]
    tried: int
    is_complete: bool


class WhatIfAnswer(Strict):
    """The model's results as they stand and after the actions, as `/v1/score` writes them, and what would move.

    `recourse` is null unless it was asked for.
    """

    release: str
    snapshot: str
    as_of: str
    before: dict[str, Any]
    after: dict[str, Any]
    moved: list[dict[str, Any]]
    recourse: RecourseAnswer | None
    advisory: Advisory | None = None


EXAMPLE_REQUEST = {
    "enterprise_id": "91440511MA00000000",
    "sector": "food_operation",
    "actions": [{"do": "repair", "subject": "penalties", "key": "PN-0000001"}],
    "recourse": True,
}
_MOVED = {
    "indicator": "penalties_count_365d",
    "label": "近365天行政处罚次数",
    "unit": "records",
    "before": 1.0,
    "after": 0.0,
}
_STEP = {
    "do": "repair",
    "subject": "penalties",
    "key": "PN-0000001",
    "what": "修复行政处罚信息",
    "condition": "满足期限",
    "source": "《信用修复管理办法》",
    "possible_from": "2024-11-01",
}
_RECOURSE = {"steps": [_STEP], "after": {}, "at_best": {}, "later": [], "tried": 1, "is_complete": True}
EXAMPLE_ANSWER = {
    "release": "…",
    "snapshot": "…",
    "as_of": "2025-01-01",
    "before": {},
    "after": {},
    "moved": [_MOVED],
    "recourse": _RECOURSE,
}

_RESPONSES = described_refusals(
    {
        400: "The request breaks a rule, or names a record that does not count at the as-of date",
        401: "No valid token was sent",
        403: "The token has another role than reviewer",
        404: "The enterprise is not known in the sector, or outside the token's scope",
        413: "The body is too large",
        415: "The body is not JSON",
        429: "The token sent too many requests; Retry-After says how long to wait",
        503: "No release is in service, or tokens cannot be checked",
    }
) | described_answer(WhatIfAnswer, EXAMPLE_ANSWER)
_REVIEWERS = Bearer(DECIDERS)
_DESCRIBED = described_body(WhatIfRequest, EXAMPLE_REQUEST) | _REVIEWERS.described()


def add_what_if_route(app: FastAPI) -> None:
    """Add the address."""

    @app.post("/v1/what_if", openapi_extra=_DESCRIBED, responses=_RESPONSES)
    async def what_if(request: Request) -> Response:
        """Score an enterprise as though records were repaired, withdrawn, removed, paid or filed; find its recourse."""
        caller = await _REVIEWERS.caller_of(request)
        asked = await read(request, WhatIfRequest)
        scorer = accountable(request)
        wanted = scorer.wanted(asked.sector, caller.scope)

        def work() -> dict[str, Any]:
            examiner = examiner_of(scorer)
            found = examiner.find(asked.enterprise_id, asked.sector, wanted)
            actions = [checked(Action(one.do, one.subject, one.key)) for one in asked.actions]
            recourse = examiner.recourse(found) if asked.recourse else None
            return scorer.header | _told(examiner.what_if(found, actions), recourse, asked.lang)

        return tell(request, caller, scorer.served, await run_in_threadpool(work))


def _told(answer: WhatIf, recourse: Recourse | None, language: Language) -> dict[str, Any]:
    return {
        "before": answer.before,
        "after": answer.after,
        "moved": [_moved(one, language) for one in answer.moved],
        "recourse": None if recourse is None else _recourse(recourse, language),
    }


def _recourse(found: Recourse, language: Language) -> dict[str, Any]:
    return {
        "steps": _steps(found.steps, language),
        "after": found.after,
        "at_best": found.at_best,
        "later": _steps(found.later, language),
        "tried": found.tried,
        "is_complete": found.is_complete,
    }


def _steps(steps: Sequence[Step], language: Language) -> list[dict[str, Any]]:
    at = 0 if language == "zh" else 1
    return [
        {
            "do": step.action.do,
            "subject": step.action.subject,
            "key": step.action.key,
            "what": step.what[at],
            "condition": step.condition[at],
            "source": step.source[at],
            "possible_from": step.possible_from.isoformat(),
        }
        for step in steps
    ]


def _moved(one: Moved, language: Language) -> dict[str, Any]:
    indicator = one.indicator
    return {
        "indicator": indicator.name,
        "label": indicator.zh if language == "zh" else indicator.en,
        "unit": indicator.unit,
        "before": one.before,
        "after": one.after,
    }
