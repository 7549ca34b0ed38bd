"""Which subjects the classification covers (the district's rule: handbook R22, type codes in 5.2).

Records of subjects out of scope are kept, but such a subject is answered "not classified", never tiered.

Two codes tell: the enterprise type, and the start of the unified code. A subject is out of scope where either says so.
The unified code is given once by whoever registered the subject, while the type is typed anew in every system; and to
tier somebody who must not be is the worse of the two mistakes. An id that is no unified code says nothing.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from records.unified_code import CODE_PATTERN, is_unified_code


@dataclass(frozen=True)
class ScopeRuling:
    """What is decided for the subjects whose code starts with `prefix`, and why; the longest prefix rules."""

    prefix: str
    in_scope: bool
    zh: str
    en: str
    reason: str


_SEED = "实施方案列为暂不分级 named as not yet classified by the district's rule"
_ENTERPRISE = "企业 enterprises"
_RULING = (
    "项目决定：实施方案列为暂不分级 project decision: institutions and social organisations are not yet classified"
)
_BRANCH = "项目决定，参照山西 project decision, as Shanxi rules: branches and non-legal-person enterprises count"

TYPE_RULINGS = (
    ScopeRuling("1", True, "内资公司", "Domestic companies", _ENTERPRISE),
    ScopeRuling("2", True, "内资公司分公司", "Branches of domestic companies", _BRANCH),
    ScopeRuling("3", True, "内资企业法人", "Domestic enterprises with legal personality", _ENTERPRISE),
    ScopeRuling("41", False, "事业单位营业", "Institutions in business", _RULING),
    ScopeRuling("42", False, "社团法人营业", "Social organisations in business", _RULING),
    ScopeRuling("43", True, "内资非法人企业、非公司私营企业", "Enterprises without legal personality", _BRANCH),
    ScopeRuling("44", True, "内资非法人企业分支机构", "Their branches", _BRANCH),
    ScopeRuling("45", True, "合伙企业、个人独资企业及分支", "Partnerships, sole proprietorships, branches", _BRANCH),
    ScopeRuling("5", True, "外商投资企业", "Foreign-invested enterprises", _ENTERPRISE),
    ScopeRuling("6", True, "港澳台投资企业", "Hong Kong, Macao and Taiwan investment", _ENTERPRISE),
    ScopeRuling("7", True, "外国企业", "Foreign enterprises and representative offices", _ENTERPRISE),
    ScopeRuling("8", True, "集团", "Groups", _ENTERPRISE),
    ScopeRuling("91", False, "农民专业合作社", "Farmers' cooperatives", _SEED),
    ScopeRuling("92", False, "农民专业合作社分支机构", "Branches of farmers' cooperatives", _SEED),
    ScopeRuling("95", False, "个体工商户", "Individual businesses", _SEED),
    ScopeRuling("96", False, "自然人", "Natural persons", "不是企业 not an enterprise"),
    ScopeRuling("99", False, "其他个体", "Other individual businesses", _SEED),
)
"""Rulings by the four-digit enterprise type (`ent_type`); a type that no ruling names is in scope."""

CODE_RULINGS = (
    ScopeRuling("1", False, "机构编制部门登记", "Registered as institution", _RULING),
    ScopeRuling("5", False, "民政部门登记", "Registered as social organisation", _RULING),
    ScopeRuling("91", True, "市场监管部门登记的企业", "Enterprises registered by market regulation", _ENTERPRISE),
    ScopeRuling("92", False, "个体工商户", "Individual businesses", _SEED),
    ScopeRuling("93", False, "农民专业合作社", "Farmers' cooperatives", _SEED),
)
"""Rulings by the start of a unified code (18 characters); a start that no ruling names is in scope."""

_OUT_BY_TYPE = tuple(ruling.prefix for ruling in TYPE_RULINGS if not ruling.in_scope)
"""Starts of `ent_type` that are out of scope; all have two digits."""
_OUT_BY_CODE = tuple(ruling.prefix for ruling in CODE_RULINGS if not ruling.in_scope)


def scope_rows() -> list[dict[str, str | bool]]:
    """The whole table, one row per ruling: code, starts_with, in_scope, zh, en, reason; types before unified codes."""
    rulings = [("ent_type", ruling) for ruling in TYPE_RULINGS]
    rulings += [("unified_code", ruling) for ruling in CODE_RULINGS]
    return [
        {
            "code": code,
            "starts_with": ruling.prefix,
            "in_scope": ruling.in_scope,
            "zh": ruling.zh,
            "en": ruling.en,
            "reason": ruling.reason,
        }
        for code, ruling in rulings
    ]


def scope_ruling(ent_type: str) -> ScopeRuling | None:
    """The ruling for an enterprise type, with its reason; None where the table names no such type."""
    return _longest(TYPE_RULINGS, ent_type)


def is_in_scope(ent_type: str, enterprise_id: str = "") -> bool:
    """Whether an enterprise of this type and with this id is classified; by the type alone where no id is given.

    >>> is_in_scope("1130"), is_in_scope("9500"), is_in_scope("1130", "92440511MA00000000")
    (True, False, False)
    """
    ruling = scope_ruling(ent_type)
    return (ruling is None or ruling.in_scope) and is_code_in_scope(enterprise_id)


def is_code_in_scope(enterprise_id: str) -> bool:
    """Whether the holder of an id is classified, judged by the id alone; an id that is no unified code is in scope."""
    ruling = _longest(CODE_RULINGS, enterprise_id) if is_unified_code(enterprise_id) else None
    return ruling is None or ruling.in_scope


def in_scope(ent_type: ir.StringColumn, enterprise_id: ir.StringColumn) -> ir.BooleanColumn:
    """`is_in_scope` of whole columns, computed in the engine; null where a column is null."""
    out_by_code = ibis.or_(*(enterprise_id.startswith(prefix) for prefix in _OUT_BY_CODE))
    return ent_type.substr(0, 2).notin(_OUT_BY_TYPE) & ~(enterprise_id.re_search(CODE_PATTERN) & out_by_code)


def _longest(rulings: tuple[ScopeRuling, ...], code: str) -> ScopeRuling | None:
    fitting = [ruling for ruling in rulings if code.startswith(ruling.prefix)]
    return max(fitting, key=lambda ruling: len(ruling.prefix), default=None)
