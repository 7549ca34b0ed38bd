"""A draw and its plan as they are kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Draw:
    """What was registered (`content`, canonical JSON of the request), when, by whom, and its entry in the audit log."""

    draw_id: str
    sector: str
    content: str
    actor: str
    registered_at: datetime
    entry: int
    entry_digest: str

    @property
    def request(self) -> Mapping[str, Any]:
        """The request as it was sent."""
        return json.loads(self.content)

    @property
    def seed_at(self) -> datetime:
        """The moment from which the seed exists, by the clock of the place that the request names."""
        return datetime.fromisoformat(self.request["seed_at"])

    @property
    def drawn_on(self) -> date:
        """The day of that moment there."""
        return self.seed_at.date()

    @property
    def inclusion_probabilities(self) -> frozenset[float]:
        """The probabilities that enterprises of its pool had."""
        return frozenset(stratum["inclusion_probability"] for stratum in self.request["strata"])


@dataclass(frozen=True)
class Plan:
    """What came of a draw (`content`, canonical JSON of the request), when and by whom it was handed in, and its entry
    in the audit log.
    """

    draw_id: str
    content: str
    actor: str
    received_at: datetime
    entry: int
    entry_digest: str

    @property
    def request(self) -> Mapping[str, Any]:
        """The request as it was sent."""
        return json.loads(self.content)
