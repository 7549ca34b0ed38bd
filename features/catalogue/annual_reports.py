"""Annual reports (年度报告): whether they come, how complete they are, and what they say."""

from features.indicator import (
    EITHER,
    RAISES,
    Condition,
    Count,
    DaysSince,
    Difference,
    Indicator,
    Latest,
    Ratio,
    over_windows,
)

REGULATION = "企业信息公示暂行条例 Art. 8-9"


def _reports(name: str, zh: str, en: str, *states: str) -> Indicator:
    where = (Condition("state", "in", states),) if states else ()
    direction = RAISES if states and "on_time" not in states else EITHER
    return Indicator(name, zh, en, "dynamic", "annual_reports", Count(), "reports", direction, REGULATION, where)


def _latest(name: str, zh: str, en: str, column: str, unit: str, nth: int = 1) -> Indicator:
    return Indicator(name, zh, en, "dynamic", "annual_reports", Latest(column, nth), unit, EITHER, REGULATION)


def _derived(name: str, zh: str, en: str, measure: Ratio | Difference, unit: str = "ratio") -> Indicator:
    return Indicator(name, zh, en, "dynamic", "annual_reports", measure, unit, EITHER, REGULATION)


def _undisclosed(column: str, zh: str, en: str) -> Indicator:
    return Indicator(
        f"annual_reports_{column}_undisclosed_1095d",
        f"近1095天未公示{zh}的年报数",
        f"Reports without {en}, last 1095 days",
        "dynamic",
        "annual_reports",
        Count(),
        "reports",
        EITHER,
        REGULATION,
        (Condition("state", "in", ("on_time", "late")), Condition(f"{column}_yuan", "is_null")),
        1095,
    )


INDICATORS = (
    *over_windows(
        _reports("annual_reports_late_count", "逾期补报年报数", "Annual reports filed late", "late"),
        (365, 1095),
    ),
    *over_windows(
        _reports("annual_reports_not_filed_count", "未报年报数", "Annual reports not filed", "not_filed"),
        (365, 1095),
    ),
    _reports("annual_reports_count", "年报记录数", "Annual reports on record"),
    _reports("annual_reports_on_time_count", "按时年报数", "Annual reports filed on time", "on_time"),
    Indicator(
        "annual_reports_failures_days_since",
        "距最近未按时年报天数",
        "Days since a report last failed to come in time",
        "dynamic",
        "annual_reports",
        DaysSince(1095),
        "days",
        -RAISES,
        REGULATION,
        (Condition("state", "in", ("late", "not_filed")),),
    ),
    _latest(
        "annual_reports_state_latest",
        "最近年报状态（0按时 1逾期 2未报）",
        "Latest report (0 on time, 1 late, 2 not filed)",
        "state_rank",
        "rank",
    ),
    _latest(
        "annual_reports_state_previous",
        "上一年度年报状态",
        "Report before the latest",
        "state_rank",
        "rank",
        2,
    ),
    _latest("annual_reports_employees_latest", "从业人数", "Employees", "employees", "persons"),
    _latest(
        "annual_reports_employees_previous",
        "上一年度从业人数",
        "Employees a year before",
        "employees",
        "persons",
        2,
    ),
    _latest("annual_reports_assets_latest", "资产总额", "Total assets", "assets_yuan", "yuan"),
    _latest("annual_reports_liabilities_latest", "负债总额", "Total liabilities", "liabilities_yuan", "yuan"),
    _latest("annual_reports_revenue_latest", "营业总收入", "Revenue", "revenue_yuan", "yuan"),
    _latest(
        "annual_reports_revenue_previous",
        "上一年度营业总收入",
        "Revenue a year before",
        "revenue_yuan",
        "yuan",
        2,
    ),
    _latest("annual_reports_profit_latest", "利润总额", "Profit", "profit_yuan", "yuan"),
    _latest("annual_reports_tax_latest", "纳税总额", "Tax paid", "tax_yuan", "yuan"),
    _derived(
        "annual_reports_debt_ratio",
        "资产负债率",
        "Liabilities over assets",
        Ratio("annual_reports_liabilities_latest", "annual_reports_assets_latest"),
    ),
    _derived(
        "annual_reports_profit_margin",
        "利润率",
        "Profit over revenue",
        Ratio("annual_reports_profit_latest", "annual_reports_revenue_latest"),
    ),
    _derived(
        "annual_reports_tax_ratio",
        "税负率",
        "Tax over revenue",
        Ratio("annual_reports_tax_latest", "annual_reports_revenue_latest"),
    ),
    _derived(
        "annual_reports_turnover",
        "资产周转率",
        "Revenue over assets",
        Ratio("annual_reports_revenue_latest", "annual_reports_assets_latest"),
    ),
    _derived(
        "annual_reports_revenue_growth",
        "营业收入同比",
        "Revenue over that of the year before",
        Ratio("annual_reports_revenue_latest", "annual_reports_revenue_previous"),
    ),
    _derived(
        "annual_reports_employees_change",
        "从业人数增减",
        "Change in employees",
        Difference("annual_reports_employees_latest", "annual_reports_employees_previous"),
        "persons",
    ),
    _undisclosed("assets", "资产总额", "total assets"),
    _undisclosed("revenue", "营业总收入", "revenue"),
    _undisclosed("profit", "利润总额", "profit"),
)
