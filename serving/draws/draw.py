"""A draw as it is kept."""

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
    def drawn_on(self) -> date:
        """The day on which the seed comes to exist, by the clock of the place that the request names."""
        return datetime.fromisoformat(self.request["seed_at"]).date()

    @property
    def inclusion_probabilities(self) -> frozenset[float]:
        """The probabilities that enterprises of its pool had."""
        return frozenset(stratum["inclusion_probability"] for stratum in self.request["strata"])
