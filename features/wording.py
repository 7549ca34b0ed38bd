"""What an indicator computes, in words: sentences made from the declaration, in Chinese and English."""

from features.catalogue.everything import BY_NAME
from features.indicator import (
    Attribute,
    Condition,
    Count,
    DaysSince,
    DaysSinceFirst,
    Decayed,
    Difference,
    Distinct,
    GroupRate,
    Indicator,
    Latest,
    NeighbourRate,
    NeighbourSum,
    Place,
    Ratio,
    RecordMeasure,
    RelatedSum,
    Repeats,
    ShrunkRate,
    Sum,
    Trend,
    Worst,
)
from features.measures import YEAR_DAYS
from records.subjects import SUBJECTS

Words = tuple[str, str]
"""The same in Chinese and English."""

MEASURED_COLUMNS: dict[str, Words] = {
    "age_days": ("距今天数", "age in days"),
    "severity_rank": ("严重程度（0无 1轻微 2一般 3严重）", "severity (0 none, 1 minor, 2 general, 3 serious)"),
    "state_rank": ("报送状态（0按时 1逾期 2未报）", "filing state (0 on time, 1 late, 2 not filed)"),
    "findings": ("问题总数", "findings of all severities"),
    "handling_days": ("办理天数（未办结计至基准日）", "days until it was handled, up to the as-of date if it was not"),
}
"""Columns that `features.measures` adds to those of the contract."""

ATTRIBUTE_WORDS: dict[str, Words] = {
    "tenure_days": ("成立日期至基准日天数，最多一百年", "days from establishment to the as-of date, at most a century"),
    "known_days": ("首个登记版本生效至基准日天数", "days since the first version of the register entry"),
    "version_days": ("现行登记版本生效至基准日天数", "days since the version in force of the register entry"),
    "capital_log10_yuan": ("log10(1 + 注册资本元)", "log10(1 + registered capital in yuan)"),
    "capital_is_missing": ("注册资本为空则为1", "1 if the registered capital is empty"),
    "sectors_count": ("登记的监管领域个数", "number of the supervision sectors in the register entry"),
    "is_branch": ("企业类型为分支机构则为1", "1 if the enterprise type is that of a branch"),
    "is_unincorporated": ("企业类型为43、44、45开头则为1", "1 if the enterprise type begins with 43, 44 or 45"),
    "is_foreign_invested": ("企业类型为5、6、7开头则为1", "1 if the enterprise type begins with 5, 6 or 7"),
    "is_dormant": ("登记状态为歇业则为1", "1 if the registration state is dormant"),
    "has_no_place": ("经纬度任一为空则为1", "1 if latitude or longitude is empty"),
    "has_no_industry": ("行业代码为空则为1", "1 if the industry code is empty"),
}
"""Attributes by the name that `features.attributes` gives them; all of the register entry in force."""

OPERATORS: dict[str, Words] = {
    "in": ("{column}为{values}", "{column} is {values}"),
    "not_in": ("{column}不为{values}", "{column} is not {values}"),
    "at_least": ("{column}不低于{values}", "{column} is at least {values}"),
    "is_true": ("{column}为是", "{column} is true"),
    "is_false": ("{column}为否", "{column} is false"),
    "is_null": ("{column}未填报", "{column} is not given"),
    "reached": ("{column}不晚于基准日", "{column} is on or before the as-of date"),
    "passed": ("{column}早于基准日", "{column} is before the as-of date"),
    "not_reached": ("{column}为空或晚于基准日", "{column} is empty or after the as-of date"),
}

UNITS: dict[str, str] = {
    "batches": "批次",
    "categories": "类",
    "days": "天",
    "devices": "台",
    "findings": "项",
    "flag": "是或否（1 或 0）",
    "fraction": "比例",
    "items": "项",
    "kinds": "种",
    "leads": "条线索",
    "licences": "件",
    "listings": "次列入",
    "log10 yuan": "元的对数",
    "persons": "人",
    "points": "分",
    "problems": "个问题",
    "rank": "等级（序数）",
    "rate": "比率",
    "ratio": "倍数",
    "records": "条",
    "relations": "个关联",
    "reports": "份",
    "sectors": "个领域",
    "share": "占比",
    "weighted batches": "批次（按时间折减）",
    "weighted ranks": "等级（按时间折减）",
    "weighted records": "条（按时间折减）",
    "yuan": "元",
}
"""The units of the catalogue in Chinese."""


def computed(indicator: Indicator) -> Words:
    """How the value comes about, as one clause in each language."""
    if isinstance(indicator.measure, RecordMeasure):
        zh, en = _of_records(indicator)
        what_zh, what_en = _which_records(indicator)
        return f"{zh}；{what_zh}", f"{en}; {what_en}"
    return _of_others(indicator)


