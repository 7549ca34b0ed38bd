"""The audit log of a database, changed behind the service's back."""

from sqlalchemy import text

from serving.database.address import Address
from serving.database.engine import open_engine


def tamper(address: Address, statement: str) -> None:
    """What somebody with all rights over the database can do."""
    engine = open_engine(address)
    with engine.begin() as connection:
        if address.file is None:
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
        else:
            for verb in ("UPDATE", "DELETE"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entries_no_{verb}"))
        connection.execute(text(statement))
    engine.dispose()
