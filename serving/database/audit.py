"""The main chain of the audit log in the database: entries are only ever added, one after the other."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from serving.audit.chain import AuditEntry, Fault, Head, faults_of, following
from serving.audit.event import ANCHORED, AuditEvent
from serving.database.store import Store
from serving.database.tables import AuditEntryRow, AuditHeadRow

MAX_ENTRIES = 1_000
"""How many entries are told at once."""


def take_turn(session: Session) -> AuditHeadRow:
    """Wait until nobody else is adding entries, and let nobody do so until this transaction ends; the end of the chain.

    A write that first looks what is there takes its turn first, so that two of them cannot both find nothing.
    """
    # The row of the head is locked on PostgreSQL; a SQLite file is locked as a whole since the transaction began.
    wanted = select(AuditHeadRow).with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).one()


def append(session: Session, event: AuditEvent) -> AuditEntry:
    """Add an entry of this event within the transaction of what it tells: both are kept, or neither is.

    The session must be one that writes (`Store._session(writes=True)`). Until it ends nobody else can add an entry, so
    this comes late in a transaction, or `take_turn` at its very start.
    """
    head = take_turn(session)
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

    def anchors(self) -> dict[str, dict[int, str]]:
        """The digests of lines of the workers' logs, by file and number, as the main chain names them."""
        found: dict[str, dict[int, str]] = {}
        wanted = select(AuditEntryRow.detail).where(AuditEntryRow.kind == ANCHORED)
        with self._session() as session:
            for detail in session.scalars(wanted).yield_per(MAX_ENTRIES):
                line = json.loads(detail)
                found.setdefault(line["log"], {})[line["number"]] = line["digest"]
        return found

    def faults(self, named: Iterable[Head] = ()) -> Iterator[Fault]:
        """Every break of the chain, as of one moment; see `serving.audit.chain.faults_of`.

        `named` are entries that somebody else has written down: each must be there with its digest.
        """
        elsewhere: dict[int, set[str]] = {}
        for head in named:
            elsewhere.setdefault(head.number, set()).add(head.digest)
        with self._session() as session:
            if self._address.file is None:
                # SQLite shows one moment to a whole transaction in any case.
                session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            row = session.scalars(select(AuditHeadRow)).one()
            entries = _compared(_all(session), elsewhere)
            yield from faults_of(entries, Head(row.number, row.digest))
        for number in sorted(elsewhere):
            yield Fault(number, "it is another one than was written down elsewhere, or was removed")


def _compared(entries: Iterable[AuditEntry], elsewhere: dict[int, set[str]]) -> Iterator[AuditEntry]:
    """The entries, while those that are there as they were written down elsewhere are crossed out."""
    for entry in entries:
        if elsewhere.get(entry.number) == {entry.digest}:
            del elsewhere[entry.number]
        yield entry


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
