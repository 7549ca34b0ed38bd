"""Which subjects the classification covers (the district's rule: handbook R22, type codes in 5.2).

Records of subjects out of scope are kept, but such a subject is answered "not classified", never tiered.
"""

from dataclasses import dataclass

import ibis.expr.types as ir


@dataclass(frozen=True)
class ScopeRuling:
    """What is decided for the subjects whose code starts with `prefix`, and why; the longest prefix rules."""

    prefix: str
    in_scope: bool
    zh: str
    en: str
    reason: str


_SEED = "named as not yet classified by the district's rule"
_RULING = "project decision: institutions and social organisations are not yet classified"
_BRANCH = "project decision, as Shanxi rules: branches and non-legal-person enterprises are enterprises"

TYPE_RULINGS = (
    ScopeRuling("1", True, "内资公司", "Domestic companies", "enterprises"),
    ScopeRuling("2", True, "内资公司分公司", "Branches of domestic companies", _BRANCH),
    ScopeRuling("3", True, "内资企业法人", "Domestic enterprises with legal personality", "enterprises"),
    ScopeRuling("41", False, "事业单位营业", "Institutions in business", _RULING),
    ScopeRuling("42", False, "社团法人营业", "Social organisations in business", _RULING),
    ScopeRuling("43", True, "内资非法人企业、非公司私营企业", "Enterprises without legal personality", _BRANCH),
    ScopeRuling("44", True, "内资非法人企业分支机构", "Their branches", _BRANCH),
    ScopeRuling("45", True, "合伙企业、个人独资企业及分支", "Partnerships, sole proprietorships, branches", _BRANCH),
    ScopeRuling("5", True, "外商投资企业", "Foreign-invested enterprises", "enterprises"),
    ScopeRuling("6", True, "港澳台投资企业", "Hong Kong, Macao and Taiwan investment", "enterprises"),
    ScopeRuling("7", True, "外国企业", "Foreign enterprises and representative offices", "enterprises"),
    ScopeRuling("8", True, "集团", "Groups", "enterprises"),
    ScopeRuling("91", False, "农民专业合作社", "Farmers' cooperatives", _SEED),
    ScopeRuling("92", False, "农民专业合作社分支机构", "Branches of farmers' cooperatives", _SEED),
    ScopeRuling("95", False, "个体工商户", "Individual businesses", _SEED),
    ScopeRuling("96", False, "自然人", "Natural persons", "not an enterprise"),
    ScopeRuling("99", False, "其他个体", "Other individual businesses", _SEED),
)
"""Rulings by the four-digit enterprise type (`ent_type`); a type that no ruling names is in scope."""

CODE_RULINGS = (
    ScopeRuling("1", False, "机构编制部门登记", "Registered as institution", _RULING),
    ScopeRuling("5", False, "民政部门登记", "Registered as social organisation", _RULING),
    ScopeRuling("92", False, "个体工商户", "Individual businesses", _SEED),
    ScopeRuling("93", False, "农民专业合作社", "Farmers' cooperatives", _SEED),
)
"""Rulings by the start of an 18-character unified code, for records that carry no type."""

OUT_OF_SCOPE_PREFIXES = tuple(ruling.prefix for ruling in TYPE_RULINGS if not ruling.in_scope)
"""Starts of `ent_type` that are out of scope; all have two digits."""


def scope_ruling(ent_type: str) -> ScopeRuling | None:
    """The ruling for an enterprise type, with its reason; None where the table names no such type."""
    return _longest(TYPE_RULINGS, ent_type)


def is_in_scope(ent_type: str) -> bool:
    """Whether an enterprise of this type is classified.

    >>> is_in_scope("1130"), is_in_scope("9500")
    (True, False)
    """
    ruling = scope_ruling(ent_type)
    return ruling is None or ruling.in_scope


def is_code_in_scope(unified_code: str) -> bool:
    """Whether the holder of a unified code is classified, judged by the code alone."""
    ruling = _longest(CODE_RULINGS, unified_code)
    return ruling is None or ruling.in_scope


def in_scope(ent_type: ir.StringColumn) -> ir.BooleanColumn:
    """`is_in_scope` of a whole column, computed in the engine; null for null."""
    return ent_type.substr(0, 2).notin(OUT_OF_SCOPE_PREFIXES)


def _longest(rulings: tuple[ScopeRuling, ...], code: str) -> ScopeRuling | None:
    fitting = [ruling for ruling in rulings if code.startswith(ruling.prefix)]
    return max(fitting, key=lambda ruling: len(ruling.prefix), default=None)
