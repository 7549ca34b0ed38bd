"""The tables of the review pages; `migrations` makes them, step by step."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from serving.database.tables import Base


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
