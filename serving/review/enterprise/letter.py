"""The letter to an enterprise: its tier, the reasons that it may be told, how each is repaired, and how to object.

Nothing in it depends on reports or leads, but for the tier itself (`serving.review.enterprise.secrecy`). That is more
than leaving their lines out: whatever adds up (probability, margin, contributions, "other") would give away what was
left out, and is not in the letter; and the order of the other reasons is worked out with every secret indicator at the
value that is typical of the sector, as though nobody had ever reported this enterprise. So two enterprises that differ
only in reports and leads, and have the same tier, get the same letter to the last byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from features.catalogue.everything import BY_NAME
from features.indicator import Indicator
from model.reasons import Reason, reasons_of
from model.saved import SavedModel
from model.standard import Standard
from model.tiers import TIERS, Tier
from records.calendar import working_days_after
from records.errors import ConfigError
from records.repair_advice import RepairAdvice, read_advice
from serving.results import Result
from serving.review.enterprise.lawful import Step
from serving.review.enterprise.record_shown import RecordShown, RecordsShown
from serving.review.enterprise.secrecy import is_secret

MOST_REASONS = 10
"""Reasons that are told, the strongest ones (project decision)."""
OBJECTION_WORKING_DAYS = 15
"""How long an enterprise may object after it was served the letter (project decision, to be fixed by the bureau)."""


@dataclass(frozen=True)
class ToldReason:
    """One reason as the enterprise reads it; `raises` says whether it raises the risk.

    `value` and `typical` are in the indicator's unit, null where there is none. `ways` are the steps by which the
    records behind it can be repaired.
    """

    indicator: Indicator
    value: float | None
    typical: float | None
    raises: bool
    records: tuple[RecordShown, ...]
    ways: tuple[Step, ...]


@dataclass(frozen=True)
class Letter:
    """Everything that the letter says.

    `least` and `most` are the problem rates that the tier stands for by the published standard, null where it has no
    end. `object_by` is the last day to object if the letter is served on `dated`.
    """

    enterprise_id: str
    standard: Standard
    as_of: date
    dated: date
    tier: Tier
    least: float | None
    most: float | None
    rules: tuple[dict[str, str], ...]
    reasons: tuple[ToldReason, ...]
    other_steps: tuple[Step, ...]
    advice: RepairAdvice
    object_by: date


def write_letter(
    result: Result,
    standard: Standard,
    reasons: Sequence[Reason],
    records: RecordsShown,
    steps: Sequence[Step],
    as_of: date,
    dated: date,
) -> Letter | None:
    """The letter about a result, dated on the day of its writing; null for an enterprise without a tier.

    `reasons` are those of `reasons_without_secrets`, `steps` the lawful ones.
    """
    if result["tier_rank"] is None:
        return None
    told = tuple(_told(reason, records, steps) for reason in reasons[:MOST_REASONS])
    named = {step.action for reason in told for step in reason.ways}
    rank = result["tier_rank"]
    ends = (None, *standard.cuts, None)
    return Letter(
        enterprise_id=result["enterprise_id"],
        standard=standard,
        as_of=as_of,
        dated=dated,
        tier=TIERS[rank - 1],
        least=ends[rank - 1],
        most=ends[rank],
        rules=tuple(result["rules"]),
        reasons=told,
        other_steps=tuple(step for step in steps if step.action not in named),
        advice=read_advice(),
        object_by=_object_by(dated),
    )


def reasons_without_secrets(
    model: SavedModel, values: NDArray[np.float64], typical: NDArray[np.float64], records: dict[str, list[str]]
) -> list[Reason]:
    """The reasons of a row, strongest first, as though nobody had reported the enterprise or given a lead.

    `values` and `typical` are in the order of the model's indicators; `records` are the ids behind each.
    """
    secret = np.array([is_secret(name) for name in model.indicators], dtype=bool)
    told = np.where(secret, typical, values)
    _, parts = model.contributions(told[None, :])
    margin = float(model.margins(told[None, :])[0])
    schema = [BY_NAME[name] for name in model.indicators]
    reasons, _ = reasons_of(schema, told, typical, parts[0], margin, records)
    return [reason for reason in reasons if not is_secret(reason.indicator.name)]


def _told(reason: Reason, records: RecordsShown, steps: Sequence[Step]) -> ToldReason:
    shown = records.of(reason.records, reason.indicator.subject)
    behind = {(one.subject, one.record_id) for one in shown}
    ways = tuple(step for step in steps if (step.action.subject, step.action.key) in behind)
    if reason.indicator.subject == "annual_reports" and reason.contribution > 0:
        ways = (*ways, *(step for step in steps if step.action.do == "file"))
    return ToldReason(reason.indicator, reason.value, reason.typical, reason.contribution > 0, shown, ways)


def _object_by(dated: date) -> date:
    try:
        return working_days_after(dated, OBJECTION_WORKING_DAYS)
    except ConfigError:
        # The holidays of that year are not announced yet: a month has more working days than the term.
        return dated + timedelta(days=2 * OBJECTION_WORKING_DAYS)
