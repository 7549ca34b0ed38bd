"""Draws in the database, each registered once, and what came of them, each handed in once."""

from sqlalchemy import select

from serving.audit.event import AuditEvent
from serving.database.audit import append, take_turn
from serving.database.store import Store
from serving.database.tables import DrawPlanRow, DrawRow
from serving.draws.draw import Draw, Plan


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

    def latest(self, most: int) -> list[Draw]:
        """The draws that were registered last, the newest first, at most so many."""
        with self._session() as session:
            rows = session.scalars(select(DrawRow).order_by(DrawRow.entry.desc()).limit(most))
            return [_draw(row) for row in rows]

    def hand_in(self, draw_id: str, content: str, event: AuditEvent) -> Plan:
        """Keep what came of a registered draw with its audit entry, unless something is kept; what is kept then."""
        with self._session(writes=True) as session:
            take_turn(session)
            known = session.get(DrawPlanRow, draw_id)
            if known is not None:
                return _plan(known)
            entry = append(session, event)
            plan = Plan(draw_id, content, event.actor, event.at, entry.number, entry.digest)
            session.add(DrawPlanRow(**vars(plan)))
            return plan

    def plan(self, draw_id: str) -> Plan | None:
        """What came of a draw; null where nothing was handed in."""
        with self._session() as session:
            known = session.get(DrawPlanRow, draw_id)
            return None if known is None else _plan(known)

    def planned(self, draw_ids: list[str]) -> set[str]:
        """Those of the draws of which something was handed in."""
        with self._session() as session:
            return set(session.scalars(select(DrawPlanRow.draw_id).where(DrawPlanRow.draw_id.in_(draw_ids))))


def _draw(row: DrawRow) -> Draw:
    return Draw(**{name: getattr(row, name) for name in Draw.__dataclass_fields__})


def _plan(row: DrawPlanRow) -> Plan:
    return Plan(**{name: getattr(row, name) for name in Plan.__dataclass_fields__})
