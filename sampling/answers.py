"""What the service answers, as frozen values; fields are those of `/openapi.json`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar

Kind = TypeVar("Kind")


def taken(kind: type[Kind], content: Mapping[str, Any], **read: Any) -> Kind:
    """A value of this kind from an answer's JSON, with what was `read` already; what a later version adds is left."""
    own = {one.name: content[one.name] for one in fields(kind) if one.name not in read}  # type: ignore[arg-type]
    return kind(**own, **read)


def day_of(text: str | None) -> date | None:
    """The day that an answer writes as text; null stays null."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Advisory:
    """Monitoring found that inputs or outcomes broke with the past (`kinds`): use the tiers with care.

    `as_of` is the date that was watched, `alerts` the digest of the alerts.
    """

    state: str
    as_of: date
    alerts: str
    kinds: tuple[str, ...]
    zh: str
    en: str

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Advisory":
        """From an answer's JSON."""
        return taken(cls, content, as_of=date.fromisoformat(content["as_of"]), kinds=tuple(content["kinds"]))


@dataclass(frozen=True)
class Header:
    """What answered: digests of release and snapshot, and the day at whose beginning the records stood.

    `advisory` is null unless monitoring says that something broke.
    """

    release: str
    snapshot: str
    as_of: date
    advisory: Advisory | None = None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Header":
        """From an answer's JSON."""
        told = content.get("advisory")
        return taken(
            cls,
            content,
            as_of=date.fromisoformat(content["as_of"]),
            advisory=None if told is None else Advisory.of(told),
        )


@dataclass(frozen=True)
class Rule:
    """A hard rule that outranks the model, with the text that demands it."""

    rule: str
    zh: str
    en: str
    source: str


@dataclass(frozen=True)
class StatutoryMinimum:
    """At least `times` full checks in `per_years` years, whatever the tier."""

    per_years: int
    times: int
    source: str


@dataclass(frozen=True)
class SamplingRule:
    """How the standard inspects the tier: `ratio` drawn at random in a year, `frequency` and `cap` in checks a year."""

    ratio: float
    frequency: float | None
    cap: int | None
    items: tuple[str, ...]
    active_check: bool
    statutory_minimum: StatutoryMinimum | None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "SamplingRule":
        """From an answer's JSON."""
        minimum = content["statutory_minimum"]
        least = taken(StatutoryMinimum, minimum) if minimum else None
        return taken(cls, content, items=tuple(content["items"]), statutory_minimum=least)


@dataclass(frozen=True)
class Override:
    """What the model's own answer was where a reviewer put another tier in its place, until the day it expires."""

    model_tier: str
    model_tier_rank: int
    model_source: str
    decided_on: date
    expires_on: date | None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Override":
        """From an answer's JSON."""
        decided_on = date.fromisoformat(content["decided_on"])
        return taken(cls, content, decided_on=decided_on, expires_on=day_of(content["expires_on"]))


@dataclass(frozen=True)
class Result:
    """One enterprise in one sector; null after `status` without a tier. `interval` holds 90 % of the problem rate.

    Under an `override`, `tier` and `source` are the reviewer's, everything else the model's.
    """

    enterprise_id: str
    sector: str | None
    status: str
    tier: str | None
    tier_rank: int | None
    margin: float | None
    probability: float | None
    interval: tuple[float, float] | None
    borderline: bool | None
    source: str | None
    scheme: str | None
    rules: tuple[Rule, ...]
    confirmed: bool | None
    override: Override | None
    sampling: SamplingRule | None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Result":
        """From an answer's JSON."""
        interval, override, sampling = content["interval"], content["override"], content["sampling"]
        return taken(
            cls,
            content,
            interval=(interval[0], interval[1]) if interval else None,
            rules=tuple(taken(Rule, rule) for rule in content["rules"]),
            override=Override.of(override) if override else None,
            sampling=SamplingRule.of(sampling) if sampling else None,
        )


@dataclass(frozen=True)
class Scores:
    """Results in the order of what was asked, all of one snapshot."""

    header: Header
    results: tuple[Result, ...]

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)


@dataclass(frozen=True)
class Reason:
    """What one indicator adds to the margin (log-odds) and to the probability (percentage points), and its records."""

    indicator: str
    label: str
    category: str
    value: float | None
    unit: str
    window: int | None
    typical: float | None
    contribution: float
    effect_points: float
    records: tuple[str, ...]


@dataclass(frozen=True)
class Explained:
    """A result with its reasons; `baseline`, contributions and `other` sum to `total`, which is the margin.

    `grade_records` are the records of another system's grade that the tier passes on.
    """

    result: Result
    baseline: float | None
    reasons: tuple[Reason, ...]
    other: float | None
    total: float | None
    grade_records: tuple[str, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Explained":
        """From an answer's JSON."""
        reasons = tuple(taken(Reason, one, records=tuple(one["records"])) for one in content["reasons"])
        grades = tuple(content["grade_records"])
        return taken(cls, content, result=Result.of(content), reasons=reasons, grade_records=grades)


@dataclass(frozen=True)
class Explanations:
    """Results with reasons, all of one snapshot."""

    header: Header
    results: tuple[Explained, ...]


@dataclass(frozen=True)
class SavedSnapshot:
    """A snapshot that was written to a file; `tag` is what to send to be told whether it still holds."""

    header: Header
    tag: str


@dataclass(frozen=True)
class WorklistPage:
    """Rows of a worklist; each has the list's columns, dates as text."""

    header: Header
    name: str
    total: int
    rows: tuple[Mapping[str, Any], ...]


def _days(texts: Iterable[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


@dataclass(frozen=True)
class PoolEntry:
    """What must be known of an enterprise before it can be drawn in a sector; null where the register says nothing.

    `checked_on` are the days of its checks in the sector, `visited_on` those of the as-of date's year in any sector,
    `drawn_on` the days of that year on which it was drawn in the sector.
    """

    enterprise_id: str
    station: str | None
    state: str | None
    established_on: date | None
    checked_on: tuple[date, ...]
    visited_on: tuple[date, ...]
    drawn_on: tuple[date, ...]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "PoolEntry":
        """From an answer's JSON."""
        days = {name: _days(content[name]) for name in ("checked_on", "visited_on", "drawn_on")}
        return taken(cls, content, established_on=day_of(content["established_on"]), **days)


@dataclass(frozen=True)
class KeptPlan:
    """What came of a draw as the service keeps it, with the entry of the audit log that proves when it came."""

    draw_id: str
    received_at: datetime
    entry: int
    entry_digest: str
    plan: Mapping[str, Any]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "KeptPlan":
        """From an answer's JSON."""
        return taken(cls, content, received_at=datetime.fromisoformat(content["received_at"]))


@dataclass(frozen=True)
class RegisteredDraw:
    """A draw as it was registered, with the entry of the audit log that proves when."""

    draw_id: str
    registered_at: datetime
    entry: int
    entry_digest: str
    draw: Mapping[str, Any]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "RegisteredDraw":
        """From an answer's JSON."""
        return taken(cls, content, registered_at=datetime.fromisoformat(content["registered_at"]))


@dataclass(frozen=True)
class RowReason:
    """Why a row was refused."""

    code: str
    field: str
    message: str


@dataclass(frozen=True)
class FeedbackOutcome:
    """What became of a row: `accepted` (`known`: it was kept before), `superseded` an earlier one, or `refused`."""

    id: str | None
    status: str
    known: bool
    reason: RowReason | None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "FeedbackOutcome":
        """From an answer's JSON."""
        reason = content["reason"]
        return taken(cls, content, reason=taken(RowReason, reason) if reason else None)
