"""System 2: the provincial double-random platform: tiers go out; tasks, draws and results come back (handbook 4.4)."""

from records.contract import Column, Subject
from records.event_columns import COMMON
from records.finding_subjects import INSPECTIONS
from records.subjects import SUBJECTS
from records.systems.codes import BASIS, OVERALL_RESULT, SEVERITIES_BY_WEIGHT, SEVERITY_OF_RESULT, TASK_MODE
from records.systems.common import (
    ENDS,
    ENTERPRISE,
    IDENTIFIED_BY,
    NAMES,
    PERSONAL,
    SECTOR_FIELD,
    SUBJECT_ID_FIELD,
    owner_fields,
)
from records.systems.declaration import Derivation, Field, Fill, Layout, Row, System, Terms

SELECTIONS = SUBJECTS["selections"]
_OF_DRAW = ("plan_code", "task_code", "basis", "stratum", "pool_size", "sample_size", "inclusion_probability", "seed")

TASKS = Subject(
    "_tasks",
    "抽查任务",
    "Tasks",
    (
        *(column for column in COMMON if column.name != "enterprise_id"),
        Column("sector", "string", "监管领域", "Supervision sector", nullable=True),
        *(SELECTIONS.column(name) for name in _OF_DRAW if name not in ("stratum", "inclusion_probability")),
    ),
    ("record_id", "known_at"),
    ("record_id",),
)
"""A task is no record about an enterprise: it is kept beside the journal of imports, and draws and results take from
it what they leave out."""


def _basis(row: Row, terms: Terms) -> None:
    if row.get("basis") is None and not row.is_faulty_in("basis"):
        row.values["basis"] = row.get("mode")


def _drawn(row: Row, terms: Terms) -> None:
    if row.get("selected") is False:
        row.refuse("not_selected", "selected")


def _probability(row: Row, terms: Terms) -> None:
    """Drawn over pool, where the whole pool was drawn from at random; strata have chances of their own."""
    drawn, pool = row.get("sample_size"), row.get("pool_size")
    is_missing = row.get("inclusion_probability") is None and not row.is_faulty_in("inclusion_probability")
    if is_missing and row.get("basis") == "random" and row.get("stratum") is None and drawn and pool and drawn <= pool:
        row.values["inclusion_probability"] = drawn / pool
        row.flag("probability_derived", "inclusion_probability")


def _result(row: Row, terms: Terms) -> None:
    """The worst of the results ticked, and how many findings there are of each severity."""
    results = row.get("overall_result")
    if results is None:
        if not row.is_faulty_in("overall_result"):
            row.refuse("no_result", "overall_result")
        return
    severities = [SEVERITY_OF_RESULT[result] for result in results]
    row.values["severity"] = worst = min(severities, key=SEVERITIES_BY_WEIGHT.index)
    if len(results) > 1:
        row.flag("contradictory_results" if "none" in severities else "several_results", "severity")
    for level in ("minor", "general", "serious"):
        row.values[f"findings_{level}"] = severities.count(level)
    problems = sum(1 for item in row.get("item_result") or () if _has_problem(item))
    if worst in ("minor", "general", "serious"):
        of_worst = row.values[f"findings_{worst}"]
        row.values[f"findings_{worst}"] = max(of_worst, problems - len([one for one in severities if one != worst]))


def _has_problem(item: dict[str, object]) -> bool:
    return str(item.get("is_check", "1")) not in ("0", "False", "否") and item.get("problem") not in (
        None,
        "",
        "无",
        0,
        "0",
    )


TASK_FIELDS = (
    Field("plan_code", ("plan_code", "计划编号"), kind="identifier"),
    Field("task_code", ("task_code", "任务编号"), kind="identifier"),
    Field("basis", ("basis", "检查依据"), kind="code", codes=BASIS),
    Field("pool_size", ("pool_size", "抽查对象总数", "抽样池数量")),
    Field("sample_size", ("sample_size", "抽取数", "抽中数量")),
    Field("seed", ("seed", "随机种子"), kind="identifier"),
)
MODE = Field("mode", ("mode", "抽查方式"), kind="code", codes=TASK_MODE, zh="抽查方式（定向或不定向）", en="Mode")
BASIS_DERIVED = Derivation(
    ("basis",), "未给出时由抽查方式推得：不定向为随机", "if not given, by the mode: undirected is random", _basis
)
OF_TASK = Fill(TASKS, ("task_code",), ("plan_code", "basis", "pool_size", "sample_size", "seed", "sector"))

