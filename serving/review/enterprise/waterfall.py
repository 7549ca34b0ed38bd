"""The reasons as a waterfall: from the sector's baseline, one bar a reason, to the margin; all in calibrated log-odds.

Bars are grouped by the category of their indicator, the category that moves most first, and in it the strongest reason
first. What is not shown alone is one bar, `other`, so that the bars always reach the margin.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from features.indicator import CATEGORIES
from model.reasons import Reason

SHOWN = 15
"""How many reasons have a bar of their own (project decision: one printed page)."""
WIDTH = 1000.0
"""The width of the drawing in its own units."""


@dataclass(frozen=True)
class Bar:
    """One bar: it begins at `start` and ends at `end`, in log-odds; `left` and `width` are the same in the drawing.

    `reason` is null for `other`.
    """

    reason: Reason | None
    start: float
    end: float
    left: float
    width: float

    @property
    def contribution(self) -> float:
        """What the bar adds, in log-odds."""
        return self.end - self.start


@dataclass(frozen=True)
class Group:
    """The bars of one category, and what it adds in all; `zh` and `en` name it, empty for `other`."""

    zh: str
    en: str
    bars: tuple[Bar, ...]

    @property
    def contribution(self) -> float:
        """What the category adds, in log-odds."""
        return sum(bar.contribution for bar in self.bars)


@dataclass(frozen=True)
class Waterfall:
    """The groups in the order in which they are drawn, the ends of the whole, and where they stand in the drawing.

    `rest` are the reasons that the bar `other` sums up, the strongest first.
    """

    baseline: float
    margin: float
    groups: tuple[Group, ...]
    rest: tuple[Reason, ...]
    baseline_at: float
    margin_at: float


def waterfall(baseline: float, reasons: Sequence[Reason], margin: float, shown: int = SHOWN) -> Waterfall:
    """Draw all reasons of a row, given strongest first; baseline and contributions sum to the margin."""
    own, rest = reasons[:shown], reasons[shown:]
    ordered = list(_by_category(own))
    parts = [reason.contribution for _, some in ordered for reason in some]
    other = sum(reason.contribution for reason in rest)
    stops = list(accumulate([*parts, *([other] if rest else [])], initial=baseline))
    low, high = min(stops), max(stops)
    scale = WIDTH / (high - low) if high > low else 0.0

    def bar(reason: Reason | None, at: int) -> Bar:
        start, end = stops[at], stops[at + 1]
        return Bar(reason, start, end, (min(start, end) - low) * scale, abs(end - start) * scale)

    groups: list[Group] = []
    at = 0
    for category, some in ordered:
        bars = tuple(bar(reason, at + number) for number, reason in enumerate(some))
        groups.append(Group(*CATEGORIES[category], bars))
        at += len(some)
    if rest:
        groups.append(Group("", "", (bar(None, at),)))
    ends = ((baseline - low) * scale, (stops[-1] - low) * scale)
    return Waterfall(baseline, margin, tuple(groups), tuple(rest), *ends)


def _by_category(reasons: Sequence[Reason]) -> Iterator[tuple[str, list[Reason]]]:
    """Category and its reasons, the one with the largest sum of sizes first."""
    groups: dict[str, list[Reason]] = {}
    for reason in reasons:
        groups.setdefault(reason.indicator.category, []).append(reason)
    yield from sorted(groups.items(), key=lambda item: -sum(abs(reason.contribution) for reason in item[1]))
