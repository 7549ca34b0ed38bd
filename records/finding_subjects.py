"""What authorities found, decided and listed, what was complained of, and what was repaired since."""

from records.contract import Column
from records.event_columns import (
    INCLUSION_PROBABILITY,
    INSPECTION_BASES,
    LARGEST_COUNT,
    MATTER,
    SECTOR,
    SEVERITIES,
    event_subject,
    yuan,
)

INSPECTION_SEVERITIES = ("none", "minor", "general", "serious", "unreachable", "void")
SEVERITY_RANK = {"none": 0, "minor": 1, "general": 2, "serious": 3}
"""How bad a finding is; unreachable and void say nothing about the enterprise and have no rank."""

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
    yuan("fine_yuan", "罚款金额", "Fine", "penAm", minimum=0),
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

RECALLS = event_subject(
    "recalls",
    "召回与不良事件",
    "Recalls and adverse events",
    Column("kind", "string", "种类", "Kind", codes=("recall", "adverse_event")),
    Column("level", "int", "级别（1 最严重）", "Level, 1 is the worst", nullable=True, minimum=1, maximum=3),
    Column("completed_on", "date", "完成日期", "Completed on", nullable=True),
)