TASKS_LAYOUT = Layout(
    "tasks",
    "抽查任务",
    "Tasks",
    TASKS,
    fields=(
        *TASK_FIELDS,
        MODE,
        Field("occurred_on", ("drawn_at", "抽取时间", "任务日期"), kind="date"),
        SECTOR_FIELD,
        *owner_fields(),
        *ENDS,
    ),
    identity=("task_code",),
    recognised_by=(("task_code",), ("pool_size",), ("sample_size",), ("occurred_on",)),
    derivations=(BASIS_DERIVED,),
    stamps=("occurred_on",),
    not_kept=(*PERSONAL, "percent", "抽取比例", "source", "任务来源", "task_name", "任务名称"),
)

DRAWS_LAYOUT = Layout(
    "draws",
    "抽取结果",
    "Draws",
    SELECTIONS,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        *TASK_FIELDS,
        MODE,
        SECTOR_FIELD,
        Field("stratum", ("stratum", "抽样层")),
        Field("inclusion_probability", ("pi", "入样概率"), kind="share"),
        Field("occurred_on", ("drawn_at", "抽取时间"), kind="date"),
        Field("selected", ("selected", "是否抽中"), kind="truth", zh="是否抽中", en="Whether drawn"),
        *owner_fields(),
        *ENDS,
    ),
    identity=("task_code", "enterprise_id"),
    same_as=("task_code", "enterprise_id"),
    recognised_by=(IDENTIFIED_BY, ("task_code",), ("selected", "occurred_on")),
    fills=(Fill(TASKS, ("task_code",), (*OF_TASK.columns, "occurred_on")),),
    derivations=(
        Derivation((), "未抽中的不是抽中记录", "who was not drawn has no record", _drawn, needs=("selected",)),
        BASIS_DERIVED,
        Derivation(
            ("inclusion_probability",),
            "未给出且为不分层的随机抽取时：抽中数除以池数",
            "if not given, of a random draw without strata: drawn over pool",
            _probability,
        ),
    ),
    stamps=("occurred_on",),
    not_kept=(*PERSONAL, *NAMES),
    shares_file=True,
)

RESULTS_LAYOUT = Layout(
    "results",
    "检查结果",
    "Results",
    INSPECTIONS,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("task_code", ("task_code", "任务编号"), kind="identifier"),
        Field("basis", ("basis", "检查依据"), kind="code", codes=BASIS),
        SECTOR_FIELD,
        Field("inclusion_probability", ("pi", "入样概率"), kind="share"),
        Field("occurred_on", ("check_date", "检查日期")),
        Field(
            "overall_result",
            ("overall_result", "检查结果", "总体结果"),
            kind="codes",
            codes=OVERALL_RESULT,
            zh="检查结果（多选）",
            en="Overall result, multi-select",
        ),
        Field(
            "item_result",
            ("item_result", "检查项目结果"),
            kind="items",
            zh="检查项目结果（is_check, problem, dispose）",
            en="Results of the items",
        ),
        Field("native_score", ("native_score", "评分")),
        Field("entered_at", ("entered_at", "录入时间"), kind="timestamp", zh="录入时间", en="Entered at"),
        Field("audited_at", ("audited_at", "审核时间"), kind="timestamp", zh="审核时间", en="Audited at"),
        *owner_fields("检查实施机关"),
        *ENDS,
    ),
    identity=("task_code", "enterprise_id"),
    same_as=("enterprise_id", "sector", "occurred_on"),
    recognised_by=(IDENTIFIED_BY, ("task_code",), ("overall_result",), ("occurred_on",)),
    fills=(
        Fill(SELECTIONS, ("task_code", "enterprise_id"), ("basis", "inclusion_probability", "sector")),
        Fill(TASKS, ("task_code",), ("basis", "sector")),
    ),
    derivations=(
        Derivation(
            ("severity", "findings_minor", "findings_general", "findings_serious"),
            "2、3、4、5 为一般问题，8 为严重问题，6 为无法联系，7、9-12 为无效，1 为无问题；多选取最重者，次序为"
            "严重、一般、无效、无法联系、无问题；各级问题数为勾选数，有检查项目结果的以问题项数为准",
            "2, 3, 4, 5 are general findings, 8 a serious one, 6 unreachable, 7 and 9-12 void, 1 none; of several the "
            "first in the order serious, general, void, unreachable, none; findings are counted by what is ticked, or "
            "by the items with a problem",
            _result,
        ),
    ),
    stamps=("occurred_on", "entered_at", "audited_at"),
    not_kept=(
        *PERSONAL,
        *NAMES,
        *("check_items", "检查事项", "disposal_state", "处置情况", "published_at", "公示时间", "linked_penalty_no"),
        *("plan_code", "pool_size", "sample_size", "seed", "drawn_at", "selected"),
    ),
    shares_file=True,
)

