"""Read a bureau's records, wherever they lie, into one typed set of tables.

Only the structure is judged here: what cannot be read as the contract declares it is refused whole with one
sentence. Whether the values make sense is judged by `records.check`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb
import ibis
import ibis.expr.operations as operations
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
from ibis.backends.duckdb import Backend

from records.casts import ARROW_TYPES, EXPECTED, absent_sql, cast_sql, given_sql, quoted
from records.contract import TIMEZONE, Column, Subject
from records.engine import open_engine, spare_memory
from records.errors import DataError
from records.locations import RawTable, open_location
from records.subjects import SUBJECTS


@dataclass(frozen=True)
class Records:
    """A bureau's records: one typed table per subject of the contract, in one DuckDB connection.

    `tables` holds every subject by name, with exactly the declared columns in their order; a subject or a
    nullable column that was not given is there, empty or null. Timestamps are naive Asia/Shanghai time in
    microseconds. Rows keep the order of the files, so `rowid + 1` is a row's number in its subject. `notes`
    says what was found and not used: files of no subject, columns that no subject declares.
    """

    connection: Backend
    tables: Mapping[str, ir.Table]
    notes: tuple[str, ...] = field(default=())


def read_records(location: str | Path, on_subject: Callable[[str], None] | None = None) -> Records:
    """Read the records at `location` into memory, typed as the contract declares.

    Parameters
    ----------
    location : str or Path
        A directory with, for each subject it has, one file `SUBJECT.parquet` or `SUBJECT.csv` or a folder
        `SUBJECT/` of such files; or a DuckDB database file (also as `duckdb://PATH`); or a `postgresql://`
        address. In a database a subject is the table of that name. Only `enterprises` is required.
    on_subject : callable, optional
        Told the name of each subject before it is read, for a progress bar.

    Raises
    ------
    DataError
        If the location or `enterprises` is missing, a file cannot be read, a required column is missing or
        a value is not of its column's type. Nothing is returned then: a broken file is refused whole.
    """
    connection = open_engine()
    notes: list[str] = []
    with open_location(connection, location, notes) as raw_tables:
        if "enterprises" not in raw_tables:
            raise DataError(
                f"The records at {_name(location)} have no enterprises, the one subject that is required: "
                "add enterprises.parquet or enterprises.csv, or a table of that name."
            )
        for name in raw_tables:
            if on_subject is not None:
                on_subject(name)
            _fill(connection, SUBJECTS[name], raw_tables[name], notes)
    return _records(connection, notes)


def read_subjects(location: str | Path, names: Collection[str]) -> Records:
    """Some subjects of the records at `location`, typed as `read_records` does; one that is not there is empty.

    Raises
    ------
    DataError
        As `read_records`, but no subject is required.
    """
    connection = open_engine(names)
    notes: list[str] = []
    with open_location(connection, location, notes) as raw_tables:
        for name in raw_tables:
            if name in names:
                _fill(connection, SUBJECTS[name], raw_tables[name], notes)
    return _records(connection, notes, names)


def records_from_frames(frames: Mapping[str, pd.DataFrame]) -> Records:
    """The records held in pandas frames, one per subject, under the same typing rules as files.

    A missing value of pandas (NaN, NaT, None) is null. Subjects that are not given are empty, `enterprises`
    included.

    Raises
    ------
    DataError
        If a name is no subject, a required column is missing or a value is not of its column's type.
    """
    connection = open_engine()
    notes: list[str] = []
    for name, frame in frames.items():
        if name not in SUBJECTS:
            raise DataError(f"A frame must be named after a subject, got {name!r}: use one of {', '.join(SUBJECTS)}.")
        label = f"the frame {name}"
        connection.con.register("given_frame", _arrow(frame, label))
        raw = RawTable(label, "SELECT * FROM given_frame", tuple(str(column) for column in frame.columns))
        _fill(connection, SUBJECTS[name], iter([raw]), notes)
        connection.con.unregister("given_frame")
    return _records(connection, notes)


def records_from_tables(tables: Mapping[str, pa.Table]) -> Records:
    """The records held in Arrow tables, one per subject, that have the contract's columns and types already.

    Such as `read_records` gives and a snapshot keeps: they are taken as they are, in a tenth of the time that typing
    takes. They are those of a few enterprises, so one thread works on them. Subjects that are not given are empty.

    Raises
    ------
    DataError
        If a table has not exactly the columns and types that `table_schema` names.
    """
    connection = open_engine(SUBJECTS.keys() - tables.keys())
    # Threads that wait for work of a few rows only spin: they would double the time of an answer.
    connection.raw_sql("SET threads = 1")
    for name, table in tables.items():
        if table.schema != table_schema(SUBJECTS[name]):
            raise DataError(
                f"A table that is taken as it is must have the contract's columns and types, {name} has others; "
                "read it as files are read."
            )
        connection.con.register(name, table)
    return _records(connection, [])


def table_schema(subject: Subject) -> pa.Schema:
    """The columns of a subject in Arrow, in their order."""
    return pa.schema([(column.name, ARROW_TYPES[column.type]) for column in subject.columns])


def _records(connection: Backend, notes: list[str], names: Collection[str] = tuple(SUBJECTS)) -> Records:
    return Records(connection, {name: _table(connection, name) for name in names}, tuple(notes))


def _table(connection: Backend, name: str) -> ir.Table:
    """The subject's table; its columns are known, and asking the database for each would take longer than an answer."""
    node = operations.DatabaseTable(name, schema=ibis_schema(name), source=connection, namespace=operations.Namespace())
    return node.to_expr()


