"""One record as a page shows it: who answers for it, when it happened, its number; never a person, never free text.

Only the columns named here are ever shown. Persons' pseudonyms, staff codes and what was claimed stay where they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from records.subjects import EVENT_SUBJECTS, SUBJECTS
from serving.review.enterprise.actions import Frames

NUMBERS = {
    "penalties": "decision_no",
    "listings": "decision_no",
    "licences": "licence_no",
    "inspections": "task_code",
    "equipment": "device_code",
}
"""The column by which an official finds a record of a subject in its own file, where there is one beside its id."""


@dataclass(frozen=True)
class RecordShown:
    """A record: its subject in both languages, its id, day and number, when it became known, and its owners."""

    subject: str
    zh: str
    en: str
    record_id: str
    occurred_on: date
    known_on: date
    number: str | None
    producer: str
    provider: str
    responsible: str


class RecordsShown:
    """The records of one enterprise by id, whatever subject they are of."""

    def __init__(self, frames: Frames) -> None:
        self._found: dict[str, dict[str, RecordShown]] = {}
        for subject in EVENT_SUBJECTS:
            for row in frames[subject.name].to_dict("records"):
                shown = shown_record(subject.name, row)
                self._found.setdefault(shown.record_id, {})[subject.name] = shown

    def of(self, record_ids: tuple[str, ...] | list[str], subject: str) -> tuple[RecordShown, ...]:
        """The records of these ids, the latest first; of several with one id that of the subject named."""
        found = []
        for record_id in record_ids:
            by_subject = self._found.get(record_id, {})
            found += [by_subject.get(subject) or one for one in list(by_subject.values())[:1]]
        return tuple(sorted(found, key=lambda one: (one.occurred_on, one.record_id), reverse=True))

    def all_of(self, subject: str) -> tuple[RecordShown, ...]:
        """Every record of a subject, the latest first."""
        found = [by_subject[subject] for by_subject in self._found.values() if subject in by_subject]
        return tuple(sorted(found, key=lambda one: (one.occurred_on, one.record_id), reverse=True))


def shown_record(subject: str, row: Mapping[Any, Any]) -> RecordShown:
    """A row of a subject, its cells as Python holds them, as a page shows it."""
    number = row.get(NUMBERS.get(subject, ""))
    return RecordShown(
        subject=subject,
        zh=SUBJECTS[subject].zh,
        en=SUBJECTS[subject].en,
        record_id=str(row["record_id"]),
        occurred_on=_day(row["occurred_on"]),
        known_on=_day(row["known_at"]),
        number=None if pd.isna(number) else str(number),
        producer=str(row["producer"]),
        provider=str(row["provider"]),
        responsible=str(row["responsible"]),
    )


def _day(moment: Any) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
