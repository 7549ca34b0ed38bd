"""Every code table of the systems, in one place (handbook 4.4, 5.1 and 5.2).

Letters and numbers without a source that was seen are left out: an unknown code is quarantined, and one line here
makes it known. Chinese names stand beside the codes, since deliveries write either.
"""

from records.systems.declaration import Code, CodeMap

STATE = CodeMap(
    "state",
    "登记状态",
    "Registration state",
    (
        Code("active", ("A", "B", "K", "DA", "1", "存续（在营、开业、在册）", "存续", "在营", "在业", "开业", "正常")),
        Code("revoked", ("D", "2", "吊销，未注销", "吊销未注销", "吊销")),
        Code("deregistered", ("XX", "DX", "3", "4", "注销", "吊销，已注销", "吊销已注销")),
        Code("cancelled", ("C", "5", "撤销")),
        Code("moved", ("Q", "6", "迁出", "已迁出")),
        Code("dormant", ("歇业", "歇业备案")),
    ),
    source="浙江省公示系统的字母代码（5.2）；CA19 的数字代码，见于公开的数据字典，待核对",
    ambiguous=("X",),
)

SECTOR = CodeMap(
    "sector",
    "监管领域",
    "Supervision sector",
    (
        Code("pickled_vegetables", ("酱腌菜生产加工", "酱腌菜")),
        Code("product_quality", ("产品质量",)),
        Code("food_production", ("食品生产",)),
        Code("food_operation", ("食品经营",)),
        Code("special_food", ("特殊食品",)),
        Code("drugs", ("药品",)),
        Code("medical_devices", ("医疗器械",)),
        Code("cosmetics", ("化妆品",)),
        Code("intellectual_property", ("知识产权",)),
        Code("consumer_rights", ("消费维权",)),
        Code("special_equipment", ("特种设备",)),
        Code("boilers", ("锅炉",)),
        Code("metrology", ("计量",)),
        Code("certification", ("认证认可",)),
        Code("inspection_testing", ("检验检测",)),
        Code("enforcement", ("执法稽查",)),
        Code("price", ("价格监管", "价格")),
        Code("online_trading", ("网络交易", "网络")),
        Code("standards", ("标准",)),
        Code("advertising", ("广告",)),
        Code("general", ("通用", "通用型")),
    ),
    source="手册 1.2 的领域名称；其他领域以标准文件名书写",
    as_it_is="[a-z]+(_[a-z]+)*",
)

CHANGE_ITEM = CodeMap(
    "change_item",
    "变更事项",
    "Item changed",
    (
        Code("name", ("名称变更", "名称", "企业名称变更", "名称变更（字号名称、集团名称等）")),
        Code("address", ("地址变更", "住所变更", "住所", "经营场所变更", "住所（经营场所）变更", "主要经营场所变更")),
        Code("representative", ("法定代表人变更", "负责人变更", "法定代表人", "负责人", "执行事务合伙人变更")),
        Code("capital", ("注册资本变更", "注册资本", "注册资本（金）变更", "出资额变更")),
        Code("scope", ("经营范围变更", "经营范围")),
        Code("shareholder", ("股东变更", "投资人变更", "投资人（股权）变更", "股权变更", "合伙人变更")),
        Code("type", ("企业类型变更", "类型变更", "市场主体类型变更")),
        Code("other", ("其他事项备案", "其他")),
    ),
    source="本项目决定：变更事项为自由文字，表外名称归入其他",
    otherwise="other",
)

REPORT_STATE = CodeMap(
    "report_state",
    "年报报送状态",
    "Filing state of an annual report",
    (
        Code("on_time", ("按时", "按期报送", "已按时报送", "ON_TIME")),
        Code("late", ("补报", "逾期报送", "逾期补报", "LATE")),
        Code("not_filed", ("未报", "未报送", "NOT_FILED")),
    ),
    source="手册 2.6；名称为本项目决定",
)

PENALTY_KIND = CodeMap(
    "penalty_kind",
    "处罚种类",
    "Kind of penalty",
    (
        Code("warning", ("1", "警告")),
        Code("criticism", ("通报批评",)),
        Code("fine", ("2", "罚款")),
        Code("confiscation", ("3", "没收违法所得、没收非法财物", "没收违法所得", "没收非法财物", "没收")),
        Code("suspension", ("4", "责令停产停业", "停产停业")),
        Code("withhold_licence", ("5", "6", "暂扣许可证", "暂扣执照", "暂扣许可证件")),
        Code("revoke_licence", ("7", "8", "吊销许可证", "吊销执照", "吊销营业执照", "吊销许可证件")),
        Code("closure", ("责令关闭",)),
        Code("other", ("9", "其他", "限制从业", "限制开展生产经营活动", "法律、行政法规规定的其他行政处罚")),
    ),
    source="手册 5.2（penType 1-9）；名称见《行政处罚法》第九条",
    ambiguous=("暂扣或者吊销许可证、暂扣或者吊销执照", "暂扣或者吊销许可证", "暂扣或者吊销执照"),
)
KINDS_BY_WEIGHT = (
    *("closure", "revoke_licence", "suspension", "withhold_licence", "confiscation"),
    *("fine", "other", "criticism", "warning"),
)
"""Of several kinds in one decision the first here counts (project decision; order of 行政处罚法 Art. 9)."""

