"""The expressions that compare an enterprise with others, over the stored peer tables (`features.peers`)."""

from collections.abc import Sequence

import ibis
from ibis.expr.types import Table, Value

from features.indicator import (
    GroupRate,
    Indicator,
    NeighbourRate,
    NeighbourSum,
    Place,
    RelatedSum,
    ShrunkRate,
)

METRES_PER_DEGREE = 110_574.0
"""Along a meridian, and along a parallel times the cosine of its latitude."""
CELLS_PER_RADIUS = 2
"""Cells of the neighbour search along a radius: more of them let fewer pairs be compared that are too far apart, and
take longer to list."""
REACH = 1.001
"""How far beyond the radius cells are looked at, as a part of it: whoever is at the radius must not be rounded away."""
PLACE_STEPS = 101

Pair = tuple[str, str]
"""Numerator and denominator of a rate, by indicator name."""

RATES = "peer_rates_overall"
PLACES = "peer_places"
POPULATION = "peer_population"


def groupings(indicators: Sequence[Indicator]) -> dict[tuple[str, ...], dict[Pair, float | None]]:
    """Which rates are needed of which groups of enterprises, and how strongly each is pulled to the population's.

    None stands for the strength that all sector rates share.
    """
    needs: dict[tuple[str, ...], dict[Pair, float | None]] = {}
    for indicator in indicators:
        measure = indicator.measure
        if isinstance(measure, ShrunkRate | NeighbourRate):
            needs.setdefault(("sector",), {}).setdefault((measure.numerator, measure.denominator), None)
        elif isinstance(measure, GroupRate):
            key = measure.columns if measure.columns != ("sector",) else ("sector", "sector")
            needs.setdefault(key, {})[(measure.numerator, measure.denominator)] = measure.strength
    return needs


def rates_name(grouping: tuple[str, ...]) -> str:
    return f"peer_rates_{'_'.join(grouping)}"


def prior_column(pair: Pair, grouping: tuple[str, ...]) -> str:
    return f"prior__{pair[0]}__{pair[1]}__{'_'.join(grouping)}"


def group_key(table: Table, grouping: tuple[str, ...]) -> Value:
    """The name of a row's group; a missing part is written '?'."""
    return ibis.literal("|").join([table[column].fill_null("?") for column in grouping])


def rated_indicators(indicators: Sequence[Indicator]) -> set[str]:
    """What rates are made of."""
    return {name for pairs in groupings(indicators).values() for pair in pairs for name in pair}


def placed_indicators(indicators: Sequence[Indicator]) -> list[str]:
    return sorted({indicator.measure.of for indicator in indicators if isinstance(indicator.measure, Place)})


def summed_indicators(indicators: Sequence[Indicator]) -> list[str]:
    """What neighbours and related enterprises are added up by."""
    names: set[str] = set()
    for indicator in indicators:
        measure = indicator.measure
        if isinstance(measure, NeighbourRate):
            names |= {measure.numerator, measure.denominator}
        elif isinstance(measure, NeighbourSum | RelatedSum):
            names.add(measure.of)
    return sorted(names)


def radii(indicators: Sequence[Indicator]) -> list[int]:
    return sorted({i.measure.radius_m for i in indicators if isinstance(i.measure, NeighbourRate | NeighbourSum)})


def population_table(indicators: Sequence[Indicator]) -> Table:
    sums = dict.fromkeys(summed_indicators(indicators), "float64")
    place = {"lat": "float64", "lon": "float64"}
    return ibis.table({"as_of": "date", "enterprise_id": "string", **place, **sums}, name=POPULATION)


def neighbour_sums(rows: Table, indicators: Sequence[Indicator], radius_m: int) -> Table:
    """Per date and enterprise with a place: the sums over the *other* enterprises within the radius (closed)."""
    near = [i for i in indicators if isinstance(i.measure, NeighbourRate | NeighbourSum)]
    names = summed_indicators([i for i in near if i.measure.radius_m == radius_m])  # type: ignore[union-attr]
    population = population_table(indicators)
    others = population.filter(population["lat"].notnull() & population["lon"].notnull())
    others = others.mutate(cell_lat=_cell(others["lat"], radius_m), cell_lon=_cell(others["lon"], radius_m))
    renamed = {"other_id": "enterprise_id", "other_lat": "lat", "other_lon": "lon"}
    others = others.select("as_of", "cell_lat", "cell_lon", *names, **renamed)
    placed = rows.filter(rows["lat"].notnull() & rows["lon"].notnull())
    around = _around(placed.select("as_of", "enterprise_id", "lat", "lon").distinct(), radius_m)
    pairs = around.inner_join(others, ["as_of", "cell_lat", "cell_lon"])
    close = pairs.filter((_metres_apart(pairs) <= radius_m) & (pairs["enterprise_id"] != pairs["other_id"]))
    return close.group_by(["as_of", "enterprise_id"]).aggregate(
        **{near_column(radius_m, name): close[name].sum() for name in names}
    )


