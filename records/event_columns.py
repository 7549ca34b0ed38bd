"""What the declarations of several subjects share: the columns of every event, code lists, bounds."""

from records.contract import Column, Subject

SEVERITIES = ("minor", "general", "serious")
INSPECTION_BASES = ("random", "directed", "complaint", "assigned", "special", "follow_up", "statutory")

LARGEST_YUAN = 1e13
LARGEST_COUNT = 1e7
"""Larger amounts and counts are typing errors, and could overflow what is worked out from them (project decision)."""

COMMON = (
    Column("record_id", "string", "记录编号", "Record id"),
    Column(
        "enterprise_id",
        "string",
        "统一社会信用代码或主体编号",
        "Unified code or subject id",
        official="UNISCID",
    ),
    Column("occurred_on", "date", "发生日期", "Date of the event"),
    Column("known_at", "timestamp", "获知时间", "Known to the bureau at"),
    Column("withdrawn_at", "date", "撤销或更正日期", "Withdrawn or annulled on", nullable=True),
    Column(
        "use_until",
        "date",
        "使用截止日期（修复或到期）",
        "Not used from this date on (repaired or expired)",
        nullable=True,
    ),
    Column("producer", "string", "产生单位", "Producer (谁产生)"),
    Column("provider", "string", "提供单位", "Provider (谁提供)"),
    Column("responsible", "string", "责任单位", "Responsible party (谁负责)"),
    Column("source", "string", "来源系统", "Source system"),
)

SECTOR = Column("sector", "string", "监管领域", "Supervision sector", nullable=True)
INCLUSION_PROBABILITY = Column(
    "inclusion_probability",
    "float",
    "入样概率",
    "Inclusion probability of the draw",
    nullable=True,
    minimum=1e-6,  # a unit that was drawn had a chance, and rates weigh it by the inverse
    maximum=1,
)


def event_subject(name: str, zh: str, en: str, *columns: Column) -> Subject:
    """A subject whose rows are events, with the columns of all events before its own."""
    return Subject(name, zh, en, (*COMMON, *columns), ("record_id", "known_at"), ("record_id",))


MATTERS = (
    "advertising",
    "certificate",
    "contract",
    "equipment",
    "false_report",
    "food_safety",
    "infringement",
    "licence",
    "measurement",
    "online_display",
    "price_marking",
    "product_quality",
    "registration",
    "standard_gap",
    "other",
)
"""What a penalty, complaint or lead is about (project decision: no public code list was found)."""

MATTER = Column("matter", "string", "事项类别", "What it is about", nullable=True, codes=MATTERS)


def yuan(name: str, zh: str, en: str, official: str, minimum: float = -LARGEST_YUAN) -> Column:
    """A column of an amount that may be null."""
    return Column(
        name,
        "float",
        f"{zh}（元）",
        f"{en}, yuan",
        nullable=True,
        minimum=minimum,
        maximum=LARGEST_YUAN,
        official=official,
    )
