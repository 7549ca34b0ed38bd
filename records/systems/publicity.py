"""System 1: the National Enterprise Credit Information Publicity System (Guangdong).

Field names and codes are those seen in publicity systems (handbook 5.1, 5.2); Chinese headers and the names of fields
that were not seen are ours, to be checked with the first files.
"""

from records.finding_subjects import INSPECTIONS, LISTINGS, PENALTIES
from records.register_subjects import ANNUAL_REPORTS, CHANGES, ENTERPRISES, LICENCES
from records.systems.codes import (
    BASIS,
    CHANGE_ITEM,
    INSPECTION_RESULT,
    LICENCE_STATE,
    LISTING_CAUSE,
    MATTER,
    PENALTY_KIND,
    REMOVAL_REASON,
    REPORT_STATE,
    SECTOR,
    SEVERITY,
    STATE,
)
from records.systems.common import (
    ENDS,
    ENTERPRISE,
    HEAVIEST_KIND,
    IDENTIFIED_BY,
    LISTING_LIMITS,
    NAMES,
    PENALTY_LIMIT,
    PERSONAL,
    SECTOR_FIELD,
    SEVERITY_DERIVED,
    SUBJECT_ID_FIELD,
    owner_fields,
)
from records.systems.declaration import Field, Layout, System
from records.systems.publicity_rules import (
    CAPITAL,
    FINDINGS,
    INDUSTRY,
    LICENCE,
    NO_SECTORS,
    REPORT_STATE_DERIVED,
    VALID_FROM,
)

REGISTRY = Layout(
    "registry",
    "登记信息",
    "Registry",
    ENTERPRISES,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("ent_type", ("entType", "市场主体类型代码", "类型代码"), kind="identifier", pattern=r"\d{4}"),
        Field("state", ("regState", "regState_CN", "经营状态", "企业状态"), kind="code", codes=STATE),
        Field("established_on", ("estDate", "成立时间", "注册日期")),
        Field(
            "registered_capital_yuan",
            ("regCap", "注册资本(金)", "注册资金", "出资额", "资金数额"),
            kind="amount",
            unit="wan",
        ),
        Field("currency", ("regCapCur", "币种", "注册资本币种"), zh="注册资本币种", en="Currency of the capital"),
        Field("industry_door", ("industryPhy", "行业门类"), zh="行业门类（A-T）", en="Door of the industry, A to T"),
        Field("industry_code", ("industryCo", "行业代码", "国民经济行业代码"), kind="identifier"),
        Field("region", ("regOrg", "登记机关", "登记机关代码")),
        Field("station", ("localAdm", "管辖单位", "所属市场监管所", "localAdmName")),
        Field("lat", ("lat", "纬度")),
        Field("lon", ("lon", "经度")),
        Field("sectors", ("sectors", "监管领域", "所属监管领域"), kind="codes", codes=SECTOR),
        Field("valid_from", ("apprDate", "核准日期", "核准时间")),
        Field("valid_to", ("valid_to", "本版本失效日期"), kind="end_date"),
        Field("known_at", ("known_at", "获知时间")),
    ),
    identity=("enterprise_id", "valid_from"),
    recognised_by=(IDENTIFIED_BY, ("ent_type",), ("state",), ("established_on",)),
    derivations=(CAPITAL, INDUSTRY, VALID_FROM, NO_SECTORS),
    stamps=("established_on", "valid_from"),
    not_kept=(
        *PERSONAL,
        *NAMES,
        *("dom", "住所", "经营场所", "opScope", "经营范围", "opFrom", "opTo", "营业期限自", "营业期限至"),
        *("entType_CN", "市场主体类型", "企业类型", "regOrg_CN"),
    ),
)

CHANGES_LAYOUT = Layout(
    "changes",
    "登记变更",
    "Changes of registration",
    CHANGES,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("item", ("altItem", "altItem_CN", "变更事项"), kind="code", codes=CHANGE_ITEM),
        Field("occurred_on", ("altDate", "变更日期", "变更时间")),
        *owner_fields("regOrg", "登记机关"),
        *ENDS,
    ),
    identity=("enterprise_id", "occurred_on", "item"),
    same_as=("enterprise_id", "occurred_on", "item"),
    recognised_by=(IDENTIFIED_BY, ("item",), ("occurred_on",)),
    stamps=("occurred_on",),
    not_kept=(*PERSONAL, *NAMES, "altBe", "altAf", "变更前内容", "变更后内容"),
)

