"""Draws in the database, each registered once."""

from sqlalchemy import select

from serving.audit.event import AuditEvent
from serving.database.audit import append, take_turn
from serving.database.store import Store
from serving.database.tables import DrawRow
from serving.draws.draw import Draw

_COLUMNS = tuple(Draw.__dataclass_fields__)


class DrawStore(Store):
    """Draws by the sender's id."""

    def register(self, draw_id: str, sector: str, content: str, event: AuditEvent) -> Draw:
        """Keep a draw with its entry in the audit log, unless one of this id is kept; the one that is kept then."""
        with self._session(writes=True) as session:
            take_turn(session)
            known = session.get(DrawRow, draw_id)
            if known is not None:
                return _draw(known)
            entry = append(session, event)
            draw = Draw(draw_id, sector, content, event.actor, event.at, entry.number, entry.digest)
            session.add(DrawRow(**vars(draw)))
            return draw

    def find(self, draw_ids: list[str]) -> dict[str, Draw]:
        """Those draws that are registered, by id."""
        with self._session() as session:
            rows = session.scalars(select(DrawRow).where(DrawRow.draw_id.in_(draw_ids)))
            return {row.draw_id: _draw(row) for row in rows}


def _draw(row: DrawRow) -> Draw:
    return Draw(**{name: getattr(row, name) for name in _COLUMNS})
