"""What the page of one sector says, in words, before it is laid out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from features.catalogue.everything import BY_NAME, INDICATORS
from features.indicator import Indicator
from model.standard import GENERAL, Standard
from model.standard_terms import DirectHigh, SamplingRule
from model.tiers import TIERS, Tier
from supervision.publication.words import promise
from training.cards.blocks import Text

MEASURES = {
    "low": Text(
        "降低抽查比例和频次。除投诉举报、大数据监测发现、转办交办线索以及法律法规另有规定外，可不主动实施现场检查（无事不扰）。",
        "Lower ratio and frequency. Save for complaints and reports, findings of monitoring, transferred or assigned "
        "clues and what the law demands, no active on-site checks need be made.",
    ),
    "medium": Text(
        "按常规比例和频次抽查，提示并引导主体主动纠正轻微失信行为。",
        "Normal ratio and frequency; subjects are warned of minor dishonesty and prompted to repair it.",
    ),
    "medium_high": Text(
        "列为重点关注对象，提高抽查比例和频次，增加检查事项，从严监管。",
        "Key attention: higher ratio and frequency, more items, stricter supervision.",
    ),
    "high": Text(
        "实施严格监管，大幅提高抽查比例和频次，增加检查事项，必要时主动实施现场检查。",
        "Strict supervision: much higher ratio and frequency, more items, active on-site checks where needed.",
    ),
}
"""What a tier means for supervision, in the words of the district's scheme (handbook 1.3, R14)."""


@dataclass(frozen=True)
class TierRow:
    """One tier: its promise, the measure of the scheme, and the standard's own sampling rule."""

    tier: Tier
    promise: Text
    measure: Text
    rule: SamplingRule


@dataclass(frozen=True)
class HardRule:
    """One direct-high rule with the indicator that it rests on."""

    rule: DirectHigh
    indicator: Indicator


@dataclass(frozen=True)
class Points:
    """What one indicator adds in the point table: from each value on so many points, or so many per unit."""

    indicator: Indicator
    bands: tuple[tuple[float, float], ...]
    per_unit: float | None


@dataclass(frozen=True)
class SectorPage:
    """A sector's standard, laid out for a reader."""

    standard: Standard
    name: Text
    parent: Text | None
    tiers: tuple[TierRow, ...]
    hard_rules: tuple[HardRule, ...]
    points: tuple[Points, ...]
    grades: tuple[tuple[Tier, tuple[str, ...]], ...]
    own: tuple[Indicator, ...]
    general: tuple[Indicator, ...]
    digest: str


def lay_out(standard: Standard, standards: Mapping[str, Standard]) -> SectorPage:
    """Everything that the page of one sector says; `standards` are all that are published."""
    parent = standards.get(standard.parent or "")
    borders = pairwise((0.0, *standard.cuts, 1.0))
    tiers = tuple(
        TierRow(tier, promise(low, high, standard.horizon_days), MEASURES[tier.id], standard.sampling[tier.id])
        for tier, (low, high) in zip(TIERS, borders, strict=True)
    )
    return SectorPage(
        standard,
        Text(standard.name_zh, standard.name_en),
        Text(parent.name_zh, parent.name_en) if parent else None,
        tiers,
        tuple(HardRule(rule, BY_NAME[rule.condition.indicator]) for rule in standard.direct_high),
        _points(standard),
        _grades(standard),
        tuple(BY_NAME[name] for name in standard.own_indicators),
        general_indicators(standards),
        digest_of(standard),
    )


def general_indicators(standards: Mapping[str, Standard]) -> tuple[Indicator, ...]:
    """The indicators that every sector looks at: all that no sector but the general one calls its own."""
    owned = {name for sector, one in standards.items() if sector != GENERAL for name in one.own_indicators}
    return tuple(indicator for indicator in INDICATORS if indicator.name not in owned)


def digest_of(standard: Standard) -> str:
    """The SHA-256 of a standard's content, by which two copies can be told apart."""
    text = json.dumps(standard.to_json(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _points(standard: Standard) -> tuple[Points, ...]:
    table = standard.point_table
    if table is None:
        return ()
    return (
        *(
            Points(BY_NAME[name], tuple((band.start, band.points) for band in bands), None)
            for name, bands in table.bands.items()
        ),
        *(Points(BY_NAME[name], (), each) for name, each in table.per_unit.items()),
    )


def _grades(standard: Standard) -> tuple[tuple[Tier, tuple[str, ...]], ...]:
    """The grades of the official scheme that stand for each tier; nothing where the standard names no scheme."""
    if not standard.native_scale:
        return ()
    return tuple(
        (tier, tuple(grade for grade, named in standard.native_scale.items() if named == tier.id)) for tier in TIERS
    )