ANNUAL_REPORTS_LAYOUT = Layout(
    "annual_reports",
    "年度报告",
    "Annual reports",
    ANNUAL_REPORTS,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("year", ("anCheYear", "year", "年报年度", "报送年度")),
        Field("occurred_on", ("ancheDate", "报送日期", "填报日期", "年报日期")),
        Field("state", ("state", "年报状态"), kind="code", codes=REPORT_STATE),
        Field("employees", ("empNum", "从业人员", "从业人员数")),
        Field("assets_yuan", ("assGro", "资产总计"), kind="amount"),
        Field("liabilities_yuan", ("liaGro", "负债总计"), kind="amount"),
        Field("revenue_yuan", ("vendInc", "营业收入", "销售总额"), kind="amount"),
        Field("profit_yuan", ("proGro",), kind="amount"),
        Field("tax_yuan", ("ratGro",), kind="amount"),
        *owner_fields(),
        *ENDS,
    ),
    identity=("enterprise_id", "year"),
    same_as=("enterprise_id", "year"),
    recognised_by=(IDENTIFIED_BY, ("year",), ("occurred_on", "state")),
    derivations=(REPORT_STATE_DERIVED,),
    stamps=("occurred_on",),
    not_kept=(
        *PERSONAL,
        *NAMES,
        *("anCheID", "maiBusInc", "netInc", "totEqu", "so110", "so210", "so310", "so410", "so510"),
        *(f"{name}IsPub" for name in ("empNum", "assGro", "liaGro", "vendInc", "proGro", "ratGro")),
    ),
)

PENALTIES_LAYOUT = Layout(
    "penalties",
    "行政处罚",
    "Penalties",
    PENALTIES,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field(
            "decision_no",
            ("penDecNo", "决定书文号", "行政处罚决定书文号"),
            kind="identifier",
        ),
        Field("kind", ("penType", "penType_CN", "处罚类别", "处罚种类"), kind="codes", codes=PENALTY_KIND),
        Field("fine_yuan", ("penAm", "处罚金额"), kind="amount"),
        Field("occurred_on", ("penDecIssDate", "处罚决定日期", "作出行政处罚决定日期", "处罚决定书签发日期")),
        Field("published_on", ("publicDate", "公示日期"), kind="date", zh="公示日期", en="Published on"),
        SECTOR_FIELD,
        Field("severity", ("severity", "严重程度"), kind="code", codes=SEVERITY),
        Field("matter", ("matter", "事项类别"), kind="code", codes=MATTER),
        Field("due_on", ("due_on", "缴纳期限"), kind="end_date"),
        Field("performed_on", ("performed_on", "履行日期"), kind="end_date"),
        *owner_fields(
            *("penAuth_CN", "penAuth", "judAuth", "judAuth_CN"),
            *("处罚机关", "处罚机关名称", "决定机关名称", "作出行政处罚决定机关名称"),
        ),
        *ENDS,
    ),
    identity=("enterprise_id", "decision_no"),
    same_as=("enterprise_id", "decision_no"),
    recognised_by=(IDENTIFIED_BY, ("decision_no",), ("kind",), ("occurred_on",)),
    derivations=(HEAVIEST_KIND, SEVERITY_DERIVED, PENALTY_LIMIT),
    stamps=("occurred_on", "published_on"),
    not_kept=(*PERSONAL, *NAMES, "illegActType", "违法行为类型", "penContent", "处罚内容", "forfAm", "没收金额"),
)

_LISTING_FIELDS = (
    Field("removed_on", ("remDate", "移出日期"), kind="end_date"),
    Field("removal_reason", ("remExcpRes", "remExcpRes_CN", "移出原因"), kind="code", codes=REMOVAL_REASON),
    Field("decision_no", ("decision_no", "列入决定书文号"), kind="identifier"),
    *owner_fields("decOrg", "decOrg_CN", "列入机关", "作出决定机关(列入)", "列入决定机关"),
    *ENDS,
)

ABNORMAL_LAYOUT = Layout(
    "abnormal_list",
    "经营异常名录",
    "Abnormal list",
    LISTINGS,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field(
            "cause",
            ("speCause", "speCause_CN", "列入经营异常名录原因", "列入异常名录原因"),
            kind="code",
            codes=LISTING_CAUSE,
        ),
        Field("occurred_on", ("abntime", "列入日期", "列入经营异常名录日期")),
        *_LISTING_FIELDS,
    ),
    identity=("enterprise_id", "cause", "occurred_on"),
    same_as=("enterprise_id", "cause", "occurred_on"),
    recognised_by=(IDENTIFIED_BY, ("cause",), ("occurred_on",)),
    fixed=(("kind", "abnormal"),),
    stamps=("occurred_on", "removed_on"),
    ends=("removed_on", "removal_reason"),
    not_kept=(*PERSONAL, *NAMES, "reDecOrg", "reDecOrg_CN", "移出机关", "作出决定机关(移出)"),
)