def _of_records(indicator: Indicator) -> Words:
    def named(column: str) -> Words:
        return column_words(indicator.subject, column)

    match measure := indicator.measure:
        case Count():
            return "记录条数", "number of records"
        case Sum():
            zh, en = named(measure.column)
            return f"{zh}之和，空值计0", f"sum of {en}, empty cells count as 0"
        case Worst():
            zh, en = named(measure.column)
            return f"{zh}的最大值，无则为0", f"largest {en}, 0 without any"
        case Decayed():
            zh, en = named(measure.column) if measure.column else ("1", "1")
            days = measure.half_life_days
            return (
                f"每条记录计{zh}，乘以0.5的（距今天数/{days}）次方后求和",
                f"sum over records of {en} times 0.5 to the power of (age in days / {days})",
            )
        case DaysSince():
            cap = measure.cap_days
            return (
                f"距最近一条记录的天数，最多{cap}，无记录为{cap}",
                f"days since the latest record, at most {cap}, also without any",
            )
        case DaysSinceFirst():
            return (
                f"距第一条记录的天数，最多{measure.cap_days}，无记录为0",
                f"days since the first record, at most {measure.cap_days}, 0 without any",
            )
        case Distinct():
            zh, en = named(measure.column)
            return f"不同{zh}的个数，空值不计", f"number of different values of {en}, empty ones left out"
        case Repeats():
            zh, en = named(measure.column)
            return f"{zh}再次出现的记录条数，空值不计", f"records that bring a value of {en} again, empty ones left out"
        case Trend():
            return (
                f"近{YEAR_DAYS}天条数减去此前{YEAR_DAYS}天条数",
                f"records of the last {YEAR_DAYS} days minus those of the {YEAR_DAYS} days before",
            )
        case Latest():
            zh, en = named(measure.column)
            return (
                f"倒数第{measure.nth}条记录的{zh}",
                f"{en} of the record that is number {measure.nth} from the latest",
            )
    raise TypeError(f"{indicator.name} has no record measure: {indicator.measure!r}")


def _which_records(indicator: Indicator) -> Words:
    subject = SUBJECTS[indicator.subject]
    parts = [(subject.zh, subject.en.lower())]
    if indicator.by_sector:
        parts.append(("限本领域", "of the row's own sector"))
    if isinstance(indicator.measure, Latest):
        parts.append(_RANKED.get(subject.name, ("按发生日期排序", "ranked by date")))
    parts += [_condition(subject.name, condition) for condition in indicator.where]
    return "，".join(zh for zh, _ in parts), ", ".join(en for _, en in parts)


_RANKED: dict[str, Words] = {
    "inspections": (
        "按发生日期排序，不计复查和无结论的检查",
        "ranked by date, without follow-ups and visits without a result",
    ),
    "annual_reports": (
        "按报告年度排序，同一年度取最后一份",
        "ranked by the year reported on, the last one of each year",
    ),
    "self_inspections": (
        "按自查年度排序，同一年度取最后一份",
        "ranked by the year reported on, the last one of each year",
    ),
    "grades": (
        "按评定日期排序，同一体系内不计已失效的等级",
        "ranked by date within the scheme, without grades that hold no more",
    ),
}


def _condition(subject: str, condition: Condition) -> Words:
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    listed = [str(value) for value in values]
    zh, en = column_words(subject, condition.column)
    zh_form, en_form = OPERATORS[condition.operator]
    return zh_form.format(column=zh, values="或".join(listed)), en_form.format(column=en, values=" or ".join(listed))


def column_words(subject: str, column: str) -> Words:
    """What a column of a subject's records is called."""
    if column in MEASURED_COLUMNS:
        return MEASURED_COLUMNS[column]
    declared = SUBJECTS[subject].column(column)
    return declared.zh, declared.en[0].lower() + declared.en[1:]


def _of_others(indicator: Indicator) -> Words:
    match measure := indicator.measure:
        case Attribute():
            return ATTRIBUTE_WORDS[measure.name]
        case Ratio():
            (n_zh, n_en), (d_zh, d_en), cap = _label(measure.numerator), _label(measure.denominator), f"{measure.cap:g}"
            return f"{n_zh} ÷ {d_zh}，限于±{cap}", f"{n_en} / {d_en}, kept within ±{cap}"
        case Difference():
            (n_zh, n_en), (d_zh, d_en) = _label(measure.first), _label(measure.second)
            return f"{n_zh} − {d_zh}", f"{n_en} − {d_en}"
        case ShrunkRate():
            zh, en = _rate(measure.numerator, measure.denominator)
            return (
                f"{zh}，向本领域平均收缩（权重{measure.strength:g}）",
                f"{en}, pulled to the sector's rate with weight {measure.strength:g}",
            )
        case GroupRate():
            zh, en = _rate(measure.numerator, measure.denominator)
            columns = ", ".join(measure.columns)
            return (
                f"{columns}相同的全部企业合计：{zh}，向总体收缩（权重{measure.strength:g}）",
                f"pooled over all enterprises with the same {columns}: {en}, "
                f"pulled to the population's rate with weight {measure.strength:g}",
            )
        case Place():
            zh, en = _label(measure.of)
            return f"本领域中“{zh}”小于本企业者的占比", f"share of the sector with a smaller value of: {en}"
        case NeighbourRate():
            zh, en = _rate(measure.numerator, measure.denominator)
            return (
                f"{measure.radius_m}米内其他企业合计：{zh}，向本领域收缩（权重{measure.strength:g}）；无坐标取领域平均",
                f"pooled over other enterprises within {measure.radius_m} m: {en}, pulled to the sector's rate with "
                f"weight {measure.strength:g}; that rate without coordinates",
            )
        case NeighbourSum():
            zh, en = _label(measure.of)
            return (
                f"{measure.radius_m}米内其他企业合计：{zh}；无坐标为0",
                f"summed over other enterprises within {measure.radius_m} m: {en}; 0 without coordinates",
            )
        case RelatedSum():
            zh, en = _label(measure.of)
            return f"关联企业合计：{zh}", f"summed over related enterprises: {en}"
    raise TypeError(f"{indicator.name} has no measure that can be told in words: {indicator.measure!r}")


def _label(name: str) -> Words:
    return BY_NAME[name].zh, BY_NAME[name].en


def _rate(numerator: str, denominator: str) -> Words:
    (n_zh, n_en), (d_zh, d_en) = _label(numerator), _label(denominator)
    return f"{n_zh} ÷ {d_zh}", f"{n_en} / {d_en}"
