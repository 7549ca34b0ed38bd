"""Product samplings (抽样检验), in any sector and in the row's own; those of laboratories are proficiency tests."""

from features.indicator import (
    EITHER,
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
    ShrunkRate,
    Sum,
    Worst,
    over_windows,
)

SAMPLING = "产品质量监督抽查管理暂行办法"
FAILED = (Condition("result", "in", ("fail",)),)
HIGH_LEVEL = (*FAILED, Condition("level", "in", ("national", "province")))


def _sector(
    name: str,
    zh: str,
    en: str,
    measure: Measure,
    where: tuple[Condition, ...] = (),
    unit: str = "batches",
    direction: Direction = RAISES,
) -> Indicator:
    zh, en = f"本领域{zh}", f"{en} in this sector"
    return Indicator(
        name, zh, en, "supervision", "samplings", measure, unit, direction, SAMPLING, where, by_sector=True
    )


INDICATORS = (
    *over_windows(
        Indicator(
            "samplings_count",
            "抽检批次",
            "Samplings",
            "supervision",
            "samplings",
            Count(),
            "batches",
            EITHER,
            SAMPLING,
        ),
        (365, 1095),
    ),
    *over_windows(
        Indicator(
            "samplings_failed_count",
            "抽检不合格批次",
            "Failed samplings",
            "supervision",
            "samplings",
            Count(),
            "batches",
            RAISES,
            SAMPLING,
            FAILED,
        ),
        (180, 365, 730, 1095),
    ),
    Indicator(
        "samplings_failed_high_level_count",
        "国家级、省级抽检不合格批次",
        "Failed national or provincial samplings",
        "supervision",
        "samplings",
        Count(),
        "batches",
        RAISES,
        SAMPLING,
        HIGH_LEVEL,
    ),
    Indicator(
        "samplings_failed_items_sum_1095d",
        "近1095天不合格项目数",
        "Failed analytes, last 1095 days",
        "supervision",
        "samplings",
        Sum("failed_items"),
        "items",
        RAISES,
        SAMPLING,
        FAILED,
        1095,
    ),
    Indicator(
        "samplings_worst_exceedance_1095d",
        "近1095天最大超标倍数",
        "Largest exceedance, last 1095 days",
        "supervision",
        "samplings",
        Worst("exceedance"),
        "ratio",
        RAISES,
        SAMPLING,
        FAILED,
        1095,
    ),
    Indicator(
        "samplings_failed_days_since",
        "距最近抽检不合格天数",
        "Days since the last failed sampling",
        "supervision",
        "samplings",
        DaysSince(1825),
        "days",
        LOWERS,
        SAMPLING,
        FAILED,
    ),
    Indicator(
        "samplings_failed_decayed_365d",
        "抽检不合格批次（一年半衰）",
        "Failed samplings weighted by recency, half-life a year",
        "supervision",
        "samplings",
        Decayed(365),
        "weighted batches",
        RAISES,
        SAMPLING,
        FAILED,
    ),
    Indicator(
        "samplings_categories_distinct",
        "抽检产品类别数",
        "Product categories sampled",
        "supervision",
        "samplings",
        Distinct("category"),
        "categories",
        EITHER,
        SAMPLING,
    ),
    Indicator(
        "samplings_failure_rate_shrunk",
        "抽检不合格率（向同领域收缩）",
        "Sampling failure rate, shrunk to the sector",
        "supervision",
        "samplings",
        ShrunkRate("samplings_failed_count_1095d", "samplings_count_1095d", 5.0),
        "rate",
        EITHER,
        "project decision",
    ),
    # Of the row's own sector: a product that fails says most about the line of supervision that it belongs to.
    *over_windows(_sector("samplings_sector_count", "抽检批次", "Samplings", Count(), direction=EITHER), (365, 1095)),
    *over_windows(
        _sector("samplings_sector_failed_count", "抽检不合格批次", "Failed samplings", Count(), FAILED),
        (365, 730, 1095),
    ),
    *over_windows(
        _sector(
            "samplings_sector_failed_items_sum", "不合格项目数", "Failed analytes", Sum("failed_items"), FAILED, "items"
        ),
        (730,),
    ),
    *over_windows(
        _sector(
            "samplings_sector_worst_exceedance",
            "最大超标倍数",
            "Largest exceedance",
            Worst("exceedance"),
            FAILED,
            "ratio",
        ),
        (730,),
    ),
    _sector(
        "samplings_sector_failed_days_since",
        "距最近抽检不合格天数",
        "Days since the last failed sampling",
        DaysSince(1825),
        FAILED,
        "days",
        LOWERS,
    ),
    Indicator(
        "samplings_sector_failure_rate_shrunk",
        "本领域抽检不合格率（向同领域收缩）",
        "Sampling failure rate in this sector, shrunk to the sector",
        "supervision",
        "samplings",
        ShrunkRate("samplings_sector_failed_count_1095d", "samplings_sector_count_1095d", 5.0),
        "rate",
        EITHER,
        "project decision",
    ),
)
