"""Complaints and reports (投诉举报, social appraisal 社会评价): one is civil, one alleges a breach."""

from features.indicator import (
    EITHER,
    LOWERS,
    RAISES,
    Condition,
    Count,
    DaysSince,
    Decayed,
    Direction,
    Indicator,
    Measure,
    Place,
    Repeats,
    ShrunkRate,
    Trend,
    over_windows,
)

ALL_WINDOWS = (90, 180, 365, 730, 1095)
ORDER = "市场监督管理投诉举报处理暂行办法"
COMPLAINT = (Condition("kind", "in", ("complaint",)),)
REPORT = (Condition("kind", "in", ("report",)),)
VERIFIED = (Condition("verified", "is_true"),)


def _social(
    name: str,
    zh: str,
    en: str,
    measure: Measure,
    where: tuple[Condition, ...] = (),
    unit: str = "records",
    direction: Direction = RAISES,
) -> Indicator:
    return Indicator(name, zh, en, "social", "complaints", measure, unit, direction, ORDER, where)


def _about(matter: str, zh: str, en: str) -> tuple[Indicator, ...]:
    """Complaints and reports about one matter: lately received, and found to be true in three years."""
    where = (Condition("matter", "in", (matter,)),)
    received = _social(
        f"complaints_{matter}_count", f"{zh}投诉举报次数", f"Complaints and reports about {en}", Count(), where
    )
    verified = _social(
        f"complaints_{matter}_verified_count",
        f"查实的{zh}投诉举报次数",
        f"Verified complaints and reports about {en}",
        Count(),
        (*where, *VERIFIED),
    )
    return *over_windows(received, (365,)), *over_windows(verified, (1095,))


INDICATORS = (
    *over_windows(_social("complaints_count", "投诉次数", "Complaints", Count(), COMPLAINT), ALL_WINDOWS),
    *over_windows(_social("complaints_reports_count", "举报次数", "Reports", Count(), REPORT), (365, 1095)),
    *over_windows(
        _social(
            "complaints_verified_count",
            "查实的投诉举报次数",
            "Verified complaints and reports",
            Count(),
            VERIFIED,
        ),
        (180, 365, 1095),
    ),
    _social(
        "complaints_days_since",
        "距最近投诉举报天数",
        "Days since the last complaint or report",
        DaysSince(1095),
        unit="days",
        direction=LOWERS,
    ),
    _social(
        "complaints_verified_days_since",
        "距最近查实投诉举报天数",
        "Days since the last verified complaint or report",
        DaysSince(1095),
        VERIFIED,
        "days",
        LOWERS,
    ),
    _social(
        "complaints_decayed_90d",
        "投诉举报次数（九十天半衰）",
        "Complaints and reports weighted by recency, half-life 90 days",
        Decayed(90),
        unit="weighted records",
    ),
    _social(
        "complaints_decayed_365d",
        "投诉举报次数（一年半衰）",
        "Complaints and reports weighted by recency, half-life a year",
        Decayed(365),
        unit="weighted records",
    ),
    _social(
        "complaints_verified_decayed_365d",
        "查实的投诉举报次数（一年半衰）",
        "Verified complaints and reports weighted by recency, half-life a year",
        Decayed(365),
        VERIFIED,
        "weighted records",
    ),
    _social(
        "complaints_trend",
        "投诉举报次数同比",
        "Complaints and reports, this year against the year before",
        Trend(),
        direction=EITHER,
    ),
    Indicator(
        "complaints_sector_count_365d",
        "近365天本领域投诉举报次数",
        "Complaints and reports in this sector, last 365 days",
        "social",
        "complaints",
        Count(),
        "records",
        RAISES,
        ORDER,
        (),
        365,
        True,
    ),
    # What single sectors ask for.
    *_about("price_marking", "价格标示", "price marking"),
    *over_windows(
        _social(
            "complaints_verified_repeats",
            "同类事项再次查实的投诉举报次数",
            "Verified complaints and reports about a matter found true before in the window",
            Repeats("matter"),
            VERIFIED,
        ),
        (1095,),
    ),
    *_about("measurement", "计量短缺", "short weight and measure"),
    *_about("food_safety", "食品安全", "food safety"),
    *_about("product_quality", "产品质量", "product quality"),
    *_about("infringement", "侵权", "infringement"),
    *over_windows(
        _social(
            "complaints_mediation_refused_count",
            "拒绝调解次数",
            "Complaints in which mediation was refused",
            Count(),
            (Condition("mediation", "in", ("refused",)),),
        ),
        (365, 1095),
    ),
    *over_windows(
        _social(
            "complaints_mediation_agreed_count",
            "调解达成协议次数",
            "Complaints settled by mediation",
            Count(),
            (Condition("mediation", "in", ("agreed",)),),
            direction=EITHER,
        ),
        (1095,),
    ),
    *over_windows(_social("complaints_received_count", "收到投诉举报次数", "Complaints and reports", Count()), (1095,)),
    Indicator(
        "complaints_verified_rate_shrunk",
        "投诉举报查实率（向同领域收缩）",
        "Share of complaints and reports found to be true, shrunk to the sector",
        "social",
        "complaints",
        ShrunkRate("complaints_verified_count_1095d", "complaints_received_count_1095d", 5.0),
        "rate",
        EITHER,
        "project decision",
    ),
    Indicator(
        "complaints_growth_place_in_sector",
        "投诉举报同比增长在同领域中的位次",
        "Place among the sector by growth of complaints and reports",
        "social",
        "complaints",
        Place("complaints_trend"),
        "share",
        EITHER,
        "project decision",
    ),
    Indicator(
        "complaints_place_in_sector",
        "投诉举报在同领域中的位次",
        "Place among the sector by complaints and reports",
        "social",
        "complaints",
        Place("complaints_decayed_365d"),
        "share",
        RAISES,
        "project decision",
    ),
)
