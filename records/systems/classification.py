"""System 4: the provincial credit-risk classification system: its grades, general and professional.

The grade is kept as it was given, beside the tier that it stands for: A is not always the best (handbook, letter trap).
"""

from records.subjects import SUBJECTS
from records.systems.codes import SCHEME
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
from records.systems.declaration import Derivation, Field, Layout, Row, System, Terms

GENERAL = "general"
"""Under which sector the scale of the general scheme stands."""


def _scheme(row: Row, terms: Terms) -> None:
    if row.get("scheme") is None and not row.is_faulty_in("scheme"):
        row.values["scheme"] = "provincial_professional" if row.get("sector") else "provincial_general"


def _rank(row: Row, terms: Terms) -> None:
    grade, sector = row.get("grade"), row.get("sector")
    if row.get("scheme") == "provincial_general":
        sector = GENERAL
    elif sector is None:
        if not row.is_faulty_in("sector"):
            row.refuse("missing", "sector")
        return
    if grade is None:
        return
    scale = terms.scales.get(sector, {})
    if grade not in scale:
        row.refuse("unknown_grade", "grade", grade)
        return
    row.values["tier_rank"] = scale[grade]


GRADES_LAYOUT = Layout(
    "grades",
    "信用风险分类结果",
    "Grades",
    SUBJECTS["grades"],
    fields=(
        ENTERPRISE,
        SUBJECT_ID_FIELD,
        Field("scheme", ("scheme", "模型类型"), kind="code", codes=SCHEME),
        SECTOR_FIELD,
        Field("grade", ("grade", "风险等级", "信用风险分类", "分类结果"), kind="identifier"),
        Field("score", ("score", "得分", "风险分值")),
        Field("occurred_on", ("asof", "评定日期", "分类日期")),
        Field("valid_until", ("valid_until", "等级有效期至"), kind="end_date"),
        *owner_fields("评定机关"),
        *ENDS,
    ),
    identity=("enterprise_id", "scheme", "sector?", "occurred_on"),
    recognised_by=(IDENTIFIED_BY, ("grade",), ("occurred_on",)),
    derivations=(
        Derivation(
            ("scheme",),
            "未给出时：有监管领域的为专业型，否则为通用型",
            "if not given: professional where there is a sector, general otherwise",
            _scheme,
        ),
        Derivation(
            ("tier_rank",),
            "通用型按国家四类（A 低至 D 高），专业型按该领域标准的原等级对照，标准未列的按国家四类",
            "general grades by the national classes, A low to D high; professional ones by the native scale of the "
            "sector's standard, or the national classes where it states none",
            _rank,
        ),
    ),
    stamps=("occurred_on",),
    not_kept=(*PERSONAL, *NAMES),
)

CLASSIFICATION = System(
    "classification",
    "省企业信用风险分类管理系统",
    "Provincial credit-risk classification system",
    (GRADES_LAYOUT,),
)