SERIOUS_LAYOUT = Layout(
    "serious_list",
    "严重违法失信名单",
    "Serious list",
    LISTINGS,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field(
            "serious_reason",
            ("serILLRea_CN", "serILLRea", "列入严重违法失信名单原因", "列入严重违法失信企业名单原因", "列入事由"),
            zh="列入严重违法失信名单原因（仅用于识别）",
            en="Reason of the listing, only to recognise the file",
        ),
        Field("occurred_on", ("abntime", "列入日期", "列入严重违法失信名单日期")),
        Field("listed_until", ("listed_until", "列入期限"), kind="end_date"),
        *_LISTING_FIELDS,
    ),
    identity=("enterprise_id", "occurred_on"),
    same_as=("enterprise_id", "cause", "occurred_on"),
    recognised_by=(IDENTIFIED_BY, ("serious_reason",), ("occurred_on",)),
    fixed=(("kind", "serious"), ("cause", "serious_violation")),
    derivations=(LISTING_LIMITS,),
    stamps=("occurred_on", "removed_on"),
    ends=("removed_on", "removal_reason"),
    not_kept=(*PERSONAL, *NAMES, "reDecOrg", "reDecOrg_CN", "移出机关", "作出决定机关(移出)"),
)

LICENCES_LAYOUT = Layout(
    "licences",
    "行政许可",
    "Licences",
    LICENCES,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("licence_no", ("licNo", "许可文件编号", "许可证编号"), kind="identifier"),
        Field("kind", ("licName_CN", "许可文件名称", "许可证名称")),
        Field("occurred_on", ("licDate", "发证日期", "许可决定日期")),
        Field("valid_from", ("valFrom", "有效期自")),
        Field("valid_to", ("valTo", "有效期至"), kind="end_date", is_last_day=True),
        Field("state", ("licState", "许可状态", "证照状态"), kind="code", codes=LICENCE_STATE),
        SECTOR_FIELD,
        Field("has_cold_chain", ("has_cold_chain", "是否含冷藏冷冻经营")),
        Field("near_school", ("near_school", "是否在校园周边")),
        *owner_fields("licAnth", "licAnth_CN", "许可机关", "发证机关"),
        *ENDS,
    ),
    identity=("enterprise_id", "licence_no", "valid_from"),
    same_as=("enterprise_id", "licence_no", "valid_from"),
    recognised_by=(IDENTIFIED_BY, ("licence_no",), ("kind",), ("valid_from",)),
    derivations=(LICENCE,),
    stamps=("occurred_on", "valid_from"),
    not_kept=(*PERSONAL, *NAMES, "licItem", "许可内容"),
)

INSPECTIONS_LAYOUT = Layout(
    "inspections",
    "抽查检查结果",
    "Results of inspections",
    INSPECTIONS,
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("producer", ("insAuth", "insAuth_CN", "检查实施机关", "产生单位")),
        Field("basis", ("insType", "检查类型", "检查依据"), kind="code", codes=BASIS),
        Field("occurred_on", ("insDate", "检查日期")),
        Field("severity", ("insRes", "insRes_CN", "检查结果"), kind="code", codes=INSPECTION_RESULT),
        SECTOR_FIELD,
        Field("task_code", ("task_code", "任务编号"), kind="identifier"),
        Field("findings_minor", ("findings_minor", "轻微问题数")),
        Field("findings_general", ("findings_general", "一般问题数")),
        Field("findings_serious", ("findings_serious", "严重问题数")),
        Field("provider", ("provider", "提供单位")),
        Field("responsible", ("responsible", "责任单位")),
        *ENDS,
    ),
    identity=("enterprise_id", "sector", "occurred_on", "task_code?"),
    same_as=("enterprise_id", "sector", "occurred_on"),
    recognised_by=(IDENTIFIED_BY, ("basis",), ("severity",), ("occurred_on",)),
    derivations=(FINDINGS,),
    stamps=("occurred_on",),
    not_kept=(*PERSONAL, *NAMES),
    direction="both",
)

PUBLICITY = System(
    "publicity",
    "国家企业信用信息公示系统（广东）",
    "National Enterprise Credit Information Publicity System (Guangdong)",
    (
        REGISTRY,
        CHANGES_LAYOUT,
        ANNUAL_REPORTS_LAYOUT,
        PENALTIES_LAYOUT,
        ABNORMAL_LAYOUT,
        SERIOUS_LAYOUT,
        LICENCES_LAYOUT,
        INSPECTIONS_LAYOUT,
    ),
)
"""Layouts in the order of files that build on each other: enterprises before what is recorded of them."""
