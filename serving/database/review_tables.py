"""The tables of the review pages; `migrations` makes them, step by step."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.database.tables import Base, LongInteger


class SigningKeyRow(Base):
    """The key that signs what browsers keep for the review pages; one row."""

    __tablename__ = "signing_keys"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(32))


class SpentKeyRow(Base):
    """A form that was sent or a session that was ended; it counts no more, and from `until` on would not anyway."""

    __tablename__ = "spent_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)


class DecisionRow(Base):
    """One decision, as `serving.decisions.decision` declares it. Rows are only ever added.

    The number is that of its entry in the audit log: entries come in turn, so that whoever read up to a number has
    missed none before it.
    """

    __tablename__ = "decisions"

    number: Mapped[int] = mapped_column(LongInteger, primary_key=True, autoincrement=False)
    enterprise_id: Mapped[str] = mapped_column(String(64), index=True)
    sector: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[str] = mapped_column(String(16))
    tier_rank: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    expires_on: Mapped[date | None] = mapped_column(Date)
    release: Mapped[str] = mapped_column(String(64))
    snapshot: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date] = mapped_column(Date)
    model_rank: Mapped[int]
    model_source: Mapped[str] = mapped_column(String(16))
    token_id: Mapped[str | None] = mapped_column(String(12))
    at: Mapped[datetime]


class SecondRow(Base):
    """What a second person said of a decision; numbered like it."""

    __tablename__ = "decision_seconds"

    number: Mapped[int] = mapped_column(LongInteger, primary_key=True, autoincrement=False)
    decision: Mapped[int] = mapped_column(ForeignKey("decisions.number"), unique=True)
    is_granted: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    token_id: Mapped[str | None] = mapped_column(String(12))
    at: Mapped[datetime]


class ObjectionRow(Base):
    """One objection, as `serving.decisions.objection` declares it; numbered like a decision."""

    __tablename__ = "objections"

    number: Mapped[int] = mapped_column(LongInteger, primary_key=True, autoincrement=False)
    enterprise_id: Mapped[str] = mapped_column(String(64), index=True)
    sector: Mapped[str] = mapped_column(String(64))
    received_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    grounds: Mapped[str] = mapped_column(Text)
    token_id: Mapped[str | None] = mapped_column(String(12))
    at: Mapped[datetime]


class ObjectionAnswerRow(Base):
    """How an objection was answered; there is one answer."""

    __tablename__ = "objection_answers"

    number: Mapped[int] = mapped_column(LongInteger, primary_key=True, autoincrement=False)
    objection: Mapped[int] = mapped_column(ForeignKey("objections.number"), unique=True)
    outcome: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    token_id: Mapped[str | None] = mapped_column(String(12))
    at: Mapped[datetime]