def near_column(radius_m: int, name: str) -> str:
    return f"near{radius_m}__{name}"


def _around(points: Table, radius_m: int) -> Table:
    """Each point once per cell that the circle around it can touch."""
    north = REACH * radius_m / METRES_PER_DEGREE
    # A degree along the parallel is shortest where the circle is furthest from the equator.
    east = north / (points["lat"].abs() + north).radians().cos()
    for axis, reach in (("lat", north), ("lon", east)):
        first, last = (_cell(points[axis] + sign * reach, radius_m) for sign in (-1, 1))
        points = points.mutate(**{f"cell_{axis}": ibis.range(first, last + 1).unnest()})
    return points


def _cell(degrees: Value, radius_m: int) -> Value:
    return (degrees * (CELLS_PER_RADIUS * METRES_PER_DEGREE / radius_m)).floor().cast("int64")


def _metres_apart(pairs: Table) -> Value:
    north = (pairs["lat"] - pairs["other_lat"]) * METRES_PER_DEGREE
    shrink = ((pairs["lat"] + pairs["other_lat"]) / 2).radians().cos()
    east = (pairs["lon"] - pairs["other_lon"]) * METRES_PER_DEGREE * shrink
    return (north * north + east * east).sqrt()


def related_sums(relations: Table, indicators: Sequence[Indicator]) -> Table:
    """Per date and enterprise: the sums over the other enterprises that its relations in force name."""
    related = {i.name: i.measure.of for i in indicators if isinstance(i.measure, RelatedSum)}
    pairs = relations.filter(relations["other_enterprise_id"] != relations["enterprise_id"])
    pairs = pairs.select("as_of", "enterprise_id", other_id="other_enterprise_id").distinct()
    others = population_table(indicators).rename(other_id="enterprise_id").drop("lat", "lon")
    joined = pairs.inner_join(others, ["as_of", "other_id"])
    sums = {name: joined[of].sum() for name, of in related.items()}
    return joined.group_by(["as_of", "enterprise_id"]).aggregate(**sums)


def compared(frame: Table, indicators: Sequence[Indicator]) -> dict[str, Value]:
    """Every peer indicator over a frame that has been joined to the peer tables."""
    return {i.name: value for i in indicators if (value := _comparison(frame, i)) is not None}


def _comparison(frame: Table, indicator: Indicator) -> Value | None:
    match measure := indicator.measure:
        case ShrunkRate():
            prior = _prior(frame, (measure.numerator, measure.denominator), ("sector",))
            return _pulled(frame[measure.numerator], frame[measure.denominator], prior, measure.strength)
        case GroupRate():
            grouping = measure.columns if measure.columns != ("sector",) else ("sector", "sector")
            return _prior(frame, (measure.numerator, measure.denominator), grouping)
        case NeighbourRate():
            prior = _prior(frame, (measure.numerator, measure.denominator), ("sector",))
            found, looked_at = (
                frame[near_column(measure.radius_m, name)].fill_null(0.0)
                for name in (measure.numerator, measure.denominator)
            )
            return _pulled(found, looked_at, prior, measure.strength)
        case NeighbourSum():
            return frame[near_column(measure.radius_m, measure.of)].fill_null(0.0)
        case RelatedSum():
            return frame[f"related__{indicator.name}"].fill_null(0.0)
        case Place():
            value = frame[measure.of]
            below = frame[f"quantiles__{measure.of}"].filter(lambda quantile: quantile < value).length()
            return (below / float(PLACE_STEPS)).fill_null(0.0)
    return None


def _prior(frame: Table, pair: Pair, grouping: tuple[str, ...]) -> Value:
    # A group that nobody belonged to when the tables were made has the population's rate.
    return frame[prior_column(pair, grouping)].fill_null(frame[prior_column(pair, ())])


def _pulled(found: Value, looked_at: Value, prior: Value, strength: float) -> Value:
    return (found + strength * prior) / (looked_at + strength)