DOUBLE_RANDOM = System(
    "double_random",
    "广东省“双随机、一公开”监管综合平台",
    "Provincial double-random platform",
    (TASKS_LAYOUT, DRAWS_LAYOUT, RESULTS_LAYOUT),
)

TIER_SOURCES = ("module", "superior", "general", "override")
EXCLUSIONS = ("dormant", "drawn_this_year", "cap_reached")
"""Why an enterprise with a tier is not to be drawn (project decision: the platform's own codes are not known)."""

TIER_COLUMNS = (
    Column("run_id", "string", "批次编号", "Run: digest of the snapshot"),
    Column("asof", "date", "基准日", "As-of date"),
    Column("uniscid", "string", "统一社会信用代码", "Unified code", nullable=True),
    Column("pripid", "string", "主体编号", "Subject id, where there is no unified code", nullable=True),
    Column("ent_name", "string", "企业名称（本系统不留存）", "Name, which this system does not keep", nullable=True),
    Column("sector", "string", "监管领域", "Supervision sector"),
    Column("scheme", "string", "分级标准及版本", "Standard and version"),
    Column("score", "float", "问题概率", "Probability of a problem", nullable=True, minimum=0, maximum=1),
    Column("tier_1_4", "int", "风险类别（1 低至 4 高）", "Tier, 1 low to 4 high", minimum=1, maximum=4),
    Column("tier_source", "string", "类别来源", "Source of the tier", codes=TIER_SOURCES),
    Column("model_version", "string", "模型版本", "Release"),
    Column(
        "top_reasons",
        "list",
        "主要理由，至多五条（↑ 与较高风险相关，↓ 与较低风险相关）",
        "Main reasons, five at most; arrows: goes with more or with less risk",
    ),
    Column("suggested_items", "list", "建议检查事项", "Suggested items"),
    Column("station", "string", "市场监督管理所", "Local station", nullable=True),
    Column("reg_org", "string", "登记机关或片区", "Region", nullable=True),
    Column("industry", "string", "行业代码", "Industry", nullable=True),
    Column("last_check_date", "date", "最近检查日期", "Date of the last check", nullable=True),
    Column("checks_ytd", "int", "本年已检查次数", "Checks this year", minimum=0),
    Column("freq_cap", "int", "年度检查频次上限", "Cap of checks a year", nullable=True, minimum=0),
    Column("statutory_min", "string", "法定最低检查（次数/年数）", "Statutory minimum, times/years", nullable=True),
    Column("exclusion_code", "string", "不参与抽取的原因", "Why not to be drawn", nullable=True, codes=EXCLUSIONS),
    Column("valid_from", "date", "有效期自", "Valid from"),
    Column("valid_to", "date", "有效期至（不含）", "Valid until, exclusive", nullable=True),
)
"""One row per enterprise and sector with a tier, as the sampling module takes it (handbook 4.4)."""
