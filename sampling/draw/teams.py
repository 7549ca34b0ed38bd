"""Who goes? Visits are made of what was drawn, and inspectors are drawn for them by the same seed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sampling.draw.inspectors import Inspector
from sampling.draw.mistake import DrawError
from sampling.draw.permanent import permanent_number
from sampling.draw.unit import Unit


@dataclass(frozen=True)
class Visit:
    """One joint inspection of an enterprise in all the sectors in which it was drawn."""

    enterprise_id: str
    station: str
    sectors: tuple[str, ...]


def visits_of(units: Iterable[Unit]) -> list[Visit]:
    """One visit for each enterprise that was drawn, in the order of their ids."""
    by_enterprise: dict[str, list[Unit]] = {}
    for unit in units:
        by_enterprise.setdefault(unit.enterprise_id, []).append(unit)
    return [
        Visit(enterprise, own[0].station, tuple(sorted(unit.sector for unit in own)))
        for enterprise, own in sorted(by_enterprise.items(), key=lambda item: item[0].encode())
    ]


def check_teams(units: Iterable[Unit], inspectors: Sequence[Inspector], size: int) -> None:
    """DrawError where some enterprise of the pool could be drawn and nobody, or too few, could go to it.

    Asked before the seed: leaving an enterprise out once it is drawn would make its chance untrue.
    """
    enough: dict[tuple[str, str], list[Inspector]] = {}
    for unit in units:
        if not unit.is_in_pool:
            continue
        place = (unit.sector, unit.station)
        if place not in enough:
            enough[place] = [one for one in inspectors if one.works_in(*place)]
        free = sum(unit.enterprise_id not in one.conflicts for one in enough[place])
        if free < size:
            where = f"{unit.sector} at {unit.station}" if unit.station else f"{unit.sector} where there is no station"
            raise DrawError(
                f"{size} inspectors without a conflict must be qualified for every enterprise that can be drawn, "
                f"got {free} for one in {where}; add inspectors, or exclude it with a reason."
            )


def teams_of(
    visits: Sequence[Visit], inspectors: Sequence[Inspector], size: int, year: int, seed: str
) -> dict[str, tuple[str, ...]]:
    """The sorted inspectors of each visit, by enterprise; at least `size` are qualified for each of its sectors.

    Visits are served in the order of their enterprises' permanent numbers. Each takes, of those who may go, whoever has
    the fewest visits so far; among several the smallest number of enterprise and inspector decides.
    """
    loads: Counter[str] = Counter()
    teams: dict[str, tuple[str, ...]] = {}
    for visit in sorted(visits, key=lambda one: permanent_number(seed, year, one.enterprise_id)):
        team: list[Inspector] = []
        for sector in visit.sectors:
            able = [one for one in inspectors if one.may_go(visit.enterprise_id, sector, visit.station)]
            missing = size - sum(one in team for one in able)
            free = sorted(
                (one for one in able if one not in team),
                key=lambda one: (loads[one.id], permanent_number(seed, year, f"{visit.enterprise_id}\n{one.id}")),
            )
            team += free[: max(missing, 0)]
        loads.update(one.id for one in team)
        teams[visit.enterprise_id] = tuple(sorted(one.id for one in team))
    return teams
