"""What the grade of another system stands for: a letter means something else in every scheme (handbook 3.3)."""

import unicodedata
from collections.abc import Mapping

from model.standard import Standard
from model.tiers import TIERS
from records.errors import DataError
from records.work_subjects import GRADES

NATIONAL_SCALE = {"A": "low", "B": "medium", "C": "medium_high", "D": "high"}
"""The four classes of the national scheme (国市监信发〔2022〕6号), A the lowest risk; the tiers they stand for are a
project decision, consistent with Henan, which uses our four names with these letters (handbook 2.1)."""

GRADE_INDICATORS = {
    "provincial_general": "grades_general_rank_latest",
    "provincial_professional": "grades_professional_rank_latest",
    "superior": "grades_superior_rank_latest",
}
"""By scheme, the indicator that holds the tier rank of an enterprise's latest grade in force; null without one."""

_SCHEMES = GRADES.column("scheme").codes


def tier_of_grade(standard: Standard, scheme: str, grade: str) -> int:
    """Which tier rank, 1 low to 4 high, does a grade of another system stand for in a sector?

    `provincial_general` grades in the national classes, whatever the sector. A provincial professional module and a
    superior bureau grade in the sector's official scheme: the standard's `native_scale`, or the national classes where
    the standard states none (project decision, to be checked with the first files). Blanks, full-width and small
    letters do not count.

    Raises
    ------
    DataError
        For a scheme or a grade that is not known, naming those that are.
    """
    if scheme not in _SCHEMES:
        raise DataError(f"A scheme must be one of {', '.join(_SCHEMES)}, got {scheme!r}; correct the row.")
    scale = _scale(standard, scheme)
    tiers = {_plain(native): tier for native, tier in scale.items()}
    if _plain(grade) not in tiers:
        raise DataError(
            f"A grade of {scheme} in {standard.sector} must be one of {', '.join(scale)}, got {grade!r}; correct the "
            "row, or add the grade to the standard's native_scale."
        )
    return next(tier.rank for tier in TIERS if tier.id == tiers[_plain(grade)])


def _scale(standard: Standard, scheme: str) -> Mapping[str, str]:
    if scheme == "provincial_general" or not standard.native_scale:
        return NATIONAL_SCALE
    return standard.native_scale


def _plain(grade: str) -> str:
    return unicodedata.normalize("NFKC", grade).strip().upper()
