"""What Alembic runs for every command: on the transaction that was handed over, which its opener commits."""

from alembic import context

from serving.database import review_tables  # noqa: F401 - declares its tables
from serving.database.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite can change hardly anything of a table in place; a batch makes the table anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
