"""What the addresses of tiers answer, as the description shows it; a test holds real answers against these models."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from model.tiers import TierId

Status = Literal["scored", "out_of_scope", "no_model", "unknown"]
Source = Literal["module", "superior", "sector", "general", "point_table", "hard_rule", "override", "provincial"]
Scheme = Literal["provincial_professional", "superior", "provincial_general"]


class Answered(BaseModel):
    """An answer has every field of its model and no other."""

    model_config = ConfigDict(extra="forbid")


class Advisory(Answered):
    """Monitoring found that inputs or outcomes broke with the past: use the tiers with care.

    `as_of` is the date that was watched, `kinds` what broke, `alerts` the digest of the alerts, which the review page
    shows.
    """

    state: Literal["broken"]
    as_of: date
    alerts: str
    kinds: list[str]
    zh: str
    en: str


class Header(Answered):
    """What answered: digests of release and snapshot, and the day at whose beginning the records stood.

    `advisory` is there only while monitoring says that something broke.
    """

    release: str
    snapshot: str
    as_of: date
    advisory: Advisory | None = None


class HardRule(Answered):
    """A legal or standard condition that outranks the model, with the text that demands it."""

    rule: str
    zh: str
    en: str
    source: str


class StatutoryMinimum(Answered):
    """At least `times` full checks in `per_years` years, whatever the tier."""

    per_years: int
    times: int
    source: str


class Sampling(Answered):
    """How the sector's standard inspects the tier.

    `ratio` is the share drawn at random in a year; `frequency` the planned checks a year of one enterprise, null where
    the draw alone decides; `cap` the most of them, null for none; `active_check` whether the office also goes unasked.
    """

    ratio: float
    frequency: float | None
    cap: int | None
    items: list[str]
    active_check: bool
    statutory_minimum: StatutoryMinimum | None


class Override(Answered):
    """What the model's own answer was where a reviewer put another tier in its place, until the day it expires."""

    model_tier: TierId
    model_tier_rank: int = Field(ge=1, le=4)
    model_source: Source
    decided_on: date
    expires_on: date | None


class Result(Answered):
    """One enterprise in one sector.

    Everything after `status` is null (and `rules` empty) without a tier. `margin` (calibrated log-odds),
    `probability` and `interval` (90 % of the problem rate at this margin) are null where a point table or another
    system answered. `borderline`: the interval crosses a cut. `confirmed` is false for a high tier until a person has
    confirmed it. Under an `override`, `tier` and `source` are the reviewer's, everything else the model's.
    """

    enterprise_id: str
    sector: str | None
    status: Status
    tier: TierId | None
    tier_rank: int | None = Field(ge=1, le=4)
    margin: float | None
    probability: float | None = Field(ge=0, le=1)
    interval: list[float] | None = Field(min_length=2, max_length=2)
    borderline: bool | None
    source: Source | None
    scheme: Scheme | None
    rules: list[HardRule]
    confirmed: bool | None
    override: Override | None
    sampling: Sampling | None


class ScoreAnswer(Header):
    """Results in the order of the ids, or a page of a sector; `next` is `after` of the page behind it, else null."""

    results: list[Result]
    next: str | None


class Reason(Answered):
    """What one indicator adds to the margin, in log-odds and in percentage points of the probability.

    `value` and `typical` (the sector's median) are in `unit`; `window` are the days looked at, null for all time;
    `records` the ids of the records behind the value.
    """

    indicator: str
    label: str
    category: str
    value: float | None
    unit: str
    window: int | None
    typical: float | None
    contribution: float
    effect_points: float
    records: list[str]


class ExplainedResult(Result):
    """A result with its reasons: `baseline`, the contributions and `other` sum to `total`, which is the margin.

    `grade_records` are the records of another system's grade that the tier passes on.
    """

    baseline: float | None
    reasons: list[Reason]
    other: float | None
    total: float | None
    grade_records: list[str]


class ExplainAnswer(Header):
    """Results with reasons, computed live."""

    results: list[ExplainedResult]


class SectorTiers(Answered):
    """How many results of a sector have each tier; those without a tier count in none."""

    sector: str
    results: int
    tiers: dict[TierId, int]


class SnapshotAnswer(Header):
    """What is in service, counted within the caller's scope, and the forms in which the rows are streamed."""

    enterprises: int
    results: int
    sectors: list[SectorTiers]
    media_types: list[str]


class Names(Answered):
    """A name in Chinese and in English."""

    zh: str
    en: str


class SectorRelease(Answered):
    """Whose model answers in a sector, and what its standard promises.

    `cuts` are the probabilities at which the second, third and fourth tier begin; `horizon_days` after the as-of date a
    problem of `outcome_severity` must be found to count. `sampling` is by tier.
    """

    sector: str
    name: Names
    office: str
    level: Literal["sector", "general", "point_table"]
    standard_version: str
    outcome_severity: str
    horizon_days: int
    cuts: list[float] = Field(min_length=3, max_length=3)
    rules: list[HardRule]
    sampling: dict[TierId, Sampling]


class Route(Answered):
    """From whom a sector takes its answer in [valid_from, valid_to); null: until further notice."""

    sector: str
    source: str
    scheme: str
    valid_from: date
    valid_to: date | None
    reference: str


class ReleaseAnswer(Header):
    """The release in service, by sector, and the sectors that take another system's grades."""

    sectors: list[SectorRelease]
    routing: list[Route]
