"""Where records can lie: a directory of files, a DuckDB file, a PostgreSQL database.

Each place is answered as raw tables, ready to be selected from, by subject.
"""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import ibis
import pyarrow.parquet as pq
from ibis.backends.duckdb import Backend

from records.casts import quoted
from records.errors import DataError
from records.subjects import SUBJECTS

_SUFFIXES = (".parquet", ".csv")
_BATCH_ROWS = 100_000


@dataclass(frozen=True)
class RawTable:
    """One file or database table before casting: name for messages, SQL to select it, column names."""

    label: str
    sql: str
    columns: tuple[str, ...]

    def unreadable(self, error: Exception) -> DataError:
        """The one sentence for a failure of the engine while it read this table."""
        told = str(error)
        if "not utf-8" in told or "Invalid unicode" in told:
            return _not_utf8(self.label)
        line = told.partition("CSV Error on Line: ")[2].partition("\n")[0]
        if line:
            expected = told.partition("Expected Number of Columns: ")[2].partition("\n")[0]
            fields = f"the {expected.replace(' Found: ', ' fields of the header, got ')}" if expected else "CSV"
            return DataError(f"Line {line} of {self.label} must hold {fields}: correct the line and its quotes.")
        return DataError(f"{self.label} cannot be read ({told.splitlines()[0]}): export it again.")


@contextmanager
def open_location(
    connection: Backend, location: str | Path, notes: list[str]
) -> Iterator[Mapping[str, Iterator[RawTable]]]:
    """The raw tables at `location` by subject, in the contract's order, readable while the context lasts.

    What is there and belongs to no subject is told in `notes`.

    Raises
    ------
    DataError
        If there is nothing at the location, or it is no directory, DuckDB file or known address.
    """
    text = str(location)
    scheme = text.partition("://")[0] if "://" in text else ""
    if scheme in ("postgresql", "postgres"):
        with _postgres(connection, text) as tables:
            yield tables
    elif scheme == "duckdb":
        with _duckdb_file(connection, Path(text.partition("://")[2])) as tables:
            yield tables
    elif scheme:
        raise DataError(
            f"Records lie in a directory, a DuckDB file or PostgreSQL, got an address of kind {scheme!r}: "
            "use duckdb:// or postgresql://."
        )
    elif Path(location).is_dir():
        yield _directory(Path(location), notes)
    else:
        with _duckdb_file(connection, Path(location)) as tables:
            yield tables


def _directory(folder: Path, notes: list[str]) -> dict[str, Iterator[RawTable]]:
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")):
            continue
        name = path.stem if path.is_file() and path.suffix in _SUFFIXES else path.name
        if name not in SUBJECTS or (path.is_file() and path.suffix not in _SUFFIXES):
            notes.append(f"Ignored {path.name}: it is no file or folder of a subject.")
            continue
        if name in files:
            if path.is_file() and any(path.samefile(other) for other in files[name]):
                continue  # an import is moving the single file into the folder, and both names are of one file
            raise DataError(
                f"A subject has one file or one folder, got {path.name} beside "
                f"{_entry(files[name][0], folder)} in {folder}: remove one of them."
            )
        files[name] = [path] if path.is_file() else _folder_files(path, notes)
    return {name: (_file(path) for path in files[name]) for name in SUBJECTS if name in files}


def _entry(path: Path, folder: Path) -> str:
    return path.relative_to(folder).parts[0]


def _folder_files(folder: Path, notes: list[str]) -> list[Path]:
    """The files of a subject's folder by name, without hidden ones (such as the _SUCCESS of Spark)."""
    visible = [path for path in sorted(folder.iterdir()) if not path.name.startswith((".", "_"))]
    files = [path for path in visible if path.is_file() and path.suffix in _SUFFIXES]
    notes.extend(f"Ignored {folder.name}/{path.name}: not Parquet or CSV." for path in visible if path not in files)
    if not files:
        raise DataError(
            f"A subject's folder must hold Parquet or CSV files, got none in {folder}: add one or remove it."
        )
    return files


