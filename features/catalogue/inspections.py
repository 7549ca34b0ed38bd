"""Inspections (监督检查): exposure, what was found, how lately, and rates pulled to the sector's.

Unless said otherwise these look at the row's own sector. Follow-ups re-visit a known problem, so rates leave them out.
"""

from features.indicator import (
    EITHER,
    LOWERS,
    RAISES,
    Condition,
    Count,
    DaysSince,
    DaysSinceFirst,
    Decayed,
    Difference,
    Direction,
    Indicator,
    Latest,
    Measure,
    Place,
    ShrunkRate,
    Sum,
    Trend,
    Worst,
    over_windows,
)

ALL_WINDOWS = (90, 180, 365, 730, 1095)
YEARS = (365, 730, 1095)
PLATFORM = "“双随机、一公开”监管"
OURS = "project decision"

REGULAR = Condition("basis", "not_in", ("follow_up",))
WITH_RESULT = Condition("severity", "in", ("none", "minor", "general", "serious"))
RATED = (REGULAR, WITH_RESULT)
GENERAL = (*RATED, Condition("severity", "in", ("general", "serious")))
SERIOUS = (*RATED, Condition("severity", "in", ("serious",)))
MINOR = (*RATED, Condition("severity", "in", ("minor",)))
CLEAN = (*RATED, Condition("severity", "in", ("none",)))


def _own(
    name: str,
    zh: str,
    en: str,
    measure: Measure,
    where: tuple[Condition, ...] = (),
    unit: str = "records",
    direction: Direction = EITHER,
) -> Indicator:
    return Indicator(
        name, zh, en, "supervision", "inspections", measure, unit, direction, PLATFORM, where, by_sector=True
    )


HALF_LIVES_DAYS = (180, 365, 730, 1825)
WITH_RECENT = (60, *HALF_LIVES_DAYS)
"""Two months as well, from which the recent rates of neighbourhoods are made."""


def _decayed(
    name: str,
    zh: str,
    en: str,
    where: tuple[Condition, ...],
    direction: Direction = EITHER,
    column: str | None = None,
    half_lives_days: tuple[int, ...] = HALF_LIVES_DAYS,
) -> tuple[Indicator, ...]:
    return tuple(
        _own(
            f"{name}_decayed_{days}d",
            f"{zh}（{days}天半衰）",
            f"{en}, weighted by recency, half-life {days} days",
            Decayed(days, column),
            where,
            "weighted records",
            direction,
        )
        for days in half_lives_days
    )


def _rate(name: str, zh: str, en: str, numerator: str, days: int, strength: float) -> Indicator:
    return Indicator(
        f"inspections_{name}_rate_shrunk_{days}d",
        f"{zh}（{days}天半衰，向同领域收缩）",
        f"{en}, half-life {days} days, shrunk to the sector",
        "supervision",
        "inspections",
        ShrunkRate(f"inspections_{numerator}_decayed_{days}d", f"inspections_decayed_{days}d", strength),
        "rate",
        EITHER,
        OURS,
    )


