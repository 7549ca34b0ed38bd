"""Open the database: the same promises on SQLite and PostgreSQL, and one sentence when it cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from records.errors import ConfigError
from serving.database.address import Address

WAIT_SECONDS = 5
"""How long to wait for a server to answer, or for another process to finish its write to a SQLite file."""

_PATIENCE = f"-c lock_timeout={WAIT_SECONDS}s -c idle_in_transaction_session_timeout=60s"
"""No longer than on SQLite; and a process that hangs does not keep others waiting for ever."""

IMMEDIATE = {"sqlite_begin": "IMMEDIATE"}
"""Execution option of a transaction that will write: SQLite then waits for its turn at the start, where it can."""


def open_engine(address: Address) -> Engine:
    """An engine over the database; a SQLite file that is not there yet is made, for its owner alone to read.

    Raises ConfigError where the driver is missing or the file cannot be made.
    """
    if address.file is not None:
        with told(address):
            address.file.parent.mkdir(parents=True, exist_ok=True)
            address.file.touch(mode=0o600)
        return _sqlite(URL.create("sqlite", database=str(address.file)))
    try:
        return create_engine(
            make_url(address.url),
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": WAIT_SECONDS, "options": _PATIENCE},
        )
    except ImportError as missing:
        raise ConfigError(
            f"The database at {address.place} needs psycopg, which is not installed here; "
            "run `make install`, or pip install 'psycopg[binary]'."
        ) from missing


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Turn what the database or its driver raises into ConfigError, without any value of a row or a password."""
    try:
        yield
    except (SQLAlchemyError, OSError) as fault:
        cause = getattr(fault, "orig", None) or fault
        raise ConfigError(
            f"The database at {address.place} must be usable, got {type(cause).__name__}; "
            "check address, rights, free space and server."
        ) from fault


def _sqlite(url: URL) -> Engine:
    # A file is opened in no time, and a connection that is kept would hold on to a file that was replaced.
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, record: object) -> None:
    # The driver would begin transactions by itself, too late and never around changes of tables.
    connection.isolation_level = None
    # What was committed outlives a power failure; WAL alone only promises that of a process that is killed.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")
