"""The draw itself: of each stratum the enterprises with the smallest permanent random numbers."""

from collections import defaultdict
from collections.abc import Iterable

from sampling.draw.mistake import DrawError
from sampling.draw.permanent import permanent_number
from sampling.draw.strata import Stratum
from sampling.draw.unit import Unit


def drawn_units(units: Iterable[Unit], strata: Iterable[Stratum], year: int, seed: str) -> list[tuple[Unit, Stratum]]:
    """Who is drawn, with the stratum, in the order of sectors and ids.

    Numbers are independent and alike for all, so each of a stratum's N has the chance n/N, and each pair of them
    n(n - 1)/(N(N - 1)), whatever happens in other strata and sectors. DrawError where a stratum is not as it was
    registered.
    """
    members: dict[tuple[str, str, str, bool], list[Unit]] = defaultdict(list)
    for unit in units:
        if unit.is_in_pool:
            members[unit.stratum].append(unit)
    drawn: list[tuple[Unit, Stratum]] = []
    for stratum in strata:
        own = members.pop(stratum.key, [])
        if len(own) != stratum.pool_size:
            raise DrawError(
                f"The pool must be the one that was registered, {stratum.sector} {stratum.name} has {len(own)} "
                f"enterprises instead of {stratum.pool_size}; take the files back as they were."
            )
        ordered = sorted(own, key=lambda unit: permanent_number(seed, year, unit.enterprise_id))
        drawn += [(unit, stratum) for unit in ordered[: stratum.sample_size]]
    if members:
        raise DrawError(
            f"The pool must be the one that was registered, got {len(members)} strata that were not; "
            "take the files back as they were."
        )
    return sorted(drawn, key=lambda one: (one[0].sector, one[0].enterprise_id.encode()))