INDICATORS = (
    # Exposure: no record is not clean.
    *over_windows(_own("inspections_count", "检查次数", "Inspections", Count(), (WITH_RESULT,)), ALL_WINDOWS),
    _own("inspections_count_ever", "历次检查次数", "Inspections on record", Count(), (WITH_RESULT,)),
    *over_windows(
        _own(
            "inspections_random_count",
            "随机抽查次数",
            "Random inspections",
            Count(),
            (Condition("basis", "in", ("random",)),),
        ),
        (365, 1095),
    ),
    *over_windows(
        _own(
            "inspections_targeted_count",
            "投诉、专项等针对性检查次数",
            "Targeted inspections",
            Count(),
            (Condition("basis", "in", ("directed", "complaint", "assigned", "special")),),
        ),
        (365, 1095),
    ),
    *over_windows(
        _own(
            "inspections_follow_up_count",
            "复查次数",
            "Follow-up inspections",
            Count(),
            (Condition("basis", "in", ("follow_up",)),),
        ),
        (365, 1095),
    ),
    _own(
        "inspections_days_since",
        "距最近检查天数",
        "Days since the last inspection",
        DaysSince(1825),
        RATED,
        "days",
    ),
    _own(
        "inspections_days_since_first",
        "距首次检查天数",
        "Days since the first inspection",
        DaysSinceFirst(3650),
        RATED,
        "days",
    ),
    # What was found.
    *over_windows(
        _own(
            "inspections_general_count",
            "发现一般及以上问题的检查次数",
            "Inspections with a general or serious problem",
            Count(),
            GENERAL,
            direction=RAISES,
        ),
        ALL_WINDOWS,
    ),
    *over_windows(
        _own(
            "inspections_serious_count",
            "发现严重问题的检查次数",
            "Inspections with a serious problem",
            Count(),
            SERIOUS,
            direction=RAISES,
        ),
        YEARS,
    ),
    _own(
        "inspections_general_count_ever",
        "历次发现一般及以上问题的检查次数",
        "Inspections with a general or serious problem, ever",
        Count(),
        GENERAL,
        direction=RAISES,
    ),
    _own(
        "inspections_serious_count_ever",
        "历次发现严重问题的检查次数",
        "Inspections with a serious problem, ever",
        Count(),
        SERIOUS,
        direction=RAISES,
    ),
    _own(
        "inspections_clean_count_ever",
        "历次未发现问题的检查次数",
        "Inspections without a problem, ever",
        Count(),
        CLEAN,
        direction=LOWERS,
    ),
    *over_windows(
        _own("inspections_findings_sum", "问题总数", "Findings", Sum("findings"), RATED, "findings", RAISES),
        YEARS,
    ),
    *over_windows(
        _own(
            "inspections_worst_severity",
            "检查最重结果（0无 1轻微 2一般 3严重）",
            "Worst result (0 none, 1 minor, 2 general, 3 serious)",
            Worst("severity_rank"),
            RATED,
            "rank",
            RAISES,
        ),
        YEARS,
    ),
    _own(
        "inspections_unreachable_count_1095d",
        "查无下落次数",
        "Times not found at the address",
        Count(),
        (Condition("severity", "in", ("unreachable",)),),
        direction=RAISES,
    ),
    _own(
        "inspections_general_days_since",
        "距最近发现一般及以上问题天数",
        "Days since a general or serious problem",
        DaysSince(1825),
        GENERAL,
        "days",
        LOWERS,
    ),
    _own(
        "inspections_serious_days_since",
        "距最近发现严重问题天数",
        "Days since a serious problem",
        DaysSince(2555),
        SERIOUS,
        "days",
        LOWERS,
    ),
    _own(
        "inspections_general_trend",
        "发现问题次数同比",
        "Problems, this year against the year before",
        Trend(),
        GENERAL,
    ),
    # Recency-weighted, for inspections at any pace.
    *_decayed("inspections", "检查次数", "Inspections", RATED, half_lives_days=WITH_RECENT),
    *_decayed(
        "inspections_general",
        "发现一般及以上问题次数",
        "General or serious problems",
        GENERAL,
        RAISES,
        half_lives_days=WITH_RECENT,
    ),
    *_decayed(
        "inspections_serious", "发现严重问题次数", "Serious problems", SERIOUS, RAISES, half_lives_days=WITH_RECENT
    ),
    *_decayed("inspections_minor", "仅发现轻微问题次数", "Minor problems only", MINOR),
    *_decayed("inspections_findings", "问题总数", "Findings", RATED, RAISES, "findings"),
    *_decayed("inspections_severity", "检查结果程度合计", "Severity of results", RATED, RAISES, "severity_rank"),
    *_decayed("inspections_findings_general", "一般问题总数", "General findings", RATED, RAISES, "findings_general"),
    *_decayed("inspections_findings_serious", "严重问题总数", "Serious findings", RATED, RAISES, "findings_serious"),
    # Rates: the denominator is exposure, the prior is the sector.
    _rate("general", "一般及以上问题率", "Rate of general or serious problems", "general", 365, 2.0),
    _rate("general", "一般及以上问题率", "Rate of general or serious problems", "general", 730, 2.0),
    _rate("general", "一般及以上问题率", "Rate of general or serious problems", "general", 1825, 3.0),
    _rate("serious", "严重问题率", "Rate of serious problems", "serious", 365, 4.0),
    _rate("serious", "严重问题率", "Rate of serious problems", "serious", 730, 4.0),
    _rate("serious", "严重问题率", "Rate of serious problems", "serious", 1825, 6.0),
    _rate("minor", "仅轻微问题率", "Rate of minor problems only", "minor", 730, 2.0),
    _rate("findings", "每次检查问题数", "Findings per inspection", "findings", 365, 1.0),
    _rate("findings", "每次检查问题数", "Findings per inspection", "findings", 730, 2.0),
    _rate("findings", "每次检查问题数", "Findings per inspection", "findings", 1825, 2.0),
    _rate("severity", "每次检查结果程度", "Severity per inspection", "severity", 365, 1.0),
    _rate("severity", "每次检查结果程度", "Severity per inspection", "severity", 730, 2.0),
    _rate("severity", "每次检查结果程度", "Severity per inspection", "severity", 1825, 2.0),
    _rate(
        "findings_general",
        "每次检查一般问题数",
        "General findings per inspection",
        "findings_general",
        730,
        2.0,
    ),
    _rate(
        "findings_serious",
        "每次检查严重问题数",
        "Serious findings per inspection",
        "findings_serious",
        730,
        2.0,
    ),
    # The last visits one by one.
    *(
        _own(
            f"inspections_severity_latest_{nth}",
            f"倒数第{nth}次检查结果（0无 1轻微 2一般 3严重）",
            f"Result of inspection {nth} before now (0 none, 1 minor, 2 general, 3 serious)",
            Latest("severity_rank", nth),
            unit="rank",
        )
        for nth in (1, 2, 3, 4)
    ),
    *(
        _own(
            f"inspections_findings_latest_{nth}",
            f"倒数第{nth}次检查问题数",
            f"Findings of inspection {nth} before now",
            Latest("findings", nth),
            unit="findings",
        )
        for nth in (1, 2, 3)
    ),
    _own(
        "inspections_native_score_latest",
        "最近一次原有评分",
        "Latest score of the official scheme",
        Latest("native_score"),
        unit="points",
    ),
    _own(
        "inspections_age_latest",
        "最近一次检查距今天数",
        "Age of the latest inspection",
        Latest("age_days"),
        unit="days",
    ),
    _own(
        "inspections_age_previous",
        "上一次检查距今天数",
        "Age of the inspection before",
        Latest("age_days", 2),
        unit="days",
    ),
    Indicator(
        "inspections_interval_days",
        "最近两次检查间隔",
        "Days between the last two inspections",
        "supervision",
        "inspections",
        Difference("inspections_age_previous", "inspections_age_latest"),
        "days",
        EITHER,
        OURS,
    ),
    Indicator(
        "inspections_findings_change",
        "最近两次检查问题数增减",
        "Change in findings at the last two inspections",
        "supervision",
        "inspections",
        Difference("inspections_findings_latest_1", "inspections_findings_latest_2"),
        "findings",
        EITHER,
        OURS,
    ),
    Indicator(
        "inspections_place_in_sector",
        "检查结果程度在同领域中的位次",
        "Place among the sector by results",
        "supervision",
        "inspections",
        Place("inspections_severity_decayed_730d"),
        "share",
        EITHER,
        OURS,
    ),
    # Other sectors of the same enterprise.
    *over_windows(
        Indicator(
            "inspections_any_sector_count",
            "各领域检查次数",
            "Inspections in any sector",
            "supervision",
            "inspections",
            Count(),
            "records",
            EITHER,
            PLATFORM,
            RATED,
        ),
        (365, 1095),
    ),
    *over_windows(
        Indicator(
            "inspections_any_sector_general_count",
            "各领域发现一般及以上问题次数",
            "General or serious problems in any sector",
            "supervision",
            "inspections",
            Count(),
            "records",
            RAISES,
            PLATFORM,
            GENERAL,
        ),
        (365, 1095),
    ),
)
