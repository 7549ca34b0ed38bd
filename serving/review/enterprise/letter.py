"""The letter to an enterprise: its tier, the reasons that it may be told, how each is repaired, and how to object.

Nothing in it depends on reports or leads, but for the tier itself (`serving.review.enterprise.secrecy`). That is more
than leaving their lines out: whatever adds up (probability, margin, contributions, "other") would give away what was
left out, and is not in the letter; and the order of the other reasons is worked out with every secret indicator at the
value that is typical of the sector, as though nobody had ever reported this enterprise. So two enterprises that differ
only in reports and leads, and have the same tier, get the same letter to the last byte.
"""

from collections.abc import Iterator, Sequence
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
from records.contract import Subject
from records.errors import ConfigError
from records.repair_advice import RepairAdvice, read_advice
from records.subjects import SUBJECTS
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
    """One indicator as the enterprise reads it: its value and what is typical of the sector; null: there is none."""

    indicator: Indicator
    value: float | None
    typical: float | None


@dataclass(frozen=True)
class Matter:
    """What one subject's records add up to: whether it raises the risk, by which indicators, and the records behind.

    `ways` are the steps by which these records can be repaired.
    """

    subject: Subject
    raises: bool
    reasons: tuple[ToldReason, ...]
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
    matters: tuple[Matter, ...]
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
    matters = tuple(_matters(reasons[:MOST_REASONS], records, steps))
    named = {step.action for matter in matters for step in matter.ways}
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
        matters=matters,
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


def _matters(reasons: Sequence[Reason], records: RecordsShown, steps: Sequence[Step]) -> Iterator[Matter]:
    """The reasons by subject and direction, those that raise the risk first, otherwise in the order of the reasons."""
    groups: dict[tuple[bool, str], list[Reason]] = {}
    for reason in reasons:
        groups.setdefault((reason.contribution > 0, reason.indicator.subject), []).append(reason)
    for (raises, subject), some in sorted(groups.items(), key=lambda item: not item[0][0]):
        ids = dict.fromkeys(record_id for reason in some for record_id in reason.records)
        shown = records.of(list(ids), subject)
        told = tuple(ToldReason(reason.indicator, reason.value, reason.typical) for reason in some)
        yield Matter(SUBJECTS[subject], raises, told, shown, _ways(shown, subject, steps) if raises else ())


def _ways(records: Sequence[RecordShown], subject: str, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps about these records; a missing report has none, and is filed."""
    behind = {(one.subject, one.record_id) for one in records}
    return tuple(
        step
        for step in steps
        if (step.action.subject, step.action.key) in behind
        or (step.action.do == "file" and subject == "annual_reports")
    )


def _object_by(dated: date) -> date:
    try:
        return working_days_after(dated, OBJECTION_WORKING_DAYS)
    except ConfigError:
        # The holidays of that year are not announced yet: a month has more working days than the term.
        return dated + timedelta(days=2 * OBJECTION_WORKING_DAYS)
