"""The database in which records are held while they are worked on: in memory, and on disk where that is too little."""

import os
import re
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import duckdb
import ibis
from ibis.backends.duckdb import Backend

from records.casts import SQL_TYPES, quoted
from records.contract import TIMEZONE
from records.errors import ConfigError
from records.subjects import SUBJECTS
from records.threads import told_threads

MEMORY_VARIABLE = "FENJI_MEMORY"
DEFAULT_MEMORY = "2GB"
"""Enough for a city's records; a province's then lie on disk in part (project decision: a small machine is enough)."""

COMPRESSED_ABOVE = 0.5
"""Share of that memory above which what is stored is compressed (project decision). It then takes a quarter of the room
and twice the time to be read in, and what looks at it less time; a city's records are not."""
LEAST_MEMORY = 500 * 10**6
"""Bytes; of a hundred thousand enterprises a single step needs about as many at once."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(KB|MB|GB|TB)", re.IGNORECASE)
_UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def open_engine(names: Collection[str] = tuple(SUBJECTS)) -> Backend:
    """A database that holds an empty table per subject named.

    It takes no more threads than OMP_NUM_THREADS allows, and no more memory than FENJI_MEMORY says, such as `2GB`: what
    is more lies in the folder for temporary files until the database is closed.

    Raises ConfigError where FENJI_MEMORY is no size, or one that no work can be done in (LEAST_MEMORY).
    """
    memory = _allowed_bytes()
    connection = ibis.duckdb.connect()
    # The first database of a connection, in memory, cannot be compressed.
    connection.raw_sql("ATTACH ':memory:' AS store (COMPRESS)")
    connection.raw_sql("USE store")
    # Nor is what fits: see `spare_memory`.
    connection.raw_sql("SET checkpoint_threshold = '1TB'")
    connection.raw_sql(f"SET TimeZone = '{TIMEZONE}'")
    _limit(connection, memory)
    # Its own bar, of each statement by itself, would be drawn across ours. In a notebook without widgets it has none.
    with suppress(duckdb.InvalidInputException):
        connection.raw_sql("SET enable_progress_bar = false")
    for name in names:
        columns = ", ".join(f"{quoted(column.name)} {SQL_TYPES[column.type]}" for column in SUBJECTS[name].columns)
        connection.raw_sql(f"CREATE TABLE {quoted(name)} ({columns})")
    return connection


def spare_memory(connection: Backend) -> None:
    """Have what is stored compressed, where much of the memory is taken (COMPRESSED_ABOVE)."""
    ((taken,),) = connection.con.execute(
        "SELECT sum(memory_usage_bytes + temporary_storage_bytes) FROM duckdb_memory()"
    ).fetchall()
    if taken > COMPRESSED_ABOVE * _allowed_bytes():
        connection.raw_sql("CHECKPOINT store")


def _limit(connection: Backend, memory: int) -> None:
    # Where nothing is said DuckDB knows best: it sees what a container allows.
    if told := told_threads():
        connection.raw_sql(f"SET threads = {told}")
    connection.con.execute("SET memory_limit = ?", [f"{memory // 1000}KB"])
    # A folder of its own, made when it is needed: two databases would take each other's files for theirs.
    spill = Path(tempfile.gettempdir()) / f"fenji-{uuid4().hex}"
    connection.con.execute("SET temp_directory = ?", [str(spill)])


def _allowed_bytes() -> int:
    text = os.environ.get(MEMORY_VARIABLE) or DEFAULT_MEMORY
    size = _SIZE.fullmatch(text.strip())
    bytes_ = round(float(size[1]) * _UNITS[size[2].upper()]) if size else 0
    if bytes_ < LEAST_MEMORY:
        raise ConfigError(
            f"{MEMORY_VARIABLE} must be a size of at least {LEAST_MEMORY // 10**6} MB such as {DEFAULT_MEMORY}, "
            f"got {text!r}; set it so or leave it out."
        )
    return bytes_
