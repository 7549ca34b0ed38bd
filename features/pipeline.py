"""The steps from records in force to a frame, as named tables: compiled once to SQL, run for any as-of dates.

Every table says in `as_of` for which date of the clock a row is; enterprises are compared within their date.
"""

from collections.abc import Mapping
from functools import cache

import ibis
from ibis.expr.types import Table, Value

from features.attributes import ATTRIBUTES
from features.catalogue.everything import INDICATORS
from features.comparisons import (
    PLACES,
    POPULATION,
    RATES,
    compared,
    group_key,
    groupings,
    near_column,
    neighbour_sums,
    placed_indicators,
    prior_column,
    radii,
    rated_indicators,
    rates_name,
    related_sums,
    summed_indicators,
)
from features.counted import WHOSE, count, counted_tables, filled
from features.dialects import Dialect, sql_of
from features.indicator import (
    Attribute,
    Difference,
    Indicator,
    NeighbourRate,
    NeighbourSum,
    Ratio,
    RecordMeasure,
    RelatedSum,
)
from features.timeline import (
    in_force,
    joined_versions,
    later_name,
    later_versions,
    versions_name,
)
from records.scope import in_scope
from records.subjects import SUBJECTS

KEYS = ("enterprise_id", "sector", "ent_type", "state", "in_scope", "region", "station")
NO_SECTOR = "general"
"""The sector of an enterprise that is in none: the general model (通用型) answers for it."""

ROWS = "rows"
"""One row per date, enterprise and sector, with its attributes."""
CHOSEN = "chosen_rows"
"""The rows of ROWS that BASE is looked up for: all, or those of some enterprises."""
BASE = "base"
COMPARED = "compared"
"""All rows of BASE with only the columns that peers are measured on."""
FRAME = "frame"
_PLACE = {"industry_code": "string", "lat": "float64", "lon": "float64"}

Step = tuple[str, str]
"""A table's name and the SQL that makes it."""


@cache
def version_steps() -> tuple[tuple[Step, Step], ...]:
    """What DuckDB does once per set of records: of each subject the table of replaced versions, and the view of all."""
    return tuple(
        (
            (later_name(subject), sql_of(later_versions(subject), "duckdb")),
            (versions_name(subject), sql_of(joined_versions(subject), "duckdb")),
        )
        for subject in SUBJECTS
    )


@cache
def base_steps(dialect: Dialect = "duckdb") -> tuple[Step, ...]:
    """From versions and the clock to what is counted, and to BASE: what compares nobody, by date and enterprise."""
    counted = [(one.name, sql_of(count(one), dialect)) for one in counted_tables()]
    return ((ROWS, sql_of(_rows(), dialect)), *counted, (BASE, sql_of(_base(dialect), dialect)))


def _parts_of_others() -> set[str]:
    """The indicators that ratios, differences and comparisons are made of."""
    names = _parts_of_comparisons()
    for measure in (indicator.measure for indicator in INDICATORS):
        if isinstance(measure, Ratio):
            names |= {measure.numerator, measure.denominator}
        elif isinstance(measure, Difference):
            names |= {measure.first, measure.second}
    return names


@cache
def _base(dialect: Dialect) -> Table:
    """The chosen rows with their attributes, the indicators of their records, and all ratios and differences.

    In DuckDB only those indicators of records that others are made of: a row of all of them would be carried through
    every join.
    """
    names = _parts_of_others() if dialect == "duckdb" else {i.name for i in INDICATORS}
    frame = ibis.table(_rows().schema(), name=CHOSEN)
    found: dict[str, Indicator] = {}
    # The widest last: what was joined before is carried through every later join.
    for counted in sorted(counted_tables(), key=lambda one: len(one.indicators)):
        if named := [i for i in counted.indicators if i.name in names]:
            frame = frame.left_join(counted.table(dialect), list(counted.keys), rname="{name}_of_" + counted.name)
            found |= {i.name: i for i in named}
    values = {name: filled(frame[name], indicator) for name, indicator in found.items()}
    attributes = [i.name for i in INDICATORS if isinstance(i.measure, Attribute)]
    joined = frame.select("as_of", *KEYS, *_PLACE, *attributes, **values)
    ratios = {i.name: _row_measure(joined, i.measure) for i in INDICATORS if isinstance(i.measure, Ratio | Difference)}
    return joined.mutate(**ratios)


def compared_columns() -> tuple[str, ...]:
    """What peers are measured on: keys, place, and the indicators of rates, places and sums."""
    return ("as_of", *KEYS, *_PLACE, *sorted(_parts_of_comparisons()))


def _parts_of_comparisons() -> set[str]:
    return rated_indicators(INDICATORS) | {*placed_indicators(INDICATORS), *summed_indicators(INDICATORS)}


def _compared() -> Table:
    """The columns of BASE that COMPARED has."""
    return ibis.table(_base("duckdb").select(*compared_columns()).schema(), name=COMPARED)


@cache
def totals_sql(dialect: Dialect = "duckdb") -> Mapping[tuple[str, ...], str]:
    """Per grouping of COMPARED the statement of its groups (`key`) by date and the sums that rates are made of."""
    compared = _compared()
    rated = sorted(rated_indicators(INDICATORS))
    return {
        grouping: sql_of(
            compared.group_by("as_of", key=group_key(compared, grouping)).aggregate(
                **{name: compared[name].sum() for name in rated}
            ),
            dialect,
        )
        for grouping in groupings(INDICATORS)
    }


