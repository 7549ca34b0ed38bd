"""One hash-chained audit log, which takes over the events of access."""

import json
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

from serving.audit.chain import Head, following
from serving.audit.event import AuditEvent, of_caller, of_command

revision = "0002"
down_revision = "0001"

_LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ABOUT_LISTS = ("request_id", "purpose", "subjects", "hits", "intercepted", "extract")
_EVENTS = (
    sa.Column("id", _LONG, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("token_id", sa.String(12), nullable=True),
    sa.Column("actor", sa.String(64), nullable=True),
    sa.Column("request_id", sa.String(36), nullable=True),
    sa.Column("purpose", sa.String(32), nullable=True),
    sa.Column("subjects", sa.Integer(), nullable=True),
    sa.Column("hits", sa.Integer(), nullable=True),
    sa.Column("intercepted", sa.Integer(), nullable=True),
    sa.Column("extract", sa.String(64), nullable=True),
)
_REFUSAL = "entries of the audit log are only ever added"
_SQLITE_TRIGGERS = [
    f"CREATE TRIGGER audit_entries_no_{verb} BEFORE {verb} ON audit_entries "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for verb in ("UPDATE", "DELETE")
]
_POSTGRES_TRIGGERS = [
    "CREATE FUNCTION audit_entries_are_added() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_are_added()",
]


def upgrade() -> None:
    entries = op.create_table(
        "audit_entries",
        sa.Column("number", _LONG, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_kind", "audit_entries", ["kind"])
    ends = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", _LONG, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    head = Head()
    events = sa.table("access_events", *(sa.column(column.name, column.type) for column in _EVENTS))
    for row in op.get_bind().execute(sa.select(events).order_by(events.c.id)).mappings():
        entry = following(head, _event(row))
        op.bulk_insert(entries, [vars(entry)])
        head = entry.head
    op.bulk_insert(ends, [{"id": 1, **vars(head)}])
    for statement in _SQLITE_TRIGGERS if _is_sqlite() else _POSTGRES_TRIGGERS:
        op.execute(statement)
    op.drop_index("ix_access_events_at", "access_events")
    op.drop_table("access_events")


def downgrade() -> None:
    """Back to events of access; entries of other kinds have no place there and are lost."""
    events = op.create_table("access_events", *_EVENTS, sa.PrimaryKeyConstraint("id", name="pk_access_events"))
    op.create_index("ix_access_events_at", "access_events", ["at"])
    entries = sa.table(
        "audit_entries",
        *(sa.column(name) for name in ("number", "kind", "actor", "detail")),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    wanted = entries.c.kind.in_(("token_created", "token_revoked", "lists_checked"))
    for row in op.get_bind().execute(sa.select(entries).where(wanted).order_by(entries.c.number)).mappings():
        op.bulk_insert(events, [_row(row)])
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entries_kind", "audit_entries")
    op.drop_table("audit_entries")
    if not _is_sqlite():
        op.execute("DROP FUNCTION audit_entries_are_added()")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _event(row: Any) -> AuditEvent:
    """What the audit log says of an event of access: a check of the lists is by its caller, a token by a command."""
    at = row["at"].replace(tzinfo=UTC) if row["at"].tzinfo is None else row["at"]
    if row["kind"] == "lists_checked":
        return AuditEvent(at, row["kind"], of_caller(row["token_id"]), {name: row[name] for name in _ABOUT_LISTS})
    return AuditEvent(at, row["kind"], of_command(row["actor"] or ""), {"token": row["token_id"]})


def _row(entry: Any) -> dict[str, Any]:
    detail = json.loads(entry["detail"])
    row: dict[str, Any] = {"at": entry["at"], "kind": entry["kind"], "token_id": None, "actor": None}
    row |= dict.fromkeys(_ABOUT_LISTS)
    who, _, name = entry["actor"].partition(":")
    if entry["kind"] == "lists_checked":
        return row | {one: detail[one] for one in _ABOUT_LISTS} | {"token_id": name if who == "token" else None}
    return row | {"token_id": detail["token"], "actor": name}
