"""Indicators as a file: everyone known at one date, a part at a time, so that no whole population is held."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.build import KEYS_SCHEMA, PART_ENTERPRISES, Frame, Population
from records.errors import DataError
from records.progress import Report, silent


def write_population(
    population: Population, path: Path, progress: Report = silent, part_enterprises: int = PART_ENTERPRISES
) -> int:
    """Write keys and indicators side by side, sorted by enterprise and sector, and return how many rows they are.

    CSV where `path` ends so, Parquet otherwise. Raises DataError where nobody was known: a file without rows would be
    taken for an answer.
    """
    parts = population.parts(part_enterprises)
    if not parts:
        raise DataError(
            f"Indicators need an enterprise known before {population.as_of}, got none; give a later as-of date."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = (_table(population.frame(part)) for part in _told(parts, progress))
    return _write_csv(tables, path) if path.suffix == ".csv" else _write_parquet(tables, path)


def _told(parts: list[list[str]], progress: Report) -> Iterator[list[str]]:
    for done, part in enumerate(parts):
        progress("指标 indicators", done, len(parts))
        yield part
    progress("指标 indicators", len(parts), len(parts))


def _table(frame: Frame) -> pa.Table:
    # With types of its own: a part in which nobody has an office would have no type for it.
    keys = pa.Table.from_pandas(frame.keys, schema=KEYS_SCHEMA, preserve_index=False).replace_schema_metadata()
    values = pa.table(dict(zip(frame.names, frame.values.T, strict=True)))
    return pa.table([*keys.columns, *values.columns], names=[*keys.column_names, *frame.names])


def _write_csv(tables: Iterator[pa.Table], path: Path) -> int:
    rows = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        for table in tables:
            table.to_pandas().to_csv(file, index=False, header=rows == 0)
            rows += table.num_rows
    return rows


def _write_parquet(tables: Iterator[pa.Table], path: Path) -> int:
    first = next(tables)
    rows = 0
    with pq.ParquetWriter(path, first.schema) as file:
        for table in chain([first], tables):
            file.write_table(table)
            rows += table.num_rows
    return rows
