"""What the records of one subject say of each enterprise: a table a subject, and its values in the rows of a frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

import ibis
from ibis.expr.types import Table, Value

from features.catalogue.everything import INDICATORS
from features.dialects import Dialect, sql_of
from features.indicator import Indicator, Latest, RecordMeasure
from features.measures import aggregate, value_over_nothing, with_measured_columns, with_recency
from features.timeline import in_force

POSITIONS = "positions"
"""The keys of a frame's rows, each with its `position` in the frame, from 0."""
FIRST, LAST = "first_chosen", "last_chosen"
"""Variables of DuckDB: between which enterprises all chosen ones are, both included; where they are not set, any."""
WHOSE = {"as_of": "date", "enterprise_id": "string"}
_COUNTED_BY = {**WHOSE, "sector": "string"}


@dataclass(frozen=True)
class Counted:
    """What the records of one subject say: a table of one row per date and enterprise (and sector) that has any.

    It has `keys` and a column per indicator.
    """

    name: str
    keys: tuple[str, ...]
    indicators: tuple[Indicator, ...]

    def table(self, dialect: Dialect) -> Table:
        """What is read of the table once it is made: all of it, in DuckDB what `chosen_view` leaves."""
        values = {indicator.name: "float64" for indicator in self.indicators}
        name = self.chosen if dialect == "duckdb" else self.name
        return ibis.table({**{key: _COUNTED_BY[key] for key in self.keys}, **values}, name=name)

    @property
    def chosen(self) -> str:
        """The view of the rows between FIRST and LAST."""
        return f"chosen_{self.name}"

    def chosen_view(self) -> str:
        """The statement of the view `chosen`, for DuckDB.

        A part of everyone is joined with few rows more than its own; joined with all, each part would cost the more
        the more parts there are.
        """
        bounds = " AND ".join(
            f"(getvariable('{name}') IS NULL OR enterprise_id {sign} getvariable('{name}')::VARCHAR)"
            for name, sign in ((FIRST, ">="), (LAST, "<="))
        )
        return f"CREATE OR REPLACE TEMP VIEW {self.chosen} AS SELECT * FROM {self.name} WHERE {bounds}"


@cache
def counted_tables() -> tuple[Counted, ...]:
    """The tables that every indicator of an enterprise's own records is a column of."""
    measured: Sequence[Indicator] = [i for i in INDICATORS if isinstance(i.measure, RecordMeasure)]
    tables = []
    for (subject, by_sector), group in groupby(sorted(measured, key=_source), key=_source):
        name = f"counted_{subject}{'_by_sector' if by_sector else ''}"
        tables.append(Counted(name, (*WHOSE, *(["sector"] if by_sector else [])), tuple(group)))
    return tuple(tables)


def _source(indicator: Indicator) -> tuple[str, bool]:
    return indicator.subject, indicator.by_sector


def count(counted: Counted) -> Table:
    """The table from the records in force at each of the clock's dates."""
    subject = counted.indicators[0].subject
    rows = with_measured_columns(in_force(subject), subject)
    if any(isinstance(i.measure, Latest) for i in counted.indicators):
        rows = with_recency(rows, subject)
    values = {i.name: aggregate(rows, i).cast("float64") for i in counted.indicators}
    return rows.group_by(list(counted.keys)).aggregate(**values)


def filled(value: Value, indicator: Indicator) -> Value:
    """The value, or what an enterprise without any record gets."""
    nothing = value_over_nothing(indicator)
    return value if nothing is None else value.fill_null(nothing)


@cache
def counted_sql() -> Mapping[str, str]:
    """Per table of `counted_tables` the statement of its values in the rows of POSITIONS that it has, in no order."""
    positions = ibis.table({**_COUNTED_BY, "position": "int64"}, name=POSITIONS)
    statements = {}
    for counted in counted_tables():
        found = positions.inner_join(counted.table("duckdb"), list(counted.keys))
        values = {i.name: filled(found[i.name], i).cast("float32") for i in counted.indicators}
        statements[counted.name] = sql_of(found.select("position", **values), "duckdb")
    return statements
