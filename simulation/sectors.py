"""What the simulator supposes of each of the twenty supervision sectors (handbook 1.2 and 3).

The figures are project decisions: believable proportions, not measurements of any district.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sector:
    """One supervision sector.

    `problem_rate` is the rate at which random inspections find a general or serious problem; `serious_share`
    the share of those problems that are serious. `office` answers for the sector in the bureau.
    `licence` names the licence that its enterprises hold ("" if none), `samplings` and `statutory` are
    product samplings and statutory inspections per enterprise and year, `failure_rate` the usual share of
    samplings that fail. `has_native_score` says whether the official scheme scores the enterprises 0-100.
    `complaint_weight` is how readily consumers complain in this sector.
    """

    id: str
    name_zh: str
    office: str
    problem_rate: float
    serious_share: float
    licence: str = ""
    samplings: float = 0.0
    failure_rate: float = 0.03
    statutory: float = 0.0
    has_native_score: bool = False
    complaint_weight: float = 1.0


SECTORS: tuple[Sector, ...] = (
    Sector(
        "pickled_vegetables", "酱腌菜生产加工", "食品生产监管股", 0.34, 0.16,
        licence="食品生产许可证", samplings=1.5, failure_rate=0.07, statutory=0.5, has_native_score=True,
    ),
    Sector(
        "product_quality", "产品质量", "质量监管股", 0.15, 0.14,
        licence="工业产品生产许可证", samplings=0.25, failure_rate=0.08,
    ),
    Sector(
        "food_production", "食品生产", "食品生产监管股", 0.23, 0.14,
        licence="食品生产许可证", samplings=1.0, failure_rate=0.03, statutory=0.35, has_native_score=True,
    ),
    Sector(
        "food_operation", "食品经营", "食品经营监管股", 0.17, 0.11,
        licence="食品经营许可证", samplings=0.2, failure_rate=0.03, statutory=0.08, has_native_score=True,
        complaint_weight=2.5,
    ),
    Sector(
        "special_food", "特殊食品", "食品经营监管股", 0.09, 0.10,
        samplings=0.15, failure_rate=0.01, statutory=0.1, has_native_score=True, complaint_weight=1.2,
    ),
    Sector(
        "drugs", "药品", "药品监管股", 0.08, 0.15,
        licence="药品经营许可证", samplings=0.3, failure_rate=0.01, statutory=0.2,
    ),
    Sector(
        "medical_devices", "医疗器械", "医疗器械监管股", 0.10, 0.13,
        licence="医疗器械经营许可证", samplings=0.1, failure_rate=0.02, statutory=0.12,
    ),
    Sector("cosmetics", "化妆品", "药品监管股", 0.13, 0.08, samplings=0.15, failure_rate=0.03),
    Sector("intellectual_property", "知识产权", "知识产权股", 0.05, 0.12, complaint_weight=0.4),
    Sector("consumer_rights", "消费维权", "消费者权益保护股", 0.12, 0.06, complaint_weight=4.0),
    Sector("special_equipment", "特种设备", "特种设备监察股", 0.17, 0.20, statutory=0.1, complaint_weight=0.3),
    Sector("boilers", "锅炉", "特种设备监察股", 0.20, 0.22, statutory=0.3, complaint_weight=0.1),
    Sector("metrology", "计量", "计量股", 0.10, 0.06, complaint_weight=0.8),
    Sector("certification", "认证认可", "认证监管股", 0.09, 0.10, licence="强制性产品认证证书"),
    Sector("inspection_testing", "检验检测", "认证监管股", 0.14, 0.16, licence="检验检测机构资质认定证书"),
    Sector("enforcement", "执法稽查", "执法稽查股", 0.29, 0.18, complaint_weight=1.5),
    Sector("price", "价格监管", "价格监督检查股", 0.12, 0.06, complaint_weight=1.5),
    Sector("online_trading", "网络", "网络交易监管股", 0.15, 0.08, complaint_weight=3.0),
    Sector("standards", "标准", "标准化股", 0.05, 0.04, complaint_weight=0.1),
    Sector("advertising", "广告", "广告监管股", 0.12, 0.09, complaint_weight=1.0),
)  # fmt: skip
"""Every sector; its position is its number inside the simulator."""

SECTOR_IDS: tuple[str, ...] = tuple(sector.id for sector in SECTORS)
