"""What a person decided or received, kept with its entry of the audit log and numbered by that."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy.orm import DeclarativeBase, Session

from serving.audit.event import AuditEvent, of_caller
from serving.database.audit import append
from serving.decisions.decision import Decision, Second
from serving.decisions.objection import Objection, ObjectionAnswer

Act = TypeVar("Act", Decision, Second, Objection, ObjectionAnswer)


def keep(
    session: Session, kind: str, act: Act, told: Mapping[str, Any], row_of: Callable[[Act], DeclarativeBase]
) -> Act:
    """Add the act's row and its entry of this kind, which tells `told`; the act with its number.

    Both are kept, or neither is, when the session ends (see `serving.database.audit.append`).
    """
    event = AuditEvent(act.at, kind, of_caller(act.token_id), told)
    kept = replace(act, number=append(session, event).number)
    session.add(row_of(kept))
    return kept
