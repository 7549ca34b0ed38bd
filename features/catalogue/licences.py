"""Licences (许可证件): held, running out, suspended or revoked."""

from dataclasses import replace

from features.indicator import EITHER, RAISES, Condition, Count, DaysSinceFirst, Direction, Distinct, Indicator

LAW = "行政许可法"
PAST_TERM = (Condition("valid_to", "reached"), Condition("state", "in", ("valid", "expired")))
RUNNING = (Condition("valid_to", "not_reached"), Condition("state", "in", ("valid",)))


def _licences(name: str, zh: str, en: str, *where: Condition, direction: Direction = EITHER) -> Indicator:
    return Indicator(name, zh, en, "basic", "licences", Count(), "licences", direction, LAW, where)


def _sector(name: str, zh: str, en: str, *where: Condition, direction: Direction = EITHER) -> Indicator:
    """Of the licences or certificates of the row's own sector."""
    return replace(_licences(name, zh, en, *where, direction=direction), by_sector=True)


INDICATORS = (
    _licences("licences_count", "许可证件数", "Licences on record"),
    _licences("licences_valid_count", "有效许可证件数", "Valid licences", *RUNNING),
    _licences(
        "licences_expired_count",
        "已过期许可证件数",
        "Licences past their term",
        *PAST_TERM,
        direction=RAISES,
    ),
    _licences(
        "licences_suspended_count",
        "被暂停许可证件数",
        "Suspended licences",
        Condition("state", "in", ("suspended",)),
        direction=RAISES,
    ),
    _licences(
        "licences_revoked_active",
        "被吊销或撤销许可证件数",
        "Revoked licences",
        Condition("state", "in", ("revoked",)),
        direction=RAISES,
    ),
    _licences(
        "licences_cancelled_count",
        "已注销许可证件数",
        "Cancelled licences",
        Condition("state", "in", ("cancelled",)),
    ),
    Indicator(
        "licences_kinds_distinct",
        "许可证件种类数",
        "Kinds of licences",
        "basic",
        "licences",
        Distinct("kind"),
        "kinds",
        EITHER,
        LAW,
    ),
    Indicator(
        "licences_oldest_days",
        "首个许可距今天数",
        "Days since the first licence",
        "basic",
        "licences",
        DaysSinceFirst(7300),
        "days",
        EITHER,
        LAW,
    ),
    _sector("licences_sector_valid_count", "本领域有效许可证件数", "Valid licences in this sector", *RUNNING),
    _sector(
        "licences_sector_expired_count",
        "本领域已过期许可证件数",
        "Licences in this sector past their term",
        *PAST_TERM,
        direction=RAISES,
    ),
    _sector(
        "licences_sector_suspended_count",
        "本领域被暂停许可证书数",
        "Suspended licences and certificates in this sector",
        Condition("state", "in", ("suspended",)),
        direction=RAISES,
    ),
    _sector(
        "licences_sector_revoked_count",
        "本领域被吊销或撤销许可证书数",
        "Revoked licences and certificates in this sector",
        Condition("state", "in", ("revoked",)),
        direction=RAISES,
    ),
    _sector(
        "licences_sector_cold_chain_count",
        "本领域含冷藏冷冻经营的有效许可证件数",
        "Valid licences in this sector that cover chilled or frozen goods",
        *RUNNING,
        Condition("has_cold_chain", "is_true"),
    ),
    _sector(
        "licences_sector_near_school_count",
        "本领域校园周边的有效许可证件数",
        "Valid licences in this sector for premises near a school",
        *RUNNING,
        Condition("near_school", "is_true"),
    ),
)