@cache
def ibis_schema(name: str) -> ibis.Schema:
    """The columns of a subject in Ibis, in their order."""
    return ibis.Schema.from_pyarrow(table_schema(SUBJECTS[name]))


def _name(location: str | Path) -> str:
    """The location as an error may show it: an address without what stands before the @."""
    text = str(location)
    return text.split("@")[-1] if "://" in text else text


def _arrow(frame: pd.DataFrame, label: str) -> pa.Table:
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise DataError(f"A column may stand once, got {repeated[0]!r} twice in {label}: remove one.")
    arrays = {}
    for column in frame.columns:
        try:
            arrays[str(column)] = pa.Array.from_pandas(_local(frame[column]))
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise DataError(
                f"A column must hold values of one type, got mixed ones in column {column} of {label}: "
                "convert them to the type that the contract declares."
            ) from error
    return pa.table(arrays)


def _local(values: pd.Series) -> pd.Series:
    """Timestamps with a zone as local time; pandas warns when Arrow takes them with their zone."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values.dt.tz_convert(TIMEZONE).dt.tz_localize(None)
    return values


def _fill(connection: Backend, subject: Subject, raw_tables: Iterator[RawTable], notes: list[str]) -> None:
    for raw in raw_tables:
        _check_columns(subject, raw)
        ignored = [name for name in raw.columns if name not in subject.column_names]
        if ignored:
            notes.append(f"Ignored {len(ignored)} undeclared column(s) in {raw.label}: {', '.join(ignored)}.")
        _insert(connection, subject, raw)
        spare_memory(connection)


def _check_columns(subject: Subject, raw: RawTable) -> None:
    seen: set[str] = set()
    for name in raw.columns:
        if name.lower() in seen:
            raise DataError(f"A column may stand once, got {name!r} twice in {raw.label}: remove or rename one.")
        seen.add(name.lower())
    for column in subject.columns:
        if not column.nullable and column.name not in raw.columns:
            raise DataError(
                f"{raw.label} must have the column {column.name} ({EXPECTED[column.type]}), "
                f"got {', '.join(raw.columns) or 'no column at all'}: add or rename it."
            )


def _insert(connection: Backend, subject: Subject, raw: RawTable) -> None:
    """Cast and store in one pass; only when that fails, look for the value to name."""
    try:
        found = {row[0]: row[1] for row in connection.raw_sql(f"DESCRIBE {raw.sql}").fetchall()}
        typed = [_typed(connection, raw, column, found.get(column.name)) for column in subject.columns]
        connection.raw_sql(f"INSERT INTO {quoted(subject.name)} SELECT {', '.join(typed)} FROM ({raw.sql})")
    except duckdb.OutOfMemoryException:
        # No fault of the file.
        raise
    except duckdb.Error as error:
        if "wrong type" in str(error):
            for column in subject.columns:
                if column.name in found:
                    _refuse_wrong_value(connection, raw, column, found[column.name])
        raise raw.unreadable(error) from error


def _typed(connection: Backend, raw: RawTable, column: Column, found: str | None) -> str:
    """SQL for one column that stops the query at the first value which cannot be cast."""
    if found is None:
        return absent_sql(column)
    cast = cast_sql(column, found)
    if cast is None:
        _refuse_wrong_value(connection, raw, column, found)
        return absent_sql(column)
    if cast == quoted(column.name) or column.type in ("string", "list"):
        return cast
    return f"CASE WHEN {given_sql(column, found)} AND {cast} IS NULL THEN error('wrong type') ELSE {cast} END"


def _refuse_wrong_value(connection: Backend, raw: RawTable, column: Column, found: str) -> None:
    """Raise for the first value of `column` that cannot be cast; return if every value is null."""
    cast = cast_sql(column, found) or "NULL"
    first = connection.raw_sql(
        "SELECT number, value::VARCHAR FROM ("
        f"SELECT row_number() OVER () AS number, {quoted(column.name)} AS value,"
        f" {given_sql(column, found)} AND ({cast}) IS NULL AS is_wrong FROM ({raw.sql}))"
        " WHERE is_wrong ORDER BY number LIMIT 1"
    ).fetchone()
    if first is not None:
        raise DataError(
            f"Column {column.name} of {raw.label} must hold {EXPECTED[column.type]}, "
            f"got {first[1]!r} in row {first[0]}: correct the value or leave it empty."
            if column.nullable
            else f"Column {column.name} of {raw.label} must hold {EXPECTED[column.type]}, "
            f"got {first[1]!r} in row {first[0]}: correct the value."
        )
