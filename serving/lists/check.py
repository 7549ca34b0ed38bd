"""Compare applicants with the lists for a purpose (自动比对、自动拦截).

The answer rests on entries of the lists and on nothing else: no tier, no model, no snapshot can be reached from here.
An interception stops the automatic path; a person decides what follows (PIPL Art. 24).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from records.list_purposes import Purpose, shipped_purposes
from records.list_rules import shipped_list_rules
from serving.lists.entry import Entry
from serving.lists.extract import ListExtract

STALE_AFTER_DAYS = 3
"""An extract that is older than this many days is called stale (project decision: lists change every working day)."""


@dataclass(frozen=True)
class Comparison:
    """The answer as it is sent, and what must be accounted for: entries found, and subjects that were stopped."""

    answer: dict[str, Any]
    hits: int
    intercepted: int


def compare(extract: ListExtract, purpose: Purpose, subjects: Sequence[str], today: date) -> Comparison:
    """Who is on a list today, with every entry, and whom does the purpose stop?

    One result per subject, in their order. A subject without an entry that was not on the register is `unknown`, and
    whether to stop it is null: nobody can say. An entry whose end has come by `today` is not told, though it was in
    force when the lists were extracted.
    """
    known = extract.is_registered(subjects)
    found = [[one for one in entries if one.is_in_force(today)] for entries in extract.entries_of(subjects)]
    results = [
        _result(subject, entries, is_known, purpose)
        for subject, entries, is_known in zip(subjects, found, known, strict=True)
    ]
    answer = {
        "extract": extract.digest,
        "as_of": extract.as_of.isoformat(),
        "checked_on": today.isoformat(),
        "stale": (today - extract.as_of).days > STALE_AFTER_DAYS,
        "stale_after_days": STALE_AFTER_DAYS,
        "purpose": {
            "id": purpose.id,
            "zh": purpose.zh,
            "en": purpose.en,
            "stops": list(purpose.stops),
            "legal_basis": purpose.basis,
            "is_checked": purpose.is_checked,
        },
        "results": results,
    }
    return Comparison(answer, sum(map(len, found)), sum(result["intercept"] is True for result in results))


def _result(subject: str, entries: Sequence[Entry], is_known: bool, purpose: Purpose) -> dict[str, Any]:
    hits = [_hit(entry, purpose) for entry in entries]
    is_unknown = not hits and not is_known
    return {
        "subject": subject,
        "status": "listed" if hits else "unknown" if is_unknown else "not_listed",
        "intercept": None if is_unknown else any(hit["intercept"] for hit in hits),
        "hits": hits,
    }


def _hit(entry: Entry, purpose: Purpose) -> dict[str, Any]:
    kind = shipped_purposes().lists[entry.kind]
    cause = shipped_list_rules().abnormal.get(entry.cause)
    return {
        "list": entry.kind,
        "list_zh": kind.zh,
        "cause": entry.cause,
        "cause_zh": cause.zh if cause else None,
        "record_id": entry.record_id,
        "decision_no": entry.decision_no,
        "listed_on": entry.listed_on.isoformat(),
        "listed_until": entry.ends_on.isoformat() if entry.ends_on else None,
        "ends_by": entry.ends_by,
        "legal_basis": kind.basis,
        "responsible": entry.responsible,
        "intercept": entry.kind in purpose.stops,
    }
