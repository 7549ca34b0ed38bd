"""Self-inspection reports (自查报告) of the row's own sector: whether they come in time, and what they say.

Makers and sellers of medical devices report on the year before by 31 March (handbook 3.3).
"""

from features.indicator import (
    EITHER,
    LOWERS,
    RAISES,
    Condition,
    Count,
    DaysSince,
    Direction,
    Indicator,
    Latest,
    Measure,
    Sum,
    over_windows,
)

RULES = "医疗器械经营监督管理办法"
NOT_FILED = (Condition("state", "in", ("not_filed",)),)
LATE = (Condition("state", "in", ("late",)),)
ON_TIME = (Condition("state", "in", ("on_time",)),)
FAILED = (Condition("state", "in", ("late", "not_filed")),)


def _reports(
    name: str,
    zh: str,
    en: str,
    measure: Measure,
    where: tuple[Condition, ...] = (),
    unit: str = "reports",
    direction: Direction = EITHER,
) -> Indicator:
    return Indicator(
        name, zh, en, "supervision", "self_inspections", measure, unit, direction, RULES, where, by_sector=True
    )


INDICATORS = (
    *over_windows(
        _reports(
            "self_inspections_not_filed_count",
            "未报送自查报告数",
            "Self-inspection reports not filed",
            Count(),
            NOT_FILED,
            direction=RAISES,
        ),
        (365, 1095),
    ),
    *over_windows(
        _reports(
            "self_inspections_late_count",
            "逾期报送自查报告数",
            "Self-inspection reports filed late",
            Count(),
            LATE,
            direction=RAISES,
        ),
        (365, 1095),
    ),
    *over_windows(
        _reports(
            "self_inspections_on_time_count",
            "按时报送自查报告数",
            "Self-inspection reports filed on time",
            Count(),
            ON_TIME,
        ),
        (1095,),
    ),
    *over_windows(
        _reports(
            "self_inspections_problems_sum",
            "自查发现问题数",
            "Problems found by the enterprise itself",
            Sum("problems_found"),
            unit="problems",
        ),
        (1095,),
    ),
    _reports(
        "self_inspections_state_latest",
        "最近自查报告状态（0按时 1逾期 2未报）",
        "Latest self-inspection report (0 on time, 1 late, 2 not filed)",
        Latest("state_rank"),
        unit="rank",
    ),
    _reports(
        "self_inspections_failures_days_since",
        "距最近未按时报送自查报告天数",
        "Days since a self-inspection report last failed to come in time",
        DaysSince(1095),
        FAILED,
        "days",
        LOWERS,
    ),
)
