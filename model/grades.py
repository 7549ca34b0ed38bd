"""What the grade of another system stands for: a letter means something else in every scheme (handbook 3.3)."""

import unicodedata
from collections.abc import Mapping

from model.standard import Standard
from model.tiers import TIERS

GRADE_INDICATORS = {
    "provincial_general": "grades_general_rank_latest",
    "provincial_professional": "grades_professional_rank_latest",
    "superior": "grades_superior_rank_latest",
}
"""By scheme, the indicator that holds the tier rank of an enterprise's latest grade in force; null without one."""

_RANKS: dict[str, int] = {tier.id: tier.rank for tier in TIERS}


def native_ranks(standards: Mapping[str, Standard]) -> dict[str, dict[str, int]]:
    """By sector, the rank (1 low to 4 high) that each grade of its official scheme stands for.

    Sectors whose standard states no native scale are left out.
    """
    return {
        sector: {_plain(grade): _RANKS[tier] for grade, tier in standard.native_scale.items()}
        for sector, standard in standards.items()
        if standard.native_scale
    }


def _plain(grade: str) -> str:
    return unicodedata.normalize("NFKC", str(grade)).strip().upper()
