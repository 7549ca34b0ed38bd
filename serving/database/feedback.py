"""Results of inspections in the database: what is accepted is on disk before a call returns, and there once."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from serving.audit.event import AuditEvent
from serving.database.audit import append, take_turn
from serving.database.store import Store
from serving.database.tables import FeedbackRow
from serving.feedback.result import KeptResult, Outcome, Result, place

_COLUMNS = tuple(KeptResult.__dataclass_fields__)
_AT_ONCE = 500
"""How many ids are asked for in one statement; SQLite takes so many and more."""


class FeedbackStore(Store):
    """Every version of every result by the sender's id."""

    def keep(
        self, results: Sequence[Result], at: datetime, event: Callable[[Sequence[Outcome]], AuditEvent]
    ) -> tuple[list[Outcome], int | None]:
        """Keep the results that are new or supersede others, with one entry of the audit log, all or none of them.

        One outcome per result in their order, and the number of the entry; null where nothing new was kept. `event`
        makes the entry's content of the outcomes.
        """
        with self._session(writes=True) as session:
            entry = take_turn(session).number + 1
            placed = place(results, _versions(session, {result.id for result in results}), at, entry)
            if placed.confirmed:
                session.execute(update(FeedbackRow), [_confirmation(one) for one in placed.confirmed])
            if not placed.new:
                return placed.outcomes, None
            session.execute(insert(FeedbackRow), [vars(one) for one in placed.new])
            append(session, event(placed.outcomes))
            return placed.outcomes, entry

    def results(self) -> Iterator[KeptResult]:
        """Every version of every result, in the order in which they were accepted."""
        wanted = select(FeedbackRow).order_by(FeedbackRow.entry, FeedbackRow.id, FeedbackRow.version)
        with self._session() as session:
            for row in session.scalars(wanted).yield_per(1_000):
                yield _kept(row)


def _confirmation(one: KeptResult) -> dict[str, Any]:
    return {"id": one.id, "version": one.version, "confirmed_at": one.confirmed_at}


def _versions(session: Session, ids: set[str]) -> dict[str, list[KeptResult]]:
    found: dict[str, list[KeptResult]] = {}
    for some in _in_parts(sorted(ids)):
        wanted = select(FeedbackRow).where(FeedbackRow.id.in_(some)).order_by(FeedbackRow.id, FeedbackRow.version)
        for row in session.scalars(wanted):
            found.setdefault(row.id, []).append(_kept(row))
    return found


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _kept(row: FeedbackRow) -> KeptResult:
    return KeptResult(**{name: getattr(row, name) for name in _COLUMNS})
