"""Recalls and adverse events (召回与不良事件)."""

from features.indicator import RAISES, Condition, Count, Indicator, over_windows

RECALL = "消费品召回管理暂行规定"

INDICATORS = (
    *over_windows(
        Indicator(
            "recalls_count",
            "召回次数",
            "Recalls",
            "supervision",
            "recalls",
            Count(),
            "records",
            RAISES,
            RECALL,
            (Condition("kind", "in", ("recall",)),),
        ),
        (365, 1095),
    ),
    *over_windows(
        Indicator(
            "recalls_adverse_events_count",
            "不良事件数",
            "Adverse events",
            "supervision",
            "recalls",
            Count(),
            "records",
            RAISES,
            RECALL,
            (Condition("kind", "in", ("adverse_event",)),),
        ),
        (365, 1095),
    ),
    Indicator(
        "recalls_open_count",
        "未完成召回数",
        "Recalls not completed",
        "supervision",
        "recalls",
        Count(),
        "records",
        RAISES,
        RECALL,
        (Condition("kind", "in", ("recall",)), Condition("completed_on", "not_reached")),
    ),
    Indicator(
        "recalls_level1_open",
        "未完成一级召回数",
        "Level-1 recalls not completed",
        "supervision",
        "recalls",
        Count(),
        "records",
        RAISES,
        RECALL,
        (
            Condition("kind", "in", ("recall",)),
            Condition("completed_on", "not_reached"),
            Condition("level", "in", (1,)),
        ),
    ),
)
