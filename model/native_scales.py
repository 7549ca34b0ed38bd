"""The tier rank of every grade of the official schemes, as the standards state them."""

from collections.abc import Mapping

from model.standard import Standard
from model.tiers import TIERS


def native_ranks(standards: Mapping[str, Standard]) -> dict[str, dict[str, int]]:
    """By sector, the rank (1 low to 4 high) that each grade of its official scheme stands for.

    Sectors whose standard states no native scale are left out.
    """
    ranks: dict[str, int] = {tier.id: tier.rank for tier in TIERS}
    return {
        sector: {str(grade).upper(): ranks[tier] for grade, tier in standard.native_scale.items()}
        for sector, standard in standards.items()
        if standard.native_scale
    }
