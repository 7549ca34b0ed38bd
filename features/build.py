"""From records to a point-in-time frame: one row per enterprise and sector, one column per indicator."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend
from numpy.typing import NDArray

from features.catalogue.everything import INDICATORS
from features.counted import FIRST, LAST, POSITIONS, counted_sql, counted_tables
from features.measures import value_over_nothing
from features.peers import Peers, measure_peers
from features.pipeline import (
    BASE,
    CHOSEN,
    COMPARED,
    KEYS,
    ROWS,
    Step,
    base_steps,
    compared_columns,
    frame_steps,
    version_steps,
)
from features.timeline import CLOCK, given_name, versions_name
from records.errors import ModelError
from records.source import Records

VERSIONS_AT_ONCE = 100_000
"""How many versions of enterprises, each counted for every date, are looked at together (project decision): more dates
save less and take more memory."""
PART_ENTERPRISES = 200_000
"""Enterprises whose rows are made together where everyone is too many: what memory holds, and many enough for the
lookups of `model.split_tables` (project decision)."""
KEYS_SCHEMA = pa.schema([(name, pa.bool_() if name == "in_scope" else pa.string()) for name in KEYS])
"""The keys of a frame as a table."""
_ORDER = ("as_of", "enterprise_id", "sector")
_POSITION = {indicator.name: position for position, indicator in enumerate(INDICATORS)}
IN_BUSINESS = ("active", "dormant")
"""Registration states of the cohort; deregistered, cancelled, revoked and moved enterprises are out of scope."""


@dataclass(frozen=True)
class Frame:
    """Indicators of every enterprise known before `as_of`.

    `keys` and `values` have one row per enterprise and sector, sorted by both. `values` is float32 with one
    column per name; NaN is null. `peers` are the comparison tables it was made with.
    """

    as_of: date
    keys: pd.DataFrame
    values: NDArray[np.float32]
    names: tuple[str, ...]
    peers: Peers

    @property
    def in_cohort(self) -> NDArray[np.bool_]:
        """Which rows are learned from and tiered: in scope by type, and in business (IN_BUSINESS) by registration."""
        return (self.keys["in_scope"] & self.keys["state"].isin(IN_BUSINESS)).to_numpy(dtype=bool)

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Which column each name is."""
        return {name: place for place, name in enumerate(self.names)}

    def columns(self, names: Sequence[str], rows: NDArray[np.intp] | None = None) -> NDArray[np.float64]:
        """The named columns in that order, of some rows or of all (null), as a matrix for a model.

        Raises ModelError naming every indicator that this frame does not have.
        """
        missing = [name for name in names if name not in self.position]
        if missing:
            raise ModelError(
                f"A model's schema must be part of the built indicators, {', '.join(missing)} is not; "
                "train it again with this version of the catalogue."
            )
        # Whole rows first, as they lie in memory.
        values = self.values if rows is None else self.values[rows]
        return values[:, [self.position[name] for name in names]].astype(np.float64)


def build_frame(records: Records, as_of: date, *, peers: Peers | None = None) -> Frame:
    """What could be known about every enterprise at 00:00 of `as_of` (Asia/Shanghai)?

    `peers` given: the stored comparison tables are used and held fixed; their date must be `as_of` (ModelError).
    """
    return survey(records, as_of, peers=peers).frame()


