"""Records that lie as Parquet, read, typed and judged by Spark as `records` does it by DuckDB.

What is judged is the same rules (`records.rules`); what is written here again is only how Spark casts a column and
finds rows that stand twice. Files other than Parquet are left to DuckDB: who has too many records for one machine has
them in Parquet.
"""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from features.dialects import sql_of
from features.spark.session import SIDE_BY_SIDE, Spark
from features.timeline import given, given_name, made_versions, versions, versions_name
from records.casts import EXPECTED
from records.contract import Column, ColumnType, Subject
from records.errors import DataError
from records.rules import all_hold, rules_of
from records.subjects import SUBJECTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_LOG = logging.getLogger(__name__)

SQL_TYPES: dict[ColumnType, str] = {
    "string": "STRING",
    "date": "DATE",
    # Without a zone: Spark's TIMESTAMP is an instant, and would be shown in the zone of whoever looks.
    "timestamp": "TIMESTAMP_NTZ",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "list": "ARRAY<STRING>",
}
_WHOLE = {"tinyint", "smallint", "int", "bigint"}
_TAKEN: dict[ColumnType, set[str]] = {
    "string": {"string"},
    "date": {"date"},
    "timestamp": {"timestamp_ntz", "timestamp", "date"},
    "int": _WHOLE,
    "float": {"float", "double", *_WHOLE},
    "bool": {"boolean"},
    "list": {"array<string>"},
}
"""The types of Parquet, as Spark names them, that hold a column of the contract without a loss."""


def give_records(spark: Spark, location: str) -> None:
    """Let the steps find the records at `location` that keep the contract, as `records.check.load_records` does.

    `location` is a directory that every worker reads under this name, local, `hdfs://` or of another file system that
    the cluster knows, with `SUBJECT.parquet` (a file or a folder) or `SUBJECT/` for each subject. How many rows are
    not used is logged as a warning.

    Raises
    ------
    DataError
        If `enterprises` or a required column is missing, a file is no Parquet, or a column is of another type.
    """
    _refuse_other_files(location)
    give = partial(_give, spark, location)
    first, *events = SUBJECTS.values()
    # Enterprises first: an event of an enterprise without an accepted row is not used.
    unused = give(first)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        unused += sum(pool.map(give, events))
    if unused:
        _LOG.warning("%d row(s) break the contract and are not used; fenji check tells which and why.", unused)


def _refuse_other_files(location: str) -> None:
    for name in SUBJECTS:
        path = Path(location) / f"{name}.csv"
        if path.is_file():
            raise DataError(f"Spark reads Parquet, got {path}: write it as Parquet, or use --engine duckdb.")


def _give(spark: Spark, location: str, subject: Subject) -> int:
    """Make the versions of the subject's rows that keep the contract; how many rows are not used?"""
    step = versions_name(subject.name), sql_of(versions(subject.name, given(subject.name)), "pyspark")
    raw = _read(spark, subject, location)
    if raw is None:
        empty = ", ".join(f"CAST(NULL AS {SQL_TYPES[column.type]}) AS `{column.name}`" for column in subject.columns)
        spark.look_up((given_name(subject.name), f"SELECT {empty} WHERE FALSE"), step)
        return 0
    raw.selectExpr(*_typed_columns(subject, raw, location)).createOrReplaceTempView(f"typed_{subject.name}")
    once = f"once_{subject.name}"
    spark.look_up((once, _each_once(spark, subject)))
    rows = ibis.table(given(subject.name).schema(), name=once)
    kept = rows.filter(all_hold(rules_of(subject), rows))
    if subject.is_event:
        kept = kept.semi_join(made_versions("enterprises"), "enterprise_id")
    spark.look_up((given_name(subject.name), sql_of(kept, "pyspark")))
    spark.make(step)
    return raw.count() - spark.count(step[0])


def _read(spark: Spark, subject: Subject, location: str) -> "DataFrame | None":
    from py4j.protocol import Py4JError
    from pyspark.errors import AnalysisException, PySparkException

    for path in (f"{location}/{subject.name}.parquet", f"{location}/{subject.name}"):
        try:
            return spark.session.read.parquet(path)
        except (Py4JError, PySparkException) as error:
            if not (isinstance(error, AnalysisException) and error.getCondition() == "PATH_NOT_FOUND"):
                raise DataError(f"{path} cannot be read as Parquet: export it again.") from None
    if subject.name == "enterprises":
        raise DataError(
            f"The records at {location} have no enterprises, the one subject that is required: add enterprises.parquet."
        )
    return None


def _typed_columns(subject: Subject, raw: "DataFrame", location: str) -> Iterator[str]:
    found = dict(raw.dtypes)
    for column in subject.columns:
        kind = found.get(column.name, "void")
        if column.name not in found and not column.nullable:
            raise DataError(f"{subject.name} at {location} must have the column {column.name}, it has not: add it.")
        if kind != "void" and kind not in _TAKEN[column.type]:
            raise DataError(
                f"Column {column.name} of {subject.name} at {location} must hold {EXPECTED[column.type]}, Spark found "
                f"{kind}: write it with that type, or use --engine duckdb, which converts it."
            )
        yield f"{_value(column, column.name in found)} AS `{column.name}`"


def _value(column: Column, is_there: bool) -> str:
    value = f"CAST({f'`{column.name}`' if is_there else 'NULL'} AS {SQL_TYPES[column.type]})"
    if column.type == "string":
        return f"NULLIF(TRIM({value}), '')"
    if column.type == "list":
        trimmed = f"TRANSFORM(COALESCE({value}, ARRAY()), item -> TRIM(item))"
        return f"ARRAY_SORT(ARRAY_DISTINCT(FILTER({trimmed}, item -> item <> '')))"
    return value


def _each_once(spark: Spark, subject: Subject) -> str:
    """SQL for the rows of which no other has the same key; equal rows count as one, different ones as none."""
    typed, keys = f"typed_{subject.name}", ", ".join(subject.key)
    repeated = f"repeated_{subject.name}"
    spark.look_up((repeated, f"SELECT {keys} FROM {typed} GROUP BY {keys} HAVING COUNT(*) > 1"))
    if spark.frame(f"SELECT * FROM {repeated} LIMIT 1").isEmpty():
        return f"SELECT * FROM {typed}"
    suspects = f"(SELECT DISTINCT * FROM {typed} LEFT SEMI JOIN {repeated} USING ({keys}))"
    single = f"SELECT {keys} FROM {suspects} GROUP BY {keys} HAVING COUNT(*) = 1"
    columns = ", ".join(f"`{name}`" for name in subject.column_names)
    return (
        f"SELECT {columns} FROM {typed} LEFT ANTI JOIN {repeated} USING ({keys}) UNION ALL "
        f"SELECT {columns} FROM {suspects} LEFT SEMI JOIN ({single}) USING ({keys})"
    )
