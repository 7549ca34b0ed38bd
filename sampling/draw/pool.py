"""Who can be drawn? Every enterprise of a sector is given its place before there is any seed.

Whatever keeps an enterprise from being drawn is settled here, so that the chances that are written down are true:
nobody is taken out of a draw, or added to it, once the seed is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sampling.draw.unit import Candidate, Part, Unit

IN_BUSINESS = "active"


@dataclass(frozen=True)
class PoolRules:
    """What decides on a place: the year, the visits one enterprise may have in it, and what was settled elsewhere.

    `visits_a_year` null: no cap over all sectors. `agreed` are the bureau's own exclusions with their reasons, by
    enterprise and sector, the sector empty for all; `drawn_before` whom an earlier draw of the year drew in a sector.
    """

    year: int
    visits_a_year: int | None
    agreed: Mapping[tuple[str, str], str]
    drawn_before: frozenset[tuple[str, str]]


def pool_of(candidates: Iterable[Candidate], rules: PoolRules) -> list[Unit]:
    """Every candidate's place, in the order of sectors and ids (by their UTF-8 bytes)."""
    units = [_unit(one, rules) for one in candidates]
    return sorted(units, key=lambda unit: (unit.sector, unit.enterprise_id.encode()))


def _unit(one: Candidate, rules: PoolRules) -> Unit:
    part, reason = _place(one, rules)
    return Unit(one.sector, one.enterprise_id, one.tier or "", one.station or "", part, reason)


def _place(one: Candidate, rules: PoolRules) -> tuple[Part, str]:
    """The first rule that speaks: what excludes everybody, then what the law demands, then what caps the rest."""
    if one.tier is None or one.rule is None:
        return "excluded", one.status
    if one.state not in (None, IN_BUSINESS):
        return "excluded", one.state
    agreed = rules.agreed.get((one.enterprise_id, one.sector)) or rules.agreed.get((one.enterprise_id, ""))
    if agreed:
        return "excluded", f"agreed: {agreed}"
    if (one.enterprise_id, one.sector) in rules.drawn_before or _in_year(one.drawn_on, rules.year):
        return "excluded", "drawn_this_year"
    if is_due(one, rules.year):
        return "certain", "statutory_minimum"
    if one.rule.cap is not None and _in_year(one.checked_on, rules.year) >= one.rule.cap:
        return "excluded", "cap_reached"
    if rules.visits_a_year is not None and _in_year(set(one.visited_on), rules.year) >= rules.visits_a_year:
        return "excluded", "visits_reached"
    return "random", ""


def is_due(one: Candidate, year: int) -> bool:
    """Whether the statutory minimum would be missed at the end of the year if nobody went.

    It would if the `per_years` years that end with this one hold fewer than `times` checks so far, and the enterprise
    was there when they began.
    """
    minimum = one.rule.statutory_minimum if one.rule else None
    if minimum is None:
        return False
    begins = date(year + 1 - minimum.per_years, 1, 1)
    is_new = one.established_on is not None and one.established_on > begins
    return not is_new and sum(day >= begins for day in one.checked_on) < minimum.times


def _in_year(days: Iterable[date], year: int) -> int:
    return sum(day.year == year for day in days)
