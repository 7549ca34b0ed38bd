"""The main chain of the audit log in the database: entries are only ever added, one after the other."""

from collections.abc import Iterator
from dataclasses import asdict, fields

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from serving.audit.chain import AuditEntry, Fault, Head, faults_of, following
from serving.audit.event import AuditEvent
from serving.database.store import Store
from serving.database.tables import AuditEntryRow, AuditHeadRow

MAX_ENTRIES = 1_000
"""How many entries are told at once."""


def append(session: Session, event: AuditEvent) -> AuditEntry:
    """Add an entry of this event within the transaction of what it tells: both are kept, or neither is.

    The session must be one that writes (`Store._session(writes=True)`). Until it ends nobody else can add an entry, so
    this is the last thing that a transaction does.
    """
    # The row of the head is locked on PostgreSQL; a SQLite file is locked as a whole since the transaction began.
    wanted = select(AuditHeadRow).with_for_update().execution_options(populate_existing=True)
    head = session.scalars(wanted).one()
    entry = following(Head(head.number, head.digest), event)
    session.add(AuditEntryRow(**asdict(entry)))
    head.number, head.digest = entry.number, entry.digest
    session.flush()
    return entry


class AuditStore(Store):
    """Reads the main chain, and adds events that stand for themselves."""

    def record(self, event: AuditEvent) -> AuditEntry:
        """Add one event; it is kept when this returns."""
        with self._session(writes=True) as session:
            return append(session, event)

    def head(self) -> Head:
        """The last entry as the head tells it."""
        with self._session() as session:
            row = session.scalars(select(AuditHeadRow)).one()
            return Head(row.number, row.digest)

    def entries(self, after: int = 0, limit: int = MAX_ENTRIES) -> list[AuditEntry]:
        """At most `limit` entries whose number is greater than `after`, in the order of their numbers."""
        with self._session() as session:
            return _page(session, after, limit)

    def faults(self) -> Iterator[Fault]:
        """Every break of the chain, as of one moment; see `serving.audit.chain.faults_of`."""
        with self._session() as session:
            if self._address.file is None:
                # SQLite shows one moment to a whole transaction in any case.
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            row = session.scalars(select(AuditHeadRow)).one()
            yield from faults_of(_all(session), Head(row.number, row.digest))


def _all(session: Session) -> Iterator[AuditEntry]:
    after = -(2**62)
    while page := _page(session, after, MAX_ENTRIES):
        yield from page
        after = page[-1].number


def _page(session: Session, after: int, limit: int) -> list[AuditEntry]:
    wanted = select(AuditEntryRow).where(AuditEntryRow.number > after).order_by(AuditEntryRow.number).limit(limit)
    return [_entry(row) for row in session.scalars(wanted)]


def _entry(row: AuditEntryRow) -> AuditEntry:
    return AuditEntry(**{field.name: getattr(row, field.name) for field in fields(AuditEntry)})
