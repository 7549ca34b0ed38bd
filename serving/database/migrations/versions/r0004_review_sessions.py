"""What sessions of the review pages need: the signing key, and keys of forms and sessions that were used up."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_keys"),
    )
    op.create_table(
        "spent_keys",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_spent_keys"),
    )
    op.create_index("ix_spent_keys_until", "spent_keys", ["until"])


def downgrade() -> None:
    op.drop_index("ix_spent_keys_until", "spent_keys")
    op.drop_table("spent_keys")
    op.drop_table("signing_keys")
