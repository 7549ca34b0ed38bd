"""An enterprise objects to a tier: until when it must be answered, and how it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from records.calendar import working_days_after
from records.errors import ConfigError
from serving.decisions.decision import content_digest

Outcome = Literal["upheld", "partly", "dismissed"]

OUTCOMES: Mapping[Outcome, tuple[str, str]] = {
    "upheld": ("异议成立", "upheld"),
    "partly": ("部分成立", "upheld in part"),
    "dismissed": ("异议不成立", "dismissed"),
}

ANSWER_WORKING_DAYS = 15
"""Within so many working days after it was received an objection is answered. No statute names a term for a tier; it
is the term for the verification of a report (project decision)."""
OLDEST_DAYS = 366
"""How long ago an objection that is entered now may have been received."""


@dataclass(frozen=True)
class ObjectionAnswer:
    """How an objection was answered, by whom and when."""

    objection: int
    outcome: Outcome
    text: str
    token_id: str | None
    at: datetime
    number: int = 0


@dataclass(frozen=True)
class Objection:
    """What an enterprise objects to in a sector, since when, and until when (`due_on`, inclusive) it is answered."""

    enterprise_id: str
    sector: str
    received_on: date
    due_on: date
    grounds: str
    token_id: str | None
    at: datetime
    number: int = 0
    answer: ObjectionAnswer | None = None

    def state(self, today: date) -> Literal["answered", "open", "overdue"]:
        """Where it stands on this day; on its last day it is not overdue yet."""
        if self.answer is not None:
            return "answered"
        return "overdue" if today > self.due_on else "open"

    def told(self) -> dict[str, Any]:
        """What the audit log keeps of it."""
        return {
            "received_on": self.received_on.isoformat(),
            "due_on": self.due_on.isoformat(),
            "content": content_digest(self),
        }


def due_on(received_on: date) -> date:
    """The last day on which an objection is answered in time.

    Where the holidays of a year are not announced yet, every weekday counts as worked: the term then ends no later than
    it will once they are, but for weekend days that are made up for.
    """
    try:
        return working_days_after(received_on, ANSWER_WORKING_DAYS)
    except ConfigError:
        return _weekdays_after(received_on, ANSWER_WORKING_DAYS)


def _weekdays_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
