"""The subjects of the record contract (handbook 5.4); others write against these column names.

Here stand what the register, other bodies and the bureau's files say of an enterprise; what the bureau's own work on it
leaves behind is in `records.work_subjects`.
"""

from records.contract import Column, Subject
from records.event_columns import (
    INCLUSION_PROBABILITY,
    INSPECTION_BASES,
    LARGEST_COUNT,
    LARGEST_YUAN,
    MATTER,
    SECTOR,
    SEVERITIES,
    event_subject,
)
from records.work_subjects import WORK_SUBJECTS

INSPECTION_SEVERITIES = ("none", "minor", "general", "serious", "unreachable", "void")
SEVERITY_RANK = {"none": 0, "minor": 1, "general": 2, "serious": 3}
"""How bad a finding is; unreachable and void say nothing about the enterprise and have no rank."""

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


def _yuan(name: str, zh: str, en: str, official: str, minimum: float = -LARGEST_YUAN) -> Column:
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


ANNUAL_REPORTS = event_subject(
    "annual_reports",
    "年度报告",
    "Annual reports",
    Column("year", "int", "报告年度", "Year reported on", minimum=1980, maximum=2100, official="anCheYear"),
    Column("state", "string", "报送状态", "Filing state", codes=("on_time", "late", "not_filed")),
    Column(
        "employees", "int", "从业人数", "Employees", nullable=True, minimum=0, maximum=LARGEST_COUNT, official="empNum"
    ),
    _yuan("assets_yuan", "资产总额", "Total assets", "assGro"),
    _yuan("liabilities_yuan", "负债总额", "Total liabilities", "liaGro"),
    _yuan("revenue_yuan", "营业总收入", "Revenue", "vendInc"),
    _yuan("profit_yuan", "利润总额", "Profit", "proGro"),
    _yuan("tax_yuan", "纳税总额", "Tax paid", "ratGro"),
)

PENALTIES = event_subject(
    "penalties",
    "行政处罚",
    "Penalties",
    SECTOR,
    Column(
        "kind",
        "string",
        "处罚种类",
        "Kind of penalty",
        codes=(
            "warning",
            "criticism",
            "fine",
            "confiscation",
            "suspension",
            "withhold_licence",
            "revoke_licence",
            "closure",
            "other",
        ),
        official="penType",
    ),
    Column("severity", "string", "严重程度", "Severity", codes=SEVERITIES),
    _yuan("fine_yuan", "罚款金额", "Fine", "penAm", minimum=0),
    MATTER,
    Column("decision_no", "string", "处罚决定书文号", "Number of the decision", nullable=True, official="penDecNo"),
    Column("due_on", "date", "缴纳期限", "Fine due on", nullable=True),
    Column("performed_on", "date", "履行日期", "Performed on", nullable=True),
)

COMPLAINTS = event_subject(
    "complaints",
    "投诉举报",
    "Complaints and reports",
    Column(
        "kind",
        "string",
        "类别：投诉或举报",
        "Complaint (civil) or report (alleged violation)",
        codes=("complaint", "report"),
    ),
    SECTOR,
    Column("verified", "bool", "是否查实", "Found to be true", nullable=True),
    MATTER,
    Column(
        "mediation",
        "string",
        "调解结果",
        "Outcome of the mediation",
        nullable=True,
        codes=("agreed", "failed", "refused"),
    ),
)

INSPECTIONS = event_subject(
    "inspections",
    "监督检查",
    "Inspections",
    Column("sector", "string", "监管领域", "Supervision sector"),
    Column("basis", "string", "检查依据", "Basis", codes=INSPECTION_BASES),
    INCLUSION_PROBABILITY,
    Column("severity", "string", "检查结果", "Worst finding", codes=INSPECTION_SEVERITIES, official="insRes"),
    Column("findings_minor", "int", "轻微问题数", "Minor findings", minimum=0, maximum=LARGEST_COUNT),
    Column("findings_general", "int", "一般问题数", "General findings", minimum=0, maximum=LARGEST_COUNT),
    Column("findings_serious", "int", "严重问题数", "Serious findings", minimum=0, maximum=LARGEST_COUNT),
    Column(
        "native_score",
        "float",
        "原有评分",
        "Score of the official scheme",
        nullable=True,
        minimum=-LARGEST_COUNT,
        maximum=LARGEST_COUNT,
    ),
    Column("task_code", "string", "任务编号", "Code of the task", nullable=True),
)

