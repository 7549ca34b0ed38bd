"""A draw as its page shows it: where it stands, its strata, and one page of what was drawn."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from serving.draws.draw import Draw, Plan

UNITS_PER_PAGE = 200

State = Literal["waiting", "due", "drawn"]
STATE_WORDS: Mapping[State, tuple[str, str]] = {
    "waiting": ("等待种子", "waits for its seed"),
    "due": ("待抽取", "to be drawn"),
    "drawn": ("已抽取", "drawn"),
}


def state_of(draw: Draw, is_planned: bool, now: datetime) -> State:
    """Whether what came of it was handed in, its seed exists, or not yet."""
    if is_planned:
        return "drawn"
    return "waiting" if now < draw.seed_at else "due"


@dataclass(frozen=True)
class ShownUnits:
    """One page of what was drawn, and who goes how often; `units` are as they were handed in."""

    units: Sequence[Mapping[str, Any]]
    total: int
    page: int
    visits: Mapping[str, int]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // UNITS_PER_PAGE))


def units_of(plan: Plan, page: int) -> ShownUnits:
    """The page of a plan's units; one past the last is the last."""
    units = plan.request["units"]
    loads = Counter(inspector for unit in units for inspector in unit["inspectors"])
    last = max(1, -(-len(units) // UNITS_PER_PAGE))
    shown = min(page, last)
    first = (shown - 1) * UNITS_PER_PAGE
    return ShownUnits(units[first : first + UNITS_PER_PAGE], len(units), shown, dict(sorted(loads.items())))
