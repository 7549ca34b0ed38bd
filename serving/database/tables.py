"""The tables of the service's database, as SQLAlchemy declares them; `migrations` makes them, step by step."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

LongInteger = BigInteger().with_variant(Integer(), "sqlite")
"""A number of 64 bits, which SQLite keeps as the row's own."""


class Instant(TypeDecorator[datetime]):
    """A moment with its zone; kept as UTC, which SQLite, knowing no zones, gives back without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table; constraints have names of their own, so that a later migration can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: dict[Any, Any] = {datetime: Instant}  # noqa: RUF012 - SQLAlchemy's own name


class TokenRow(Base):
    """One token; a row is never deleted, so that an event's `token_id` can always be told. Null scope: everything."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(16))
    sectors: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    stations: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_on: Mapped[date | None] = mapped_column(Date)


class AuditEntryRow(Base):
    """One entry of the main chain, as `serving.audit.chain` declares it. Rows are only ever added: triggers see to it.

    Numbers are given by the chain, so that none is missing.
    """

    __tablename__ = "audit_entries"

    number: Mapped[int] = mapped_column(LongInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(32), index=True)
    actor: Mapped[str] = mapped_column(String(80))
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """The end of the main chain, in one row with the id 1: who adds an entry locks it, so that entries come in turn."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(LongInteger)
    digest: Mapped[str] = mapped_column(String(64))


class DrawRow(Base):
    """One draw as it was registered before it was drawn (`serving.draws.draw`); `content` is canonical JSON."""

    __tablename__ = "draws"

    draw_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sector: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(80))
    registered_at: Mapped[datetime]
    entry: Mapped[int] = mapped_column(LongInteger)
    entry_digest: Mapped[str] = mapped_column(String(64))


class DrawPlanRow(Base):
    """What came of a draw (`serving.draws.draw`), handed in once; `content` is canonical JSON."""

    __tablename__ = "draw_plans"

    draw_id: Mapped[str] = mapped_column(String(64), ForeignKey("draws.draw_id"), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(80))
    received_at: Mapped[datetime]
    entry: Mapped[int] = mapped_column(LongInteger)
    entry_digest: Mapped[str] = mapped_column(String(64))


class FeedbackRow(Base):
    """One version of an inspection result as a sender told it (`serving.feedback.result`); the highest one counts.

    `content` is the row as it was sent, in canonical JSON. `draw_id` is null for an inspection outside any draw.
    """

    __tablename__ = "feedback"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    draw_id: Mapped[str | None] = mapped_column(String(64), index=True)
    reported_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    accepted_at: Mapped[datetime] = mapped_column(index=True)
    content: Mapped[str] = mapped_column(Text)
    entry: Mapped[int] = mapped_column(LongInteger)
