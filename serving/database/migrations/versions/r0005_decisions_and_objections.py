"""Decisions of reviewers, what second persons said of them, objections of enterprises and their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "decisions",
        _number(),
        sa.Column("enterprise_id", sa.String(64), nullable=False),
        sa.Column("sector", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("tier_rank", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("snapshot", sa.String(64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("model_rank", sa.Integer(), nullable=False),
        sa.Column("model_source", sa.String(16), nullable=False),
        *_by_whom(),
        sa.PrimaryKeyConstraint("number", name="pk_decisions"),
    )
    op.create_index("ix_decisions_enterprise_id", "decisions", ["enterprise_id"])
    op.create_table(
        "decision_seconds",
        _number(),
        sa.Column("decision", _LONG, nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        *_by_whom(),
        sa.PrimaryKeyConstraint("number", name="pk_decision_seconds"),
        sa.UniqueConstraint("decision", name="uq_decision_seconds_decision"),
        sa.ForeignKeyConstraint(["decision"], ["decisions.number"], name="fk_decision_seconds_decision"),
    )
    op.create_table(
        "objections",
        _number(),
        sa.Column("enterprise_id", sa.String(64), nullable=False),
        sa.Column("sector", sa.String(64), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        *_by_whom(),
        sa.PrimaryKeyConstraint("number", name="pk_objections"),
    )
    op.create_index("ix_objections_enterprise_id", "objections", ["enterprise_id"])
    op.create_table(
        "objection_answers",
        _number(),
        sa.Column("objection", _LONG, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *_by_whom(),
        sa.PrimaryKeyConstraint("number", name="pk_objection_answers"),
        sa.UniqueConstraint("objection", name="uq_objection_answers_objection"),
        sa.ForeignKeyConstraint(["objection"], ["objections.number"], name="fk_objection_answers_objection"),
    )


def downgrade() -> None:
    op.drop_table("objection_answers")
    op.drop_index("ix_objections_enterprise_id", "objections")
    op.drop_table("objections")
    op.drop_table("decision_seconds")
    op.drop_index("ix_decisions_enterprise_id", "decisions")
    op.drop_table("decisions")


_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _number() -> sa.Column[int]:
    return sa.Column("number", _LONG, autoincrement=False, nullable=False)


def _by_whom() -> tuple[sa.Column[str], sa.Column[object]]:
    return (
        sa.Column("token_id", sa.String(12), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
