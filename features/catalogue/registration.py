"""Enterprise dynamics (企业动态): changes of registration, dormancy, and relations between enterprises (关联关系)."""

from features.indicator import (
    EITHER,
    RAISES,
    Condition,
    Count,
    DaysSince,
    Distinct,
    Indicator,
    RelatedSum,
    Trend,
    Worst,
    over_windows,
)

YEARS = (365, 730, 1095)
REGISTER = "市场主体登记管理条例"


def _changes(name: str, zh: str, en: str, *items: str) -> Indicator:
    where = (Condition("item", "in", items),) if items else ()
    return Indicator(name, zh, en, "dynamic", "changes", Count(), "records", EITHER, REGISTER, where)


def _relations(name: str, zh: str, en: str, *kinds: str) -> Indicator:
    where = (Condition("kind", "in", kinds),) if kinds else ()
    return Indicator(name, zh, en, "relations", "relations", Count(), "relations", EITHER, REGISTER, where)


INDICATORS = (
    *over_windows(_changes("changes_count", "登记变更次数", "Changes of registration"), YEARS),
    *over_windows(_changes("changes_address_count", "住所变更次数", "Changes of address", "address"), YEARS),
    *over_windows(
        _changes(
            "changes_representative_count",
            "法定代表人变更次数",
            "Changes of legal representative",
            "representative",
        ),
        YEARS,
    ),
    *over_windows(
        _changes(
            "changes_ownership_count",
            "股东与资本变更次数",
            "Changes of shareholders or capital",
            "shareholder",
            "capital",
        ),
        YEARS,
    ),
    *over_windows(
        _changes("changes_identity_count", "名称与类型变更次数", "Changes of name or type", "name", "type"),
        YEARS,
    ),
    Indicator(
        "changes_days_since",
        "距最近登记变更天数",
        "Days since the last change",
        "dynamic",
        "changes",
        DaysSince(1095),
        "days",
        EITHER,
        REGISTER,
    ),
    Indicator(
        "changes_items_distinct",
        "变更事项种类数",
        "Kinds of items changed",
        "dynamic",
        "changes",
        Distinct("item"),
        "kinds",
        EITHER,
        REGISTER,
    ),
    Indicator(
        "changes_trend",
        "登记变更次数同比",
        "Changes, this year against the year before",
        "dynamic",
        "changes",
        Trend(),
        "records",
        EITHER,
        REGISTER,
    ),
    Indicator(
        "dormancies_count",
        "歇业备案次数",
        "Dormancy filings",
        "dynamic",
        "dormancies",
        Count(),
        "records",
        EITHER,
        "市场主体登记管理条例 Art. 30",
    ),
    Indicator(
        "dormancies_active",
        "正在歇业",
        "Dormant now",
        "dynamic",
        "dormancies",
        Count(),
        "records",
        EITHER,
        "市场主体登记管理条例 Art. 30",
        (Condition("ended_on", "not_reached"),),
    ),
    Indicator(
        "dormancies_overdue",
        "歇业到期未恢复",
        "Past the planned end of dormancy",
        "dynamic",
        "dormancies",
        Count(),
        "records",
        EITHER,
        "市场主体登记管理条例 Art. 30",
        (Condition("ended_on", "not_reached"), Condition("planned_end_on", "reached")),
    ),
    _relations("relations_count", "关联关系数", "Relations"),
    _relations("relations_shareholders_count", "股东关系数", "Shareholder relations", "shareholder"),
    _relations("relations_executives_count", "任职关系数", "Executive relations", "executive"),
    _relations("relations_branches_count", "分支机构数", "Branches", "branch"),
    _relations("relations_same_address_count", "同址企业数", "Enterprises at the same address", "same_address"),
    _relations(
        "relations_same_contact_count",
        "同联系方式企业数",
        "Enterprises with the same contact",
        "same_contact",
    ),
    Indicator(
        "relations_persons_distinct",
        "关联自然人数",
        "Related persons",
        "relations",
        "relations",
        Distinct("person_hash"),
        "persons",
        EITHER,
        REGISTER,
    ),
    Indicator(
        "relations_largest_share",
        "最大持股比例",
        "Largest share held",
        "relations",
        "relations",
        Worst("share"),
        "fraction",
        EITHER,
        REGISTER,
    ),
    Indicator(
        "relations_penalties_sum",
        "关联企业近两年处罚次数",
        "Penalties of related enterprises, last two years",
        "relations",
        "penalties",
        RelatedSum("penalties_count_730d"),
        "records",
        RAISES,
        "project decision",
    ),
    Indicator(
        "relations_listings_sum",
        "关联企业在列名单数",
        "Active listings of related enterprises",
        "relations",
        "listings",
        RelatedSum("listings_active"),
        "records",
        RAISES,
        "project decision",
    ),
    Indicator(
        "relations_problems_sum",
        "关联企业近两年检查问题数（递减加权）",
        "Problems at related enterprises, weighted by recency",
        "relations",
        "inspections",
        RelatedSum("inspections_general_decayed_730d"),
        "weighted records",
        RAISES,
        "project decision",
    ),
)
