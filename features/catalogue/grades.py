"""Grades that other systems gave (其他系统的风险等级), as the tier each stands for: 1 low to 4 high.

Letters do not compare between schemes (A is best here, level 4 strictest there), so only the tier is looked at. A grade
counts until its `valid_until`; of each scheme the latest one that holds is read, and a grade whose tier is not known is
null, like none.
"""

from features.indicator import RAISES, Condition, Indicator, Latest

SCHEME = "国市监信发〔2022〕6号"


def _grade(name: str, zh: str, en: str, scheme: str, *, by_sector: bool) -> Indicator:
    where = (Condition("scheme", "in", (scheme,)),)
    return Indicator(
        name, zh, en, "supervision", "grades", Latest("tier_rank"), "rank", RAISES, SCHEME, where, by_sector=by_sector
    )


INDICATORS = (
    _grade(
        "grades_general_rank_latest",
        "省通用型信用风险等级（1低 2中 3中高 4高）",
        "Grade of the provincial general model (1 low to 4 high)",
        "provincial_general",
        by_sector=False,
    ),
    _grade(
        "grades_professional_rank_latest",
        "省专业型模块本领域等级（1低 2中 3中高 4高）",
        "Grade of the provincial professional module in this sector (1 low to 4 high)",
        "provincial_professional",
        by_sector=True,
    ),
    _grade(
        "grades_superior_rank_latest",
        "上级部门本领域等级（1低 2中 3中高 4高）",
        "Grade of the superior bureau in this sector (1 low to 4 high)",
        "superior",
        by_sector=True,
    ),
)
