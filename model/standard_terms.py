"""The words of which a sector's published standard consists."""

from dataclasses import dataclass, field

TIERS = ("low", "medium", "medium_high", "high")
"""Tier ids in order of risk, rank 1 to 4 (低 中 中高 高)."""


@dataclass(frozen=True)
class DirectHighCondition:
    """A fact that puts an enterprise into the high tier whatever the model says.

    It holds where the indicator, named as in the catalogue, is known and at least `at_least`.
    """

    zh: str
    en: str
    indicator: str
    at_least: float = 1.0


DIRECT_HIGH_CONDITIONS = {
    "serious_violation_listing": DirectHighCondition(
        "列入严重违法失信名单", "on the list of serious violations", "listings_serious_active"
    ),
    "licence_revoked": DirectHighCondition("许可证件被吊销", "a licence has been revoked", "licences_revoked_active"),
    "serious_penalty_within_year": DirectHighCondition(
        "一年内受到严重行政处罚", "a serious penalty within a year", "penalties_serious_count_365d"
    ),
    "repeated_sampling_failure": DirectHighCondition(
        "两年内两次以上抽检不合格",
        "two or more failed samplings within two years",
        "samplings_failed_count_730d",
        at_least=2.0,
    ),
    "level_1_recall_open": DirectHighCondition(
        "一级召回尚未完成", "a level 1 recall is not completed", "recalls_level1_open"
    ),
    "equipment_overdue": DirectHighCondition(
        "在用设备超期未检", "equipment in use is overdue for inspection", "equipment_overdue_count"
    ),
    "equipment_unregistered": DirectHighCondition(
        "使用未登记的设备", "unregistered equipment is in use", "equipment_unregistered_count"
    ),
    "commitment_broken": DirectHighCondition("违背信用承诺", "a commitment was broken", "commitments_broken_count"),
}
"""Every condition that a standard may name in `direct_high`, with the indicator that it rests on."""


@dataclass(frozen=True)
class DirectHigh:
    """One hard rule of a standard: a condition by its code, and the text that demands it."""

    when: str
    source: str

    @property
    def condition(self) -> DirectHighCondition:
        return DIRECT_HIGH_CONDITIONS[self.when]


@dataclass(frozen=True)
class SamplingRule:
    """How one tier is inspected.

    `ratio` is the fraction of the tier drawn at random in a year; `frequency` the planned checks a year of one
    enterprise, null where the draw alone decides; `cap` the most planned checks a year of one enterprise, null
    for none; `items` the check items added; `active_check` whether the office also goes unasked.
    """

    ratio: float
    frequency: float | None = None
    cap: int | None = None
    items: tuple[str, ...] = ()
    active_check: bool = False


DEFAULT_SAMPLING = {
    "low": SamplingRule(ratio=0.01, cap=1),
    "medium": SamplingRule(ratio=0.02, cap=1),
    "medium_high": SamplingRule(ratio=0.10, cap=2),
    "high": SamplingRule(ratio=0.30, active_check=True),
}
"""Ratios of Henan 2021 (handbook 4.2); the caps are a project decision. No ratio is zero: 不免抽."""


@dataclass(frozen=True)
class StatutoryMinimum:
    """At least `times` full checks in `per_years` years, whatever the tier."""

    per_years: int
    times: int
    source: str


@dataclass(frozen=True)
class Band:
    """Points from this value on (inclusive), until the next band begins."""

    start: float
    points: float


@dataclass(frozen=True)
class PointTable:
    """The published rule where no model may answer: base points plus the points of each indicator.

    `bands` give points by value (none below the first band); `per_unit` gives points in proportion. A null
    indicator gives no points. The sum is held within 0 and `scale`. A sum of at most `cuts[0]` is the low
    tier, above it and at most `cuts[1]` the medium one, and so on: the published scales close their classes above.
    """

    cuts: tuple[float, float, float]
    scale: float
    base: float = 0.0
    bands: dict[str, tuple[Band, ...]] = field(default_factory=dict)
    per_unit: dict[str, float] = field(default_factory=dict)
    source: str = ""