LISTINGS = event_subject(
    "listings",
    "异常名录与严重违法名单",
    "Abnormal and serious-violation listings",
    Column("kind", "string", "名单种类", "List", codes=("abnormal", "serious")),
    Column(
        "cause",
        "string",
        "列入原因",
        "Cause",
        codes=("annual_report", "disclosure_order", "falsehood", "unreachable", "serious_violation"),
        official="speCause",
    ),
    Column("removed_on", "date", "移出日期", "Removed on", nullable=True, official="remDate"),
    Column("removal_reason", "string", "移出原因", "Reason of removal", nullable=True, official="remExcpRes"),
    Column("listed_until", "date", "列入期限", "Listed until, exclusive", nullable=True),
    Column("decision_no", "string", "列入决定书文号", "Number of the decision", nullable=True),
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

SAMPLINGS = event_subject(
    "samplings",
    "产品抽样检验",
    "Product samplings",
    SECTOR,
    Column("category", "string", "产品类别", "Product category", nullable=True),
    Column("result", "string", "检验结论", "Result", codes=("pass", "fail")),
    Column("failed_items", "int", "不合格项目数", "Failed analytes", nullable=True, minimum=0, maximum=LARGEST_COUNT),
    Column(
        "exceedance",
        "float",
        "最大超标倍数（检出值/限值）",
        "Largest value over its limit, ratio",
        nullable=True,
        minimum=0,
        maximum=LARGEST_COUNT,
    ),
    Column("level", "string", "抽检级别", "Level", codes=("national", "province", "city", "district")),
)

COMMITMENTS = event_subject(
    "commitments",
    "信用承诺",
    "Commitments",
    Column("kind", "string", "承诺种类", "Kind", codes=("permit", "proof", "voluntary")),
    Column("fulfilled", "bool", "是否履行", "Fulfilled", nullable=True),
    Column("verified_on", "date", "核查日期", "Verified on", nullable=True),
)

REPAIRS = event_subject(
    "repairs",
    "信用修复",
    "Credit repairs",
    Column(
        "target_subject",
        "string",
        "修复对象主题",
        "Subject of the repaired record",
        codes=("penalties", "listings", "samplings", "inspections", "complaints", "commitments"),
    ),
    Column("target_record_id", "string", "修复对象记录编号", "Id of the repaired record"),
    Column("decision", "string", "修复决定", "Decision", codes=("granted", "refused", "pending")),
    Column("effective_on", "date", "修复生效日期", "Effective on", nullable=True),
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

RECALLS = event_subject(
    "recalls",
    "召回与不良事件",
    "Recalls and adverse events",
    Column("kind", "string", "种类", "Kind", codes=("recall", "adverse_event")),
    Column("level", "int", "级别（1 最严重）", "Level, 1 is the worst", nullable=True, minimum=1, maximum=3),
    Column("completed_on", "date", "完成日期", "Completed on", nullable=True),
)

DORMANCIES = event_subject(
    "dormancies",
    "歇业备案",
    "Dormancy filings",
    Column("planned_end_on", "date", "计划恢复日期", "Planned end", nullable=True),
    Column("ended_on", "date", "终止日期", "Ended on", nullable=True),
)

SUBJECTS: dict[str, Subject] = {
    subject.name: subject
    for subject in (
        ENTERPRISES,
        ANNUAL_REPORTS,
        PENALTIES,
        COMPLAINTS,
        INSPECTIONS,
        LISTINGS,
        LICENCES,
        SAMPLINGS,
        COMMITMENTS,
        REPAIRS,
        CHANGES,
        RELATIONS,
        EQUIPMENT,
        RECALLS,
        DORMANCIES,
        *WORK_SUBJECTS,
    )
}
"""Every subject by name; a data directory holds one file (or a folder of files) for each it has."""

EVENT_SUBJECTS = tuple(subject for subject in SUBJECTS.values() if subject.is_event)
