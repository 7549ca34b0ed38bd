"""Bring the tables to the newest version with Alembic; imported only when there is something to do."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from records.errors import ConfigError
from serving.database.address import Address
from serving.database.engine import IMMEDIATE

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_NUMBER = 0x46656E6A69
"""What processes on PostgreSQL lock while one of them migrates: "Fenji" in ASCII."""


def migrate(engine: Engine, address: Address) -> None:
    """Make or change the tables in one transaction, which one process does while others wait and then find it done.

    Raises ConfigError where a newer version of Fenji has already migrated further.
    """
    with _alone(engine, address) as connection:
        try:
            command.upgrade(alembic_config(connection), "head")
        except CommandError as unknown:
            raise ConfigError(
                f"The database at {address.place} must be of this version of Fenji or an earlier one, it is of a later "
                "one; update Fenji, or name another database."
            ) from unknown


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for one open transaction; no file of settings is read."""
    config = Config()
    # Alembic's settings take % for the start of a name to fill in.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(engine: Engine, address: Address) -> Iterator[Connection]:
    """A transaction of the one process that may migrate."""
    if address.file is None:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
            yield connection
        return
    # The lock is the operating system's: whoever holds it and is killed lets go of it.
    with address.file.with_name(f"{address.file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _turn_to_wal(engine, address)
        with engine.execution_options(**IMMEDIATE).begin() as connection:
            yield connection


def _turn_to_wal(engine: Engine, address: Address) -> None:
    """Let readers and one writer work side by side; SQLite keeps the choice in the file."""
    raw = engine.raw_connection()
    try:
        mode = raw.cursor().execute("PRAGMA journal_mode = WAL").fetchone()[0]
    finally:
        raw.close()
    if mode != "wal":
        raise ConfigError(
            f"A SQLite database must lie on a disk of this machine, {address.place} can only keep a {mode} journal; "
            "name another place, or PostgreSQL."
        )