@cache
def placed_sql() -> str:
    """The statement of what enterprises are placed by among the others of their sector, from COMPARED."""
    return sql_of(_compared().select("as_of", "sector", *placed_indicators(INDICATORS)), "duckdb")


@cache
def population_step(dialect: Dialect = "duckdb") -> Step:
    """From COMPARED to POPULATION: per date and enterprise its place and the sums; in DuckDB sorted by both."""
    compared = _compared()
    by_sector = {indicator.name: indicator.by_sector for indicator in INDICATORS}
    # What is measured per sector adds up over an enterprise's rows; the rest is the same on each of them.
    sums = {
        name: (compared[name].sum() if by_sector[name] else compared[name].max()).cast("float64")
        for name in summed_indicators(INDICATORS)
    }
    table = compared.group_by(list(WHOSE)).aggregate(lat=compared["lat"].max(), lon=compared["lon"].max(), **sums)
    return POPULATION, sql_of(table.order_by(list(WHOSE)) if dialect == "duckdb" else table, dialect)


@cache
def frame_steps(dialect: Dialect = "duckdb") -> tuple[Step, ...]:
    """From BASE, the relations in force and the peer tables to FRAME: every indicator, in no order.

    In DuckDB without those of an enterprise's own records, which are read from where they were counted (`counted_sql`).
    """
    base = ibis.table(_base(dialect).schema(), name=BASE)
    chosen = ibis.table(_rows().schema(), name=CHOSEN)
    steps = []
    frame = base.mutate(
        **{f"key_{rates_name(grouping)}": group_key(base, grouping) for grouping in groupings(INDICATORS)}
    )
    for grouping, pairs in groupings(INDICATORS).items():
        name = rates_name(grouping)
        columns = {prior_column(pair, grouping): "float64" for pair in pairs}
        rates = ibis.table({"as_of": "date", "key": "string", **columns}, name=name)
        frame = frame.left_join(rates, ["as_of", (f"key_{name}", "key")], rname="{name}_of_" + name)
    for radius_m in radii(INDICATORS):
        name = f"near_{radius_m}"
        steps.append((name, sql_of(neighbour_sums(chosen, INDICATORS, radius_m), dialect)))
        near = [i for i in INDICATORS if isinstance(i.measure, NeighbourRate | NeighbourSum)]
        names = summed_indicators([i for i in near if i.measure.radius_m == radius_m])  # type: ignore[union-attr]
        columns = {near_column(radius_m, column): "float64" for column in names}
        sums = ibis.table({**WHOSE, **columns}, name=name)
        frame = frame.left_join(sums, list(WHOSE), rname="{name}_of_" + name)
    steps.append(("related", sql_of(related_sums(in_force("relations"), INDICATORS), dialect)))
    columns = {f"related__{i.name}": "float64" for i in INDICATORS if isinstance(i.measure, RelatedSum)}
    frame = frame.left_join(
        ibis.table(
            {**WHOSE, **{name.removeprefix("related__"): kind for name, kind in columns.items()}},
            name="related",
        ).rename(lambda name: name if name in WHOSE else f"related__{name}"),
        list(WHOSE),
        rname="{name}_of_related",
    )
    places = {f"quantiles__{name}": "array<float64>" for name in placed_indicators(INDICATORS)}
    placed = ibis.table({"as_of": "date", "sector": "string", **places}, name=PLACES)
    frame = frame.left_join(placed, ["as_of", "sector"], rname="{name}_of_places")
    overall = {prior_column(pair, ()): "float64" for pairs in groupings(INDICATORS).values() for pair in pairs}
    frame = frame.left_join(ibis.table({"as_of": "date", **overall}, name=RATES), "as_of", rname="{name}_of_rates")
    values = compared(frame, INDICATORS)
    made = [i for i in INDICATORS if dialect == "pyspark" or not isinstance(i.measure, RecordMeasure)]
    values = {i.name: values[i.name] if i.name in values else frame[i.name] for i in made}
    table = frame.select("as_of", *KEYS, **{name: value.cast("float32") for name, value in values.items()})
    return (*steps, (FRAME, sql_of(table, dialect)))


@cache
def _rows() -> Table:
    enterprises = in_force("enterprises")
    attributes = {
        i.name: ATTRIBUTES[i.measure.name](enterprises).cast("float64")
        for i in INDICATORS
        if isinstance(i.measure, Attribute)
    }
    sectors = enterprises["sectors"]
    rows = enterprises.select(
        "as_of",
        *[name for name in KEYS if name not in ("sector", "in_scope")],
        *_PLACE,
        in_scope=in_scope(enterprises["ent_type"], enterprises["enterprise_id"]),
        sector=ibis.ifelse(sectors.length() > 0, sectors, ibis.array([NO_SECTOR])).unique(),
        **attributes,
    )
    return rows.mutate(sector=rows["sector"].unnest())


def _row_measure(frame: Table, measure: Ratio | Difference) -> Value:
    if isinstance(measure, Difference):
        return frame[measure.first] - frame[measure.second]
    lower = frame[measure.denominator]
    ratio = frame[measure.numerator] / ibis.ifelse(lower > 0, lower, None)
    # Not least and greatest: those pass over a null, and would make the cap of it.
    return ratio.clip(-measure.cap, measure.cap)
