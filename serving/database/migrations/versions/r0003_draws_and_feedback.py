"""Draws that were registered before they were drawn, and the results of inspections that came back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draws",
        sa.Column("draw_id", sa.String(64), nullable=False),
        sa.Column("sector", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", _LONG, nullable=False),
        sa.Column("entry_digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("draw_id", name="pk_draws"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draw_id", sa.String(64), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("entry", _LONG, nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_feedback"),
    )
    op.create_index("ix_feedback_draw_id", "feedback", ["draw_id"])
    op.create_index("ix_feedback_accepted_at", "feedback", ["accepted_at"])


def downgrade() -> None:
    op.drop_index("ix_feedback_accepted_at", "feedback")
    op.drop_index("ix_feedback_draw_id", "feedback")
    op.drop_table("feedback")
    op.drop_table("draws")
