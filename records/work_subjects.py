"""Subjects that work on an enterprise leaves behind: grades, self-inspections, leads, draws, buffers, reminders."""

from records.contract import Column, Subject
from records.event_columns import (
    INCLUSION_PROBABILITY,
    INSPECTION_BASES,
    LARGEST_COUNT,
    MATTER,
    SECTOR,
    event_subject,
)

GRADES = event_subject(
    "grades",
    "其他系统的风险等级",
    "Grades given by other systems",
    SECTOR,
    Column(
        "scheme",
        "string",
        "分级体系",
        "Scheme",
        codes=("provincial_general", "provincial_professional", "superior"),
    ),
    Column("grade", "string", "原等级", "Grade as the scheme writes it"),
    Column(
        "tier_rank",
        "int",
        "折算的风险类别（1 低至 4 高）",
        "Tier it stands for, 1 low to 4 high",
        nullable=True,
        minimum=1,
        maximum=4,
    ),
    Column("score", "float", "原得分", "Score", nullable=True, minimum=-LARGEST_COUNT, maximum=LARGEST_COUNT),
    Column("valid_until", "date", "等级有效期至", "Grade holds until, exclusive", nullable=True),
)
"""A letter means something else in every scheme, so the grade is kept as given beside the tier it stands for."""

SELF_INSPECTIONS = event_subject(
    "self_inspections",
    "自查报告",
    "Self-inspection reports",
    SECTOR,
    Column("year", "int", "自查年度", "Year reported on", minimum=1980, maximum=2100),
    Column("state", "string", "报送状态", "Filing state", codes=("on_time", "late", "not_filed")),
    Column("problems_found", "int", "自查问题数", "Problems found", nullable=True, minimum=0, maximum=LARGEST_COUNT),
)

LEADS = event_subject(
    "leads",
    "监测与移送线索",
    "Leads from monitoring and other departments",
    SECTOR,
    Column(
        "kind", "string", "线索来源类别", "Where it comes from", codes=("monitoring", "transfer", "platform", "media")
    ),
    MATTER,
    Column("verified", "bool", "是否查实", "Found to be true", nullable=True),
    Column("handled_on", "date", "办结日期", "Handled on", nullable=True),
    Column("sent_to", "string", "移送单位", "Department it was sent to", nullable=True),
)

SELECTIONS = event_subject(
    "selections",
    "抽查抽中记录",
    "Selections by a draw",
    Column("sector", "string", "监管领域", "Supervision sector"),
    Column("plan_code", "string", "计划编号", "Code of the plan", nullable=True),
    Column("task_code", "string", "任务编号", "Code of the task"),
    Column("basis", "string", "检查依据", "Basis", codes=INSPECTION_BASES),
    Column("stratum", "string", "抽样层", "Stratum", nullable=True),
    Column("pool_size", "int", "抽样池数量", "Enterprises in the pool", nullable=True, minimum=1, maximum=1e8),
    Column("sample_size", "int", "抽中数量", "Enterprises drawn", nullable=True, minimum=0, maximum=1e8),
    INCLUSION_PROBABILITY,
    Column("seed", "string", "随机种子", "Seed of the draw", nullable=True),
)
"""One row per enterprise and task: who was drawn, from how large a pool; results are inspections."""

BUFFERS = event_subject(
    "buffers",
    "信用惩戒缓冲",
    "Buffers before a listing",
    Column("reason", "string", "缓冲事由", "Reason", codes=("not_at_address",)),
    Column("due_on", "date", "整改期限", "To be corrected before", nullable=True),
    Column("state", "string", "状态", "State", codes=("open", "corrected", "expired")),
    Column("closed_on", "date", "办结日期", "Closed on", nullable=True),
)
"""Found away from the registered address, but reachable and otherwise clean (R12)."""

REMINDERS = event_subject(
    "reminders",
    "提醒与约谈",
    "Reminders",
    Column(
        "topic",
        "string",
        "提醒事项",
        "Topic",
        codes=("annual_report", "long_idle", "penalty", "high_tier", "buffer", "repair"),
    ),
    Column("channel", "string", "提醒方式", "Channel", codes=("phone", "letter", "visit", "message")),
    Column("officer", "string", "经办人代号", "Officer, as a staff code", nullable=True),
    Column("replied_on", "date", "答复日期", "Replied on", nullable=True),
    Column(
        "reply",
        "string",
        "答复情况",
        "Reply",
        nullable=True,
        codes=("will_correct", "corrected", "disputes", "unreachable"),
    ),
)

WORK_SUBJECTS: tuple[Subject, ...] = (GRADES, SELF_INSPECTIONS, LEADS, SELECTIONS, BUFFERS, REMINDERS)
