"""Special equipment and measuring instruments (特种设备与计量器具): how many, and how many are overdue."""

from features.indicator import EITHER, RAISES, Condition, Count, Direction, Distinct, Indicator, Ratio, ShrunkRate

LAW = "特种设备安全法"
IN_USE = Condition("state", "in", ("in_use",))
OVERDUE = (IN_USE, Condition("next_inspection_due", "reached"))


def _devices(
    name: str, zh: str, en: str, *where: Condition, direction: Direction = EITHER, by_sector: bool = False
) -> Indicator:
    return Indicator(
        name,
        zh,
        en,
        "supervision",
        "equipment",
        Count(),
        "devices",
        direction,
        LAW,
        where,
        by_sector=by_sector,
    )


INDICATORS = (
    _devices("equipment_count", "设备与器具数", "Devices on record"),
    _devices("equipment_in_use_count", "在用设备数", "Devices in use", IN_USE),
    _devices(
        "equipment_overdue_count",
        "超期未检设备数",
        "Devices past their inspection date",
        *OVERDUE,
        direction=RAISES,
    ),
    _devices(
        "equipment_failed_count",
        "检验不合格设备数",
        "Devices that failed their inspection",
        Condition("last_result", "in", ("fail",)),
        direction=RAISES,
    ),
    _devices(
        "equipment_unregistered_count",
        "未登记设备数",
        "Unregistered devices",
        Condition("state", "in", ("unregistered",)),
        direction=RAISES,
    ),
    _devices("equipment_sector_count", "本领域设备与器具数", "Devices in this sector", by_sector=True),
    _devices(
        "equipment_sector_in_use_count", "本领域在用设备数", "Devices in use in this sector", IN_USE, by_sector=True
    ),
    _devices(
        "equipment_sector_overdue_count",
        "本领域超期未检设备数",
        "Devices in this sector past their inspection date",
        *OVERDUE,
        direction=RAISES,
        by_sector=True,
    ),
    _devices(
        "equipment_sector_failed_count",
        "本领域检验不合格设备数",
        "Devices in this sector that failed their inspection",
        Condition("last_result", "in", ("fail",)),
        direction=RAISES,
        by_sector=True,
    ),
    _devices(
        "equipment_sector_unregistered_count",
        "本领域未登记设备数",
        "Unregistered devices in this sector",
        Condition("state", "in", ("unregistered",)),
        direction=RAISES,
        by_sector=True,
    ),
    Indicator(
        "equipment_kinds_distinct",
        "设备种类数",
        "Kinds of devices",
        "supervision",
        "equipment",
        Distinct("kind"),
        "kinds",
        EITHER,
        LAW,
    ),
    Indicator(
        "equipment_overdue_share",
        "超期未检设备占比",
        "Share of devices in use past their inspection date",
        "supervision",
        "equipment",
        Ratio("equipment_overdue_count", "equipment_in_use_count"),
        "share",
        EITHER,
        LAW,
    ),
    Indicator(
        "equipment_sector_overdue_share",
        "本领域超期未检设备占比（向同领域收缩）",
        "Share of devices in use in this sector past their inspection date, shrunk to the sector",
        "supervision",
        "equipment",
        ShrunkRate("equipment_sector_overdue_count", "equipment_sector_in_use_count", 2.0),
        "share",
        EITHER,
        LAW,
    ),
)