def _file(path: Path) -> RawTable:
    return _parquet(path) if path.suffix == ".parquet" else _csv(path)


def _parquet(path: Path) -> RawTable:
    try:
        names = tuple(pq.read_schema(path).names)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} cannot be read as Parquet; it is truncated or of another format: export it again."
        ) from error
    return RawTable(str(path), f"SELECT * FROM read_parquet({_literal(path)})", names)


def _csv(path: Path) -> RawTable:
    """The header is read here, so that every column can be named, read as text, and cast by the contract."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header = tuple(name.strip() for name in next(csv.reader(lines), []))
    except UnicodeDecodeError as error:
        raise _not_utf8(str(path)) from error
    except (OSError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as CSV ({error}): export it again.") from error
    if not any(header):
        raise DataError(f"{path} must start with a header line, got an empty one: write the column names first.")
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in header)
    return RawTable(
        str(path),
        f"SELECT * FROM read_csv({_literal(path)}, columns = {{{columns}}}, auto_detect = false, "
        "header = true, delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true)",
        header,
    )


def _not_utf8(label: str) -> DataError:
    return DataError(f"{label} must be UTF-8 text, got another encoding (GBK?): save it as UTF-8.")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _literal(path: Path) -> str:
    """A path as SQL text in which no character is a wildcard."""
    return _text("".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path)))


@contextmanager
def _duckdb_file(connection: Backend, path: Path) -> Iterator[dict[str, Iterator[RawTable]]]:
    if not path.is_file():
        raise DataError(f"Records need a directory or a database, got {path}, which is not there: check the path.")
    try:
        connection.raw_sql(f"ATTACH {_text(str(path))} AS given (READ_ONLY)")
    except duckdb.Error as error:
        raise DataError(f"{path} cannot be read as a DuckDB database: give the directory or the database.") from error
    try:
        names = connection.raw_sql(
            "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'given' AND table_schema = 'main'"
        ).fetchall()
        present = {name for (name,) in names}
        yield {name: iter([_attached(connection, path, name)]) for name in SUBJECTS if name in present}
    finally:
        connection.raw_sql("DETACH given")


def _attached(connection: Backend, path: Path, name: str) -> RawTable:
    sql = f"SELECT * FROM given.main.{quoted(name)}"
    columns = tuple(row[0] for row in connection.raw_sql(f"DESCRIBE {sql}").fetchall())
    return RawTable(f"the table {name} of {path}", sql, columns)


@contextmanager
def _postgres(connection: Backend, address: str) -> Iterator[dict[str, Iterator[RawTable]]]:
    """Tables come in Arrow batches, so the whole table is never held twice."""
    parts = urlsplit(address)
    place = f"{parts.hostname}:{parts.port or 5432}{unquote(parts.path)}"
    try:
        database = ibis.connect(address.replace("postgresql://", "postgres://", 1))
    except ImportError as error:
        raise DataError(f"Reading {place} needs the training install (psycopg): run make install.") from error
    except Exception as error:
        raise DataError(
            f"The database at {place} cannot be opened ({type(error).__name__}): check address, user and server."
        ) from error
    try:
        present = set(database.list_tables())
        yield {name: _copied(connection, database, name, place) for name in SUBJECTS if name in present}
    finally:
        database.disconnect()


def _copied(connection: Backend, database: ibis.BaseBackend, name: str, place: str) -> Iterator[RawTable]:
    batches = database.table(name).to_pyarrow_batches(chunk_size=_BATCH_ROWS)
    # A reader can be scanned once; the search for a wrong value needs the table a second time.
    connection.con.register("given_batches", batches)
    connection.raw_sql("CREATE OR REPLACE TEMP TABLE given_copy AS SELECT * FROM given_batches")
    connection.con.unregister("given_batches")
    columns = tuple(database.table(name).columns)
    yield RawTable(f"the table {name} of {place}", "SELECT * FROM given_copy", columns)
    connection.raw_sql("DROP TABLE given_copy")
