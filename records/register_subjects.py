"""What the register and the enterprise itself say of it: who it is, what it may do, has, reports and promises."""

from records.contract import Column, Subject
from records.event_columns import LARGEST_COUNT, LARGEST_YUAN, SECTOR, event_subject, yuan

ENTERPRISES = Subject(
    "enterprises",
    "市场主体",
    "Enterprises",
    (
        Column(
            "enterprise_id",
            "string",
            "统一社会信用代码或主体编号",
            "Unified code or subject id",
            official="UNISCID",
        ),
        Column("ent_type", "string", "企业类型代码", "Enterprise type code", official="entType"),
        Column(
            "state",
            "string",
            "登记状态",
            "Registration state",
            codes=("active", "deregistered", "cancelled", "revoked", "moved", "dormant"),
            official="regState",
        ),
        Column("established_on", "date", "成立日期", "Date of establishment", official="estDate"),
        Column(
            "registered_capital_yuan",
            "float",
            "注册资本（元）",
            "Registered capital, yuan",
            nullable=True,
            minimum=0,
            maximum=LARGEST_YUAN,
            official="regCap",
        ),
        Column(
            "industry_code",
            "string",
            "行业代码（GB/T 4754-2017）",
            "Industry code, GB/T 4754-2017",
            nullable=True,
            official="industryCo",
        ),
        Column("region", "string", "行政区划或片区", "Region", nullable=True),
        Column("station", "string", "市场监督管理所", "Local station", nullable=True, official="localAdm"),
        Column("lat", "float", "纬度（度）", "Latitude, degrees", nullable=True, minimum=-90, maximum=90),
        Column("lon", "float", "经度（度）", "Longitude, degrees", nullable=True, minimum=-180, maximum=180),
        Column("sectors", "list", "所属监管领域", "Supervision sectors"),
        Column(
            "valid_from",
            "date",
            "本版本生效日期",
            "This version holds from",
        ),
        Column("valid_to", "date", "本版本失效日期", "This version holds until, exclusive", nullable=True),
        Column("known_at", "timestamp", "获知时间", "Known to the bureau at"),
    ),
    key=("enterprise_id", "valid_from", "known_at"),
    versioned_by=("enterprise_id", "valid_from"),
)


ANNUAL_REPORTS = event_subject(
    "annual_reports",
    "年度报告",
    "Annual reports",
    Column("year", "int", "报告年度", "Year reported on", minimum=1980, maximum=2100, official="anCheYear"),
    Column("state", "string", "报送状态", "Filing state", codes=("on_time", "late", "not_filed")),
    Column(
        "employees", "int", "从业人数", "Employees", nullable=True, minimum=0, maximum=LARGEST_COUNT, official="empNum"
    ),
    yuan("assets_yuan", "资产总额", "Total assets", "assGro"),
    yuan("liabilities_yuan", "负债总额", "Total liabilities", "liaGro"),
    yuan("revenue_yuan", "营业总收入", "Revenue", "vendInc"),
    yuan("profit_yuan", "利润总额", "Profit", "proGro"),
    yuan("tax_yuan", "纳税总额", "Tax paid", "ratGro"),
)

LICENCES = event_subject(
    "licences",
    "许可证件",
    "Licences",
    SECTOR,
    Column("licence_no", "string", "许可证号", "Licence number", nullable=True, official="licNo"),
    Column("kind", "string", "许可证种类", "Kind of licence", official="licName_CN"),
    Column("valid_from", "date", "有效期自", "Valid from", official="valFrom"),
    Column("valid_to", "date", "有效期至", "Valid until, exclusive", nullable=True, official="valTo"),
    Column(
        "state",
        "string",
        "许可状态",
        "State",
        codes=("valid", "expired", "suspended", "cancelled", "revoked"),
    ),
    Column("has_cold_chain", "bool", "是否含冷藏冷冻经营", "Whether it covers chilled or frozen goods", nullable=True),
    Column("near_school", "bool", "是否在校园周边", "Whether the premises lie near a school", nullable=True),
)

COMMITMENTS = event_subject(
    "commitments",
    "信用承诺",
    "Commitments",
    Column("kind", "string", "承诺种类", "Kind", codes=("permit", "proof", "voluntary")),
    Column("fulfilled", "bool", "是否履行", "Fulfilled", nullable=True),
    Column("verified_on", "date", "核查日期", "Verified on", nullable=True),
)

CHANGES = event_subject(
    "changes",
    "登记变更",
    "Changes of registration",
    Column(
        "item",
        "string",
        "变更事项",
        "Item changed",
        codes=("name", "address", "representative", "capital", "scope", "shareholder", "type", "other"),
        official="altItem",
    ),
)

RELATIONS = event_subject(
    "relations",
    "关联关系",
    "Relations",
    Column(
        "kind",
        "string",
        "关联种类",
        "Kind of relation",
        codes=("shareholder", "executive", "branch", "same_address", "same_contact"),
    ),
    Column("other_enterprise_id", "string", "关联主体编号", "The other enterprise", nullable=True),
    Column("person_hash", "string", "自然人代号（散列）", "Pseudonym of a person (hash)", nullable=True),
    Column("share", "float", "持股比例", "Share held, fraction", nullable=True, minimum=0, maximum=1),
)

EQUIPMENT = event_subject(
    "equipment",
    "特种设备与计量器具",
    "Equipment and instruments",
    SECTOR,
    Column("device_code", "string", "设备代码", "Device code"),
    Column("kind", "string", "设备种类", "Kind of device"),
    Column("next_inspection_due", "date", "下次检验日期", "Next inspection due on", nullable=True),
    Column(
        "last_result",
        "string",
        "上次检验结论",
        "Last result",
        nullable=True,
        codes=("pass", "fail", "pending"),
    ),
    Column("state", "string", "设备状态", "State", codes=("in_use", "idle", "scrapped", "unregistered")),
)

DORMANCIES = event_subject(
    "dormancies",
    "歇业备案",
    "Dormancy filings",
    Column("planned_end_on", "date", "计划恢复日期", "Planned end", nullable=True),
    Column("ended_on", "date", "终止日期", "Ended on", nullable=True),
)
