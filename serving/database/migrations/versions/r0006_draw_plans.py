"""What came of draws: who was drawn by which seed, and who inspects them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "draw_plans",
        sa.Column("draw_id", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("draw_id", name="pk_draw_plans"),
        sa.ForeignKeyConstraint(["draw_id"], ["draws.draw_id"], name="fk_draw_plans_draw_id"),
    )


def downgrade() -> None:
    op.drop_table("draw_plans")
