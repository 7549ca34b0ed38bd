"""Licences (许可证件): held, running out, suspended or revoked."""

from features.indicator import EITHER, RAISES, Condition, Count, DaysSinceFirst, Direction, Distinct, Indicator

LAW = "行政许可法"
RUNNING = (Condition("valid_to", "not_reached"), Condition("state", "in", ("valid",)))


def _licences(name: str, zh: str, en: str, *where: Condition, direction: Direction = EITHER) -> Indicator:
    return Indicator(name, zh, en, "basic", "licences", Count(), "licences", direction, LAW, where)


INDICATORS = (
    _licences("licences_count", "许可证件数", "Licences on record"),
    _licences("licences_valid_count", "有效许可证件数", "Valid licences", *RUNNING),
    _licences(
        "licences_expired_count",
        "已过期许可证件数",
        "Licences past their term",
        Condition("valid_to", "reached"),
        Condition("state", "in", ("valid", "expired")),
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
    Indicator(
        "licences_sector_valid_count",
        "本领域有效许可证件数",
        "Valid licences in this sector",
        "basic",
        "licences",
        Count(),
        "licences",
        EITHER,
        LAW,
        RUNNING,
        None,
        True,
    ),
)