SEVERITY = CodeMap(
    "severity",
    "严重程度",
    "Severity",
    (
        Code("minor", ("轻微", "轻微失信", "1")),
        Code("general", ("一般", "一般失信", "2")),
        Code("serious", ("严重", "严重失信", "3")),
    ),
    source="总局令第107号的三类；数字为本项目决定",
)

LISTING_CAUSE = CodeMap(
    "listing_cause",
    "列入经营异常名录原因",
    "Cause of an abnormal listing",
    (
        Code("annual_report", ("1", "未按照规定期限公示年度报告", "未按规定的期限公示年度报告", "未公示年度报告")),
        Code(
            "disclosure_order",
            ("2", "未在责令的期限内公示有关企业信息", "未在规定期限内公示有关企业信息", "未按责令的期限公示信息"),
        ),
        Code(
            "falsehood",
            ("3", "公示企业信息隐瞒真实情况、弄虚作假", "公示信息隐瞒真实情况、弄虚作假", "隐瞒真实情况、弄虚作假"),
        ),
        Code(
            "unreachable",
            (
                *("4", "通过登记的住所或者经营场所无法联系", "通过登记的住所（经营场所）无法联系"),
                *("通过登记的住所或者经营场所无法与企业取得联系", "通过登记的住所或经营场所无法联系"),
            ),
        ),
    ),
    source="手册 2.3（2017 年系统的四个代码）；名称见《企业经营异常名录管理暂行办法》",
)

ANY_LISTING_CAUSE = CodeMap(
    "any_listing_cause",
    "列入名单原因",
    "Cause of a listing",
    (*LISTING_CAUSE.codes, Code("serious_violation", ("9", "严重违法失信"))),
    source="四个代码同上；9 为本项目决定",
)

REMOVAL_REASON = CodeMap(
    "removal_reason",
    "移出经营异常名录原因",
    "Reason of removal from the abnormal list",
    (
        Code("report_filed", ("1", "补报年度报告", "已补报年度报告", "补报未报年份的年度报告并公示", "补报")),
        Code("disclosure_performed", ("2", "履行公示义务", "已履行公示义务")),
        Code("disclosure_corrected", ("3", "更正公示信息", "已更正公示信息", "更正")),
        Code(
            "address_changed",
            ("4", "依法办理住所或者经营场所变更登记", "已变更登记住所", "变更住所", "变更登记"),
        ),
        Code("contact_restored", ("5", "通过登记的住所或者经营场所可以重新取得联系", "重新取得联系", "恢复联系")),
        Code("transferred", ("列入满三年转入严重违法名单", "列入满三年", "满三年")),
        Code("deregistered", ("注销登记", "注销")),
        Code("early_removal", ("提前移出",)),
        Code("term_ended", ("期满移出", "期满")),
        Code("other", ("其他", "其他原因")),
    ),
    source="手册 2.3 的各项移出原因；1-4 见于公开的系统页面，5 及名称待核对；表外名称归入其他",
    otherwise="other",
)

LIST_KIND = CodeMap(
    "list_kind",
    "名单种类",
    "List",
    (
        Code("abnormal", ("1", "经营异常名录", "异常名录")),
        Code("serious", ("2", "严重违法失信名单", "严重违法失信企业名单")),
    ),
    source="本项目决定",
)

LICENCE_STATE = CodeMap(
    "licence_state",
    "许可状态",
    "State of a licence",
    (
        Code("valid", ("有效", "正常", "1")),
        Code("expired", ("过期", "届满失效", "失效")),
        Code("suspended", ("暂停", "暂扣")),
        Code("cancelled", ("注销", "撤销", "撤回")),
        Code("revoked", ("吊销",)),
    ),
    source="名称为本项目决定，待核对",
)

INSPECTION_RESULT = CodeMap(
    "inspection_result",
    "抽查检查结果",
    "Result of an inspection, as published",
    (
        Code("none", ("未发现问题", "正常", "未发现违法行为")),
        Code("minor", ("发现轻微问题",)),
        Code("general", ("发现一般问题", "发现问题已责令改正", "发现问题待后续处理")),
        Code("serious", ("发现严重问题", "不配合检查情节严重")),
        Code("unreachable", ("查无下落", "通过登记的住所（经营场所）无法联系")),
        Code("void", ("检查取消", "已注销", "已迁出")),
    ),
    source="公示系统的结果代码表未见公开；名称为本项目决定，待核对",
)

