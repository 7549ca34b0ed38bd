"""Leads (线索) from monitoring, platforms, media and other departments: what they are about, and what became of them.

A lead says less than a finding: most indicators ask whether it was found to be true. How long the bureau took says
nothing certain about the enterprise, so nothing is promised of late handling.
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
    Measure,
    over_windows,
)

PROCEDURE = "市场监督管理行政处罚程序规定"
LATE_DAYS = 45
"""A lead is to be checked within 15 working days and 15 more at most, some 45 days (project decision, handbook 2.7)."""
VERIFIED = (Condition("verified", "is_true"),)
HANDLED = (Condition("handled_on", "reached"),)
LATE = (Condition("handling_days", "at_least", LATE_DAYS + 1),)


def _leads(
    name: str,
    zh: str,
    en: str,
    *where: Condition,
    measure: Measure | None = None,
    unit: str = "leads",
    direction: Direction = RAISES,
    by_sector: bool = False,
) -> Indicator:
    what = measure or Count()
    return Indicator(name, zh, en, "supervision", "leads", what, unit, direction, PROCEDURE, where, by_sector=by_sector)


def _about(matter: str, zh: str, en: str) -> tuple[Indicator, ...]:
    """Leads about one matter, in any sector: lately received, found to be true, and true but not yet handled."""
    what = Condition("matter", "in", (matter,))
    return (
        *over_windows(_leads(f"leads_{matter}_count", f"{zh}线索数", f"Leads about {en}", what), (365,)),
        *over_windows(
            _leads(
                f"leads_{matter}_verified_count", f"查实的{zh}线索数", f"Verified leads about {en}", what, *VERIFIED
            ),
            (1095,),
        ),
        _leads(
            f"leads_{matter}_open_count",
            f"查实未办结的{zh}线索数",
            f"Verified leads about {en} that are not yet handled",
            what,
            *VERIFIED,
            Condition("handled_on", "not_reached"),
        ),
    )


INDICATORS = (
    *over_windows(_leads("leads_count", "线索数", "Leads"), (365,)),
    *over_windows(_leads("leads_verified_count", "查实的线索数", "Verified leads", *VERIFIED), (1095,)),
    *over_windows(
        _leads(
            "leads_transfer_count",
            "其他部门移送线索数",
            "Leads sent by other departments",
            Condition("kind", "in", ("transfer",)),
        ),
        (1095,),
    ),
    *over_windows(
        _leads(
            "leads_sector_verified_count",
            "本领域查实的线索数",
            "Verified leads in this sector",
            *VERIFIED,
            by_sector=True,
        ),
        (1095,),
    ),
    _leads(
        "leads_verified_days_since",
        "距最近查实线索天数",
        "Days since the last verified lead",
        *VERIFIED,
        measure=DaysSince(1095),
        unit="days",
        direction=LOWERS,
    ),
    *_about("advertising", "违法广告", "illegal advertising"),
    *over_windows(
        _leads(
            "leads_advertising_late_count",
            f"超过{LATE_DAYS}天未办结或办结的违法广告线索数",
            f"Leads about illegal advertising handled after more than {LATE_DAYS} days, or not yet",
            Condition("matter", "in", ("advertising",)),
            *LATE,
            direction=EITHER,
        ),
        (1095,),
    ),
    *_about("online_display", "网络亮照与展示", "display of licences and goods online"),
    *over_windows(
        _leads(
            "leads_online_display_takedowns_count",
            "查实并已处置（下架、断链）的网络展示线索数",
            "Verified leads about online display that ended in a takedown",
            Condition("matter", "in", ("online_display",)),
            *VERIFIED,
            *HANDLED,
        ),
        (1095,),
    ),
    *_about("standard_gap", "标准不符", "standards below the mandatory ones"),
    *_about("infringement", "侵权", "infringement"),
)