def build_frames(records: Records, wanted: Mapping[date, Collection[str] | None]) -> Iterator[Frame]:
    """One frame per as-of date, the records prepared once.

    `wanted` gives, per date, the enterprises that get rows (null: everyone); all are compared with everyone known then.
    Dates are looked at together, as many as VERSIONS_AT_ONCE allows: most of a small build is planning.
    """
    prepare(records)
    connection = records.connection
    together = max(1, VERSIONS_AT_ONCE // max(1, _count_versions(connection)))
    days = list(wanted)
    for start in range(0, len(days), together):
        dates = days[start : start + together]
        _look_up(connection, dates)
        yield from _frames(connection, _measured(connection, dates), {day: wanted[day] for day in dates})


def prepare(records: Records) -> None:
    """Work out, for every version of every record, when it was replaced (see `features.timeline.versions`)."""
    name_records(records)
    for replaced, (view, sql) in version_steps():
        _run(records.connection, [replaced])
        records.connection.raw_sql(f"CREATE OR REPLACE TEMP VIEW {view} AS {sql}")


def name_records(records: Records) -> None:
    """Let the compiled steps find these records, whatever their tables are called."""
    for subject, table in records.tables.items():
        # Not by create_view, which asks the database for its schema again: 15 times too slow for a single answer.
        sql = ibis.to_sql(table, dialect="duckdb")
        records.connection.raw_sql(f"CREATE OR REPLACE VIEW {given_name(subject)} AS {sql}")


def set_clock(connection: Backend, *dates: date) -> None:
    """Make these the as-of dates at which everything on this connection is looked at."""
    rows = ", ".join(f"(DATE '{day.isoformat()}', TIMESTAMP '{day.isoformat()} 00:00:00')" for day in dates)
    connection.raw_sql(f"CREATE OR REPLACE TABLE {CLOCK} AS SELECT * FROM (VALUES {rows}) AS dates(as_of, midnight)")


def survey(records: Records, as_of: date, *, peers: Peers | None = None) -> "Population":
    """Look at everyone known at 00:00 of `as_of`, so that frames of some of them can be made one after another.

    `peers` given: as in `build_frame`.
    """
    if peers is not None and peers.as_of != as_of:
        raise ModelError(
            f"Stored peer tables only serve their own date {peers.as_of}, got {as_of}; "
            "build at that date or score the population anew."
        )
    prepare(records)
    connection = records.connection
    _look_up(connection, [as_of])
    return Population(connection, as_of, _measured(connection, [as_of])[as_of] if peers is None else peers)


@dataclass(frozen=True)
class Population:
    """Everyone known at one date, looked at on one connection: it serves until that looks at another date."""

    connection: Backend
    as_of: date
    peers: Peers

    def parts(self, part_enterprises: int = PART_ENTERPRISES) -> list[list[str]]:
        """Who was known before `as_of`, in ascending order, a part at a time; no part for nobody."""
        found = self.connection.con.execute(f"SELECT DISTINCT enterprise_id FROM {ROWS} ORDER BY enterprise_id")
        ids = [str(one) for one in found.to_arrow_table()["enterprise_id"].to_pylist()]
        return [ids[start : start + part_enterprises] for start in range(0, len(ids), part_enterprises)]

    def frame(self, enterprise_ids: Collection[str] | None = None) -> Frame:
        """The frame of some enterprises, or of all (null), compared with everyone."""
        (frame,) = _frames(self.connection, {self.as_of: self.peers}, {self.as_of: enterprise_ids})
        return frame


def _count_versions(connection: Backend) -> int:
    """How many versions of enterprises there are, whatever the date."""
    ((versions,),) = connection.con.execute(f"SELECT count(*) FROM {versions_name('enterprises')}").fetchall()
    return int(versions)


def _look_up(connection: Backend, dates: Sequence[date]) -> None:
    """Look everyone up at each date, so that they can be compared and `_frames` be made of some."""
    set_clock(connection, *dates)
    *steps, (base, joined) = base_steps()
    if _count_versions(connection) > PART_ENTERPRISES:
        # So that each of several parts is read without the others.
        steps = [(name, f"SELECT * FROM ({sql}) ORDER BY enterprise_id") for name, sql in steps]
    _run(connection, steps)
    for counted in counted_tables():
        connection.raw_sql(counted.chosen_view())
    # The widest tables are never stored whole: everyone is compared by a few columns, and only the wanted get all.
    _choose(connection, dict.fromkeys(dates))
    connection.raw_sql(f"CREATE OR REPLACE TEMP VIEW {base} AS {joined}")


def _measured(connection: Backend, dates: Sequence[date]) -> Mapping[date, Peers]:
    """The comparison tables of everyone who was looked up."""
    _run(connection, [(COMPARED, f"SELECT {', '.join(compared_columns())} FROM {BASE}")])
    return measure_peers(connection, dates)


def _frames(
    connection: Backend, peers: Mapping[date, Peers], wanted: Mapping[date, Collection[str] | None]
) -> Iterator[Frame]:
    """The frame of each date that was looked up, of some enterprises or of all (null)."""
    for name in next(iter(peers.values())).tables:
        connection.con.register(name, pa.concat_tables([one.dated[name] for one in peers.values()]))
    _choose(connection, wanted)
    *steps, (_, last) = frame_steps()
    _run(connection, steps)
    # Sorted here: so that each date has its rows together, in the order of a frame.
    table = connection.con.sql(last).to_arrow_table().sort_by([(name, "ascending") for name in _ORDER])
    values = _values(connection, table)
    days = table["as_of"].to_numpy()
    for as_of in wanted:
        first, behind = (int(np.searchsorted(days, np.datetime64(as_of), side)) for side in ("left", "right"))
        keys = table.select(list(KEYS)).slice(first, behind - first).to_pandas()
        # A part of the whole would keep all of it in memory.
        own = values if len(keys) == len(values) else values[first:behind].copy()
        yield Frame(as_of, keys, own, tuple(_POSITION), peers[as_of])


def _values(connection: Backend, table: pa.Table) -> NDArray[np.float32]:
    """Every indicator of the rows of FRAME: what is there, and what was counted of their own records."""
    # A column lies together while it is filled: rows come in no order, and would each be fetched into the cache.
    columns = np.empty((len(_POSITION), table.num_rows), dtype=np.float32)
    for name in _POSITION.keys() & set(table.column_names):
        columns[_POSITION[name]] = table[name].to_numpy()
    numbers = pa.array(np.arange(table.num_rows))
    connection.con.register(POSITIONS, table.select(list(_ORDER)).append_column("position", numbers))
    for counted in counted_tables():
        found = connection.con.sql(counted_sql()[counted.name]).to_arrow_table()
        rows = found["position"].to_numpy()
        for indicator in counted.indicators:
            column = columns[_POSITION[indicator.name]]
            column[:] = np.nan if (nothing := value_over_nothing(indicator)) is None else nothing
            column[rows] = found[indicator.name].to_numpy()
    return np.ascontiguousarray(columns.T)


def _choose(connection: Backend, wanted: Mapping[date, Collection[str] | None]) -> None:
    """Let BASE be looked up for everyone (null) or for some enterprises, at each date."""
    some = [(day, sorted(set(ids))) for day, ids in wanted.items() if ids is not None]
    chosen = f"SELECT * FROM {ROWS}"
    if some:
        pairs = [(day, one) for day, ids in some for one in ids]
        columns = {"as_of": pa.array([day for day, _ in pairs], pa.date32())}
        columns["enterprise_id"] = pa.array([one for _, one in pairs], pa.string())
        connection.con.register("wanted_enterprises", pa.table(columns))
        chosen += " SEMI JOIN wanted_enterprises USING (as_of, enterprise_id)"
        if others := ", ".join(f"DATE '{day.isoformat()}'" for day, ids in wanted.items() if ids is None):
            chosen += f" UNION ALL SELECT * FROM {ROWS} WHERE as_of IN ({others})"
    connection.raw_sql(f"CREATE OR REPLACE TEMP VIEW {CHOSEN} AS {chosen}")
    _bound(connection, [one for _, ids in some for one in ids] if len(some) == len(wanted) else [])


def _bound(connection: Backend, chosen: Sequence[str]) -> None:
    """Let what was counted be read between the first and the last of these; of nobody in particular: all of it."""
    for name, end in ((FIRST, min), (LAST, max)):
        connection.raw_sql(f"RESET VARIABLE {name}")
        if chosen:
            connection.con.execute(f"SET VARIABLE {name} = ?", [end(chosen)])


def _run(connection: Backend, steps: Iterable[Step]) -> None:
    for name, sql in steps:
        connection.raw_sql(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