OVERALL_RESULT = CodeMap(
    "overall_result",
    "检查结果（多选）",
    "Overall result, multi-select",
    (
        Code("no_violation", ("1", "未发现违法行为", "未发现问题")),
        Code("market_rules", ("2", "违反工商行政管理相关规定", "违反登记和市场监管规定")),
        Code("food_and_drugs", ("3", "违反食品药品管理相关规定")),
        Code("quality", ("4", "违反质量技术监督相关规定")),
        Code("other_department", ("5", "违反其他部门相关规定")),
        Code("whereabouts_unknown", ("6", "查无下落")),
        Code("closed", ("7", "已关闭停业或正在组织清算", "已停业或清算")),
        Code("non_cooperation", ("8", "不予配合情节严重")),
        Code("deregistered", ("9", "注销")),
        Code("revoked", ("10", "被吊销营业执照", "吊销")),
        Code("cancelled", ("11", "被撤销登记", "撤销")),
        Code("moved", ("12", "迁往异地", "迁出")),
    ),
    source="手册 4.4（浙江省的十二个代码）；名称待核对",
)

SEVERITY_OF_RESULT = {
    "no_violation": "none",
    "market_rules": "general",
    "food_and_drugs": "general",
    "quality": "general",
    "other_department": "general",
    "non_cooperation": "serious",
    "whereabouts_unknown": "unreachable",
    "closed": "void",
    "deregistered": "void",
    "revoked": "void",
    "cancelled": "void",
    "moved": "void",
}
"""What each overall result is as a finding: substantive {2, 3, 4, 5, 8}, unreachable {6}, void {7, 9-12} (handbook
4.4); that serious non-cooperation is a serious finding and the other substantive ones are general is ours."""

SEVERITIES_BY_WEIGHT = ("serious", "general", "void", "unreachable", "none")
"""Of several results the first here counts (project decision): a problem found stays one if the enterprise then moved;
whoever is deregistered or moved could not be reached either."""

BASIS = CodeMap(
    "basis",
    "检查依据",
    "Basis of an inspection",
    (
        Code("random", ("随机抽查", "双随机抽查", "双随机", "随机", "抽查")),
        Code("directed", ("定向抽查", "定向")),
        Code("complaint", ("投诉举报", "投诉举报核查")),
        Code("assigned", ("转办交办", "上级交办", "交办")),
        Code("special", ("专项检查", "专项")),
        Code("follow_up", ("回头看", "跟踪检查", "复查")),
        Code("statutory", ("法定检查", "法定全覆盖检查")),
    ),
    source="手册 4.4 的英文代码；中文名称为本项目决定",
)

TASK_MODE = CodeMap(
    "task_mode",
    "抽查方式",
    "Mode of a task",
    (Code("directed", ("1", "定向", "定向抽查")), Code("random", ("2", "不定向", "不定向抽查"))),
    source="手册 4.4（浙江省：1 定向，2 不定向）",
)

MATTER = CodeMap(
    "matter",
    "事项类别",
    "Matter",
    (
        Code("advertising", ("广告",)),
        Code("certificate", ("认证",)),
        Code("contract", ("合同",)),
        Code("equipment", ("特种设备", "设备")),
        Code("false_report", ("虚假报告",)),
        Code("food_safety", ("食品安全",)),
        Code("infringement", ("侵权", "知识产权")),
        Code("licence", ("许可",)),
        Code("measurement", ("计量",)),
        Code("online_display", ("网络公示",)),
        Code("price_marking", ("明码标价", "价格")),
        Code("product_quality", ("产品质量",)),
        Code("registration", ("登记注册", "登记")),
        Code("standard_gap", ("标准",)),
        Code("other", ("其他",)),
    ),
    source="本项目决定",
)

LEAD_KIND = CodeMap(
    "lead_kind",
    "线索来源类别",
    "Where a lead comes from",
    (
        Code("transfer", ("部门移送", "移送")),
        Code("monitoring", ("监测", "监测预警")),
        Code("platform", ("平台报送", "平台")),
        Code("media", ("舆情", "媒体")),
    ),
    source="本项目决定",
)

SCHEME = CodeMap(
    "scheme",
    "分级体系",
    "Scheme of a grade",
    (
        Code("provincial_general", ("通用型", "general", "1")),
        Code("provincial_professional", ("专业型", "professional", "2")),
        Code("superior", ("上级业务系统", "3")),
    ),
    source="手册 1.1；数字为本项目决定",
)

CODE_MAPS = (
    *(
        STATE,
        SECTOR,
        CHANGE_ITEM,
        REPORT_STATE,
        PENALTY_KIND,
        SEVERITY,
        LISTING_CAUSE,
        ANY_LISTING_CAUSE,
        REMOVAL_REASON,
    ),
    *(LIST_KIND, LICENCE_STATE, INSPECTION_RESULT, OVERALL_RESULT, BASIS, TASK_MODE, MATTER, LEAD_KIND, SCHEME),
)
