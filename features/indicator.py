"""The words in which indicators are declared: what is counted, over which records, in which window, and why.

A declaration is frozen data. From it come the engine's expression (`features.measures`), the monotone constraint,
the schema a model saves, the sentence a reviewer reads and the public dictionary.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Direction = Literal[-1, 0, 1]
RAISES: Direction = 1
LOWERS: Direction = -1
EITHER: Direction = 0

Category = Literal["basic", "dynamic", "supervision", "relations", "social"]
CATEGORIES: dict[str, tuple[str, str]] = {
    "basic": ("企业基础属性", "Basic attributes"),
    "dynamic": ("企业动态", "Enterprise dynamics"),
    "supervision": ("监管", "Supervision"),
    "relations": ("关联关系", "Related parties"),
    "social": ("社会评价", "Social appraisal"),
}
"""The five first-level categories of the national indicator system (handbook 2.2)."""

Operator = Literal["in", "not_in", "at_least", "is_true", "is_false", "is_null", "reached", "not_reached", "passed"]


@dataclass(frozen=True)
class Condition:
    """One test on a record's column.

    `reached` holds where a date column is null-free and on or before the as-of date, `not_reached` where it is null
    or later: so a removal on A has already taken effect at A. `passed` holds where the date is before the as-of date:
    on the last day of a term, A, nobody is late yet. Null never satisfies `in`, `at_least`, `is_true`, `is_false`,
    `reached` or `passed`; `not_in` holds for null.
    """

    column: str
    operator: Operator
    value: tuple[str | int, ...] | float | None = None


@dataclass(frozen=True)
class Count:
    """How many records; 0 over none."""


@dataclass(frozen=True)
class Sum:
    """The sum of a column over records; null cells count as 0; 0 over no record."""

    column: str


@dataclass(frozen=True)
class Worst:
    """The largest value of a column; 0 over no record (columns whose 0 means 'nothing found')."""

    column: str


@dataclass(frozen=True)
class Decayed:
    """Records weighted by recency: each adds 0.5 ** (age in days / half_life_days), times `column` if named.

    What a record adds is rounded to steps of 2**-28 (`features.measures` says why).
    """

    half_life_days: int
    column: str | None = None


@dataclass(frozen=True)
class DaysSince:
    """Whole days since the latest record, at most `cap_days`; `cap_days` over no record, so never null."""

    cap_days: int


@dataclass(frozen=True)
class DaysSinceFirst:
    """Whole days since the first record, at most `cap_days`; 0 over no record."""

    cap_days: int


@dataclass(frozen=True)
class Distinct:
    """How many different non-null values of a column; 0 over no record."""

    column: str


@dataclass(frozen=True)
class Repeats:
    """How many records bring a value of a column again: those with a value less its different ones; 0 over no record.

    One record more never lowers it, which a share of repeated ones could not promise.
    """

    column: str


@dataclass(frozen=True)
class Trend:
    """Records of the last 365 days minus those of the 365 days before; 0 over none."""


@dataclass(frozen=True)
class Latest:
    """A column of the nth latest ranked record (1 is the latest; `features.measures` ranks); null if there is none.

    Records are ranked before conditions hold, so a condition may only name a column that they are ranked within
    (`features.measures.RANKED_WITHIN`).
    """

    column: str
    nth: int = 1


@dataclass(frozen=True)
class Attribute:
    """A property of the enterprise's own row in force at the as-of date, by the name `features.attributes` gives it."""

    name: str


@dataclass(frozen=True)
class Ratio:
    """One indicator over another, clipped to [-cap, cap]; null where either is null or the lower one not positive."""

    numerator: str
    denominator: str
    cap: float = 100.0


@dataclass(frozen=True)
class Difference:
    """One indicator minus another; null where either is null."""

    first: str
    second: str


@dataclass(frozen=True)
class ShrunkRate:
    """(numerator + strength * prior) / (denominator + strength): a rate pulled to the rate of the sector.

    The prior is the sector's own rate, itself pulled to the whole population's (`features.peers`). Never null.
    """

    numerator: str
    denominator: str
    strength: float


@dataclass(frozen=True)
class GroupRate:
    """The pooled rate of all enterprises sharing `columns` (attributes of the row), pulled to the population's rate."""

    columns: tuple[str, ...]
    numerator: str
    denominator: str
    strength: float


@dataclass(frozen=True)
class Place:
    """Share of the sector's enterprises with a smaller value of the indicator, in [0, 1] by percent steps."""

    of: str


@dataclass(frozen=True)
class NeighbourRate:
    """The pooled rate of others within `radius_m` metres, pulled to the sector's; the sector's without a place."""

    radius_m: int
    numerator: str
    denominator: str
    strength: float


@dataclass(frozen=True)
class NeighbourSum:
    """The sum of an indicator over other enterprises within `radius_m` metres; 0 without a place."""

    radius_m: int
    of: str


@dataclass(frozen=True)
class RelatedSum:
    """The sum of an indicator over the enterprises that a visible relation names; 0 without relations."""

    of: str


RecordMeasure = Count | Sum | Worst | Decayed | DaysSince | DaysSinceFirst | Distinct | Repeats | Trend | Latest
RowMeasure = Ratio | Difference
PeerMeasure = ShrunkRate | GroupRate | Place | NeighbourRate | NeighbourSum | RelatedSum
Measure = RecordMeasure | Attribute | RowMeasure | PeerMeasure


@dataclass(frozen=True)
class Indicator:
    """One declared indicator.

    `window_days` w keeps records with A - w <= occurred_on < A (closed at the old end, open at A); None keeps all.
    `by_sector` keeps only records of the row's own sector. `direction` is +1 where a larger value may
    never lower the risk, -1 where it may never raise it, 0 where nothing is promised. One with
    `speaks_days` speaks of the next so many days: outcomes over a longer horizon are not learned from it.
    """

    name: str
    zh: str
    en: str
    category: Category
    subject: str
    measure: Measure
    unit: str
    direction: Direction
    source: str
    where: tuple[Condition, ...] = ()
    window_days: int | None = None
    by_sector: bool = False
    speaks_days: int | None = None

    @property
    def null_meaning(self) -> str:
        """What an empty value says, in both languages; empty where the value is never null."""
        if isinstance(self.measure, Latest):
            return "无相应记录或未公示 (no such record, or not disclosed)"
        if isinstance(self.measure, Ratio | Difference):
            return "任一分量缺失 (a part is missing)"
        if isinstance(self.measure, Attribute):
            return "未登记 (not registered)"
        return ""


def over_windows(indicator: Indicator, windows: Iterable[int]) -> tuple[Indicator, ...]:
    """One indicator per window, named `subject_measure_<days>d` and labelled with the window."""
    return tuple(
        replace(
            indicator,
            name=f"{indicator.name}_{days}d",
            zh=f"近{days}天{indicator.zh}",
            en=f"{indicator.en}, last {days} days",
            window_days=days,
        )
        for days in windows
    )
