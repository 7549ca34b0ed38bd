"""Turn an adapter's frames into the contract's Parquet tables."""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from records.contract import Column
from records.subjects import SUBJECTS

END_OF_DAY = pd.Timedelta(hours=18)
"""What happens on a day is known that evening, so it counts at the next day's 00:00 (project decision)."""

_ARROW_TYPES = {
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "list": pa.list_(pa.string()),
}


def slug(text: str) -> str:
    """Identifier of a name in a foreign file: lower case, digits and single underscores.

    >>> slug("Nursing Home / Home for the Aged")
    'nursing_home_home_for_the_aged'
    """
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "unnamed"


def with_origin(rows: pd.DataFrame, authority: str, source: str) -> pd.DataFrame:
    """The same rows with producer, provider and responsible party (one authority) and the source system."""
    return rows.assign(producer=authority, provider=authority, responsible=authority, source=source)


def write_tables(out: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write one `SUBJECT.parquet` per frame into `out`, columns in the contract's order and types.

    Nullable columns that a frame lacks are written as null; a column that the contract does not know is an
    error of the adapter (KeyError), as is a required column that is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        subject = SUBJECTS[name]
        unknown = set(frame.columns) - set(subject.column_names)
        if unknown:
            raise KeyError(f"{name} has no column {sorted(unknown)}")
        arrays = [_array(frame, column) for column in subject.columns]
        pq.write_table(pa.table(arrays, names=list(subject.column_names)), out / f"{name}.parquet")


def _array(frame: pd.DataFrame, column: Column) -> pa.Array:
    arrow_type = _ARROW_TYPES[column.type]
    if column.name not in frame.columns and column.nullable:
        return pa.nulls(len(frame), arrow_type)
    return pa.Array.from_pandas(frame[column.name], type=arrow_type)
