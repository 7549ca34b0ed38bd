"""Administrative penalties (行政处罚). None is a mean, a share or a trend: a penalty more may never
lower the risk, whenever it was imposed."""

from features.indicator import (
    LOWERS,
    RAISES,
    Condition,
    Count,
    DaysSince,
    Decayed,
    Direction,
    Distinct,
    Indicator,
    Measure,
    Place,
    Repeats,
    Sum,
    Worst,
    over_windows,
)

ALL_WINDOWS = (90, 180, 365, 730, 1095)
DISPLAY = "企业信息公示暂行条例 Art. 7"
PAYMENT = "行政处罚法"
GRAVE = (Condition("severity", "in", ("general", "serious")),)
SERIOUS = (Condition("severity", "in", ("serious",)),)
LICENCE = (Condition("kind", "in", ("suspension", "withhold_licence", "revoke_licence", "closure")),)
UNPAID = (Condition("due_on", "passed"), Condition("performed_on", "not_reached"))
LIGHT = (Condition("kind", "in", ("warning", "criticism")),)


def _penalty(
    name: str,
    zh: str,
    en: str,
    measure: Measure,
    where: tuple[Condition, ...] = (),
    unit: str = "records",
    direction: Direction = RAISES,
    by_sector: bool = False,
    source: str = DISPLAY,
) -> Indicator:
    return Indicator(
        name,
        zh,
        en,
        "supervision",
        "penalties",
        measure,
        unit,
        direction,
        source,
        where,
        by_sector=by_sector,
    )


def _about(matter: str, zh: str, en: str) -> tuple[Indicator, ...]:
    """Penalties for one matter, in any sector."""
    where = (Condition("matter", "in", (matter,)),)
    return over_windows(_penalty(f"penalties_{matter}_count", zh, en, Count(), where), (1095,))


INDICATORS = (
    *over_windows(_penalty("penalties_count", "行政处罚次数", "Penalties", Count()), ALL_WINDOWS),
    *over_windows(
        _penalty("penalties_grave_count", "一般及以上处罚次数", "General or serious penalties", Count(), GRAVE),
        (365, 730, 1095),
    ),
    *over_windows(
        _penalty("penalties_serious_count", "严重处罚次数", "Serious penalties", Count(), SERIOUS),
        (365, 730, 1095),
    ),
    *over_windows(_penalty("penalties_fines_sum", "罚款总额", "Fines", Sum("fine_yuan"), unit="yuan"), (365, 1095)),
    *over_windows(
        _penalty(
            "penalties_worst_severity",
            "处罚最重程度（0无 1轻微 2一般 3严重）",
            "Worst penalty (0 none, 1 minor, 2 general, 3 serious)",
            Worst("severity_rank"),
            unit="rank",
        ),
        (365, 1095),
    ),
    _penalty(
        "penalties_days_since",
        "距最近处罚天数",
        "Days since the last penalty",
        DaysSince(1825),
        unit="days",
        direction=LOWERS,
    ),
    _penalty(
        "penalties_grave_days_since",
        "距最近一般及以上处罚天数",
        "Days since the last general or serious penalty",
        DaysSince(1825),
        GRAVE,
        "days",
        LOWERS,
    ),
    _penalty(
        "penalties_decayed_365d",
        "处罚次数（一年半衰）",
        "Penalties weighted by recency, half-life a year",
        Decayed(365),
        unit="weighted records",
    ),
    _penalty(
        "penalties_decayed_1095d",
        "处罚次数（三年半衰）",
        "Penalties weighted by recency, half-life three years",
        Decayed(1095),
        unit="weighted records",
    ),
    _penalty(
        "penalties_severity_decayed_730d",
        "处罚程度合计（两年半衰）",
        "Severity of penalties weighted by recency, half-life two years",
        Decayed(730, "severity_rank"),
        unit="weighted ranks",
    ),
    _penalty("penalties_kinds_distinct", "处罚种类数", "Kinds of penalties", Distinct("kind"), unit="kinds"),
    _penalty(
        "penalties_licence_count",
        "停业、吊证类处罚次数",
        "Suspensions, closures and licence penalties",
        Count(),
        LICENCE,
    ),
    _penalty("penalties_light_count", "警告与通报批评次数", "Warnings and criticisms", Count(), LIGHT),
    *over_windows(
        _penalty("penalties_sector_count", "本领域处罚次数", "Penalties in this sector", Count(), by_sector=True),
        (365, 1095),
    ),
    # What single sectors ask for.
    *over_windows(
        _penalty(
            "penalties_repeats",
            "同类事项再次受处罚次数",
            "Penalties for a matter punished before in the window",
            Repeats("matter"),
        ),
        (730, 1095),
    ),
    _penalty(
        "penalties_unpaid_overdue_count",
        "逾期未缴清罚款的处罚数",
        "Penalties with a fine past due and not paid",
        Count(),
        UNPAID,
        source=PAYMENT,
    ),
    _penalty(
        "penalties_unpaid_overdue_sum",
        "逾期未缴清罚款金额",
        "Fines past due and not paid",
        Sum("fine_yuan"),
        UNPAID,
        "yuan",
        source=PAYMENT,
    ),
    *_about("false_report", "出具虚假或不实报告处罚次数", "Penalties for false reports"),
    *_about("certificate", "认证证书类处罚次数", "Penalties about certificates"),
    *_about("advertising", "违法广告处罚次数", "Penalties for illegal advertising"),
    *_about("price_marking", "价格标示处罚次数", "Penalties about price marking"),
    *_about("infringement", "侵权处罚次数", "Penalties for infringement"),
    *over_windows(
        _penalty(
            "penalties_infringement_repeats",
            "再次侵权处罚次数",
            "Penalties for infringement after the first in the window",
            Repeats("matter"),
            (Condition("matter", "in", ("infringement",)),),
        ),
        (1095,),
    ),
    Indicator(
        "penalties_place_in_sector",
        "处罚次数在同领域中的位次",
        "Place among the sector by penalties",
        "supervision",
        "penalties",
        Place("penalties_count_1095d"),
        "share",
        RAISES,
        "project decision",
    ),
)
