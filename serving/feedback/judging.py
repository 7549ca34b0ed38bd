"""May a row of feedback be kept? Each is judged by itself, against what its sender may see and has registered."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from records.contract import TIMEZONE
from records.rules import EARLIEST
from serving.access.scope import Scope
from serving.draws.draw import Draw
from serving.feedback.bodies import FeedbackResult
from serving.feedback.result import Refusal
from serving.reading import refusal

FAST_CLOCK = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours (project decision)."""

MAX_ID = 64


@dataclass(frozen=True)
class Context:
    """What rows are judged by: the moment, sectors that standards name, enterprises in sight, draws by id, the scope.

    An enterprise is in sight if the snapshot in service knows it and the token's stations let it be seen.
    """

    now: datetime
    sectors: Collection[str]
    enterprises: Collection[str]
    draws: Mapping[str, Draw]
    scope: Scope


def parsed(row: Mapping[str, Any]) -> FeedbackResult | Refusal:
    """The row by the rules that its declaration holds, or the first one that it breaks."""
    try:
        # As JSON again, in which a moment is a text: read as Python's own values, strict models take none.
        return FeedbackResult.model_validate_json(json.dumps(row))
    except ValidationError as invalid:
        found = refusal(invalid)
        return Refusal(found.code, found.field, found.message)


def id_of(row: Mapping[str, Any]) -> str | None:
    """The sender's id of a row, so that its refusal can be told apart; null where it has none that can be one."""
    found = row.get("id")
    return found if isinstance(found, str) and 1 <= len(found) <= MAX_ID else None


def judge(row: FeedbackResult, context: Context) -> Refusal | None:
    """The first rule that a row breaks; null if it may be kept."""
    return _place(row, context) or _dates(row, context) or _draw(row, context)


def _place(row: FeedbackResult, context: Context) -> Refusal | None:
    if row.sector not in context.sectors:
        return Refusal("unknown_sector", "sector", "The sector must be named by a standard, it is not; correct it.")
    if not context.scope.has_sector(row.sector):
        return Refusal(
            "outside_scope", "sector", "The sector must be in the token's scope, it is not; use the token of another."
        )
    if row.enterprise_id not in context.enterprises:
        return Refusal(
            "unknown_enterprise",
            "enterprise_id",
            "The enterprise must be in the snapshot in service and in the token's scope, it is not; "
            "send the row again once it is.",
        )
    return None


def _dates(row: FeedbackResult, context: Context) -> Refusal | None:
    if row.inspected_on > context.now.date():
        return Refusal(
            "in_the_future", "inspected_on", "An inspection must have taken place by today, it has not; correct it."
        )
    if row.inspected_on < EARLIEST:
        return Refusal("impossible_date", "inspected_on", f"A date must not be before {EARLIEST}, it is; correct it.")
    if row.reported_at > context.now + FAST_CLOCK:
        return Refusal(
            "in_the_future", "reported_at", "A row must have been reported by now, it was not; set the sender's clock."
        )
    if row.reported_at.astimezone(ZoneInfo(TIMEZONE)).date() < row.inspected_on:
        return Refusal(
            "reported_too_early",
            "reported_at",
            "A result must not be reported before its inspection, it was; correct one of the two.",
        )
    return None


def _draw(row: FeedbackResult, context: Context) -> Refusal | None:
    if row.draw_id is None:
        return None
    draw = context.draws.get(row.draw_id)
    if draw is None or draw.sector != row.sector:
        return Refusal(
            "unknown_draw",
            "draw_id",
            "The draw must have been registered for the row's sector, it was not; register it, or name another.",
        )
    if row.inspected_on < draw.drawn_on:
        return Refusal(
            "before_draw", "inspected_on", "A result must not be before its draw was drawn, it is; correct one of them."
        )
    if row.inclusion_probability not in draw.inclusion_probabilities:
        return Refusal(
            "probability_mismatch",
            "inclusion_probability",
            "A result of a draw must state the inclusion probability of one of its strata, it does not; send that one.",
        )
    return None
