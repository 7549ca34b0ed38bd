"""What the grade of another system stands for: a letter means something else in every scheme (handbook 3.3)."""

import unicodedata
from collections.abc import Mapping

from model.standard import Standard
from model.tiers import TIERS
from records.errors import DataError
from records.work_subjects import GRADES, NATIONAL_SCALE

GRADE_INDICATORS = {
    "provincial_general": "grades_general_rank_latest",
    "provincial_professional": "grades_professional_rank_latest",
    "superior": "grades_superior_rank_latest",
}
"""By scheme, the indicator that holds the tier rank of an enterprise's latest grade in force; null without one."""

_SCHEMES = GRADES.column("scheme").codes
_RANKS: dict[str, int] = {tier.id: tier.rank for tier in TIERS}


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
    scale = NATIONAL_SCALE if scheme == "provincial_general" else _scale(standard) or NATIONAL_SCALE
    if _plain(grade) not in scale:
        raise DataError(
            f"A grade of {scheme} in {standard.sector} must be one of {', '.join(scale)}, got {grade!r}; correct the "
            "row, or add the grade to the standard's native_scale."
        )
    return scale[_plain(grade)]


def native_ranks(standards: Mapping[str, Standard]) -> dict[str, dict[str, int]]:
    """By sector, the rank (1 low to 4 high) that each grade of its official scheme stands for.

    Sectors whose standard states no native scale are left out.
    """
    return {sector: _scale(standard) for sector, standard in standards.items() if standard.native_scale}


def _scale(standard: Standard) -> dict[str, int]:
    return {_plain(grade): _RANKS[tier] for grade, tier in standard.native_scale.items()}


def _plain(grade: str) -> str:
    return unicodedata.normalize("NFKC", str(grade)).strip().upper()
