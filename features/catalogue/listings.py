"""Abnormal list and serious-violation list (经营异常名录、严重违法失信名单)."""

from features.indicator import LOWERS, RAISES, Condition, Count, DaysSince, Indicator, over_windows

ABNORMAL_ORDER = "企业经营异常名录管理暂行办法"
SERIOUS_ORDER = "市场监督管理严重违法失信名单管理办法"
ABNORMAL = Condition("kind", "in", ("abnormal",))
SERIOUS = Condition("kind", "in", ("serious",))
ACTIVE = (Condition("removed_on", "not_reached"), Condition("listed_until", "not_reached"))


def _listed(name: str, zh: str, en: str, *where: Condition, source: str = ABNORMAL_ORDER) -> Indicator:
    return Indicator(name, zh, en, "supervision", "listings", Count(), "listings", RAISES, source, where)


INDICATORS = (
    _listed("listings_active", "在列名单数", "Active listings", *ACTIVE),
    _listed("listings_abnormal_active", "在列经营异常名录数", "Active abnormal listings", ABNORMAL, *ACTIVE),
    _listed(
        "listings_serious_active",
        "在列严重违法失信名单数",
        "Active serious-violation listings",
        SERIOUS,
        *ACTIVE,
        source=SERIOUS_ORDER,
    ),
    _listed(
        "listings_unreachable_active",
        "因失联在列数",
        "Active listings as unreachable",
        Condition("cause", "in", ("unreachable",)),
        *ACTIVE,
    ),
    *over_windows(
        _listed("listings_abnormal_count", "列入经营异常名录次数", "Abnormal listings", ABNORMAL), (365, 1095)
    ),
    _listed(
        "listings_serious_count",
        "列入严重违法失信名单次数",
        "Serious-violation listings",
        SERIOUS,
        source=SERIOUS_ORDER,
    ),
    _listed(
        "listings_annual_report_count",
        "因年报列入次数",
        "Listings for annual reports",
        Condition("cause", "in", ("annual_report",)),
    ),
    _listed(
        "listings_falsehood_count",
        "因弄虚作假或逾期公示列入次数",
        "Listings for falsehood or missed disclosure",
        Condition("cause", "in", ("falsehood", "disclosure_order")),
    ),
    _listed(
        "listings_unreachable_count",
        "因失联列入次数",
        "Listings as unreachable",
        Condition("cause", "in", ("unreachable",)),
    ),
    Indicator(
        "listings_days_since",
        "距最近列入天数",
        "Days since the last listing",
        "supervision",
        "listings",
        DaysSince(1825),
        "days",
        LOWERS,
        ABNORMAL_ORDER,
    ),
)
