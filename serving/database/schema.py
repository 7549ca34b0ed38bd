"""Is the database of the version that this code needs? Asked at every start, so without Alembic."""

from sqlalchemy import Engine, inspect, text

from serving.database.address import Address

REVISION = "0006"
"""The newest migration; a test holds it to what Alembic finds."""


def ensure_schema(engine: Engine, address: Address) -> None:
    """Make or migrate the tables where they are not those of REVISION; any number of processes may do so at once."""
    if _revision(engine) == REVISION:
        return
    # Alembic is slow to load, and almost every start finds everything in place.
    from serving.database.migrate import migrate

    migrate(engine, address)


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
