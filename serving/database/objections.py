"""Objections of enterprises in the database; each step is an entry of the audit log in the same transaction."""

from dataclasses import replace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.errors import RequestError
from serving.database.kept import keep
from serving.database.review_tables import ObjectionAnswerRow, ObjectionRow
from serving.database.store import Store
from serving.decisions.decision import content_digest
from serving.decisions.objection import Objection, ObjectionAnswer, Outcome


class ObjectionStore(Store):
    """Adds objections and their answers, and tells them again."""

    def receive(self, objection: Objection) -> Objection:
        """Keep an objection; what it is with its number."""
        with self._session(writes=True) as session:
            return keep(session, "objection_received", objection, objection.told(), _row)

    def answer(self, answer: ObjectionAnswer) -> Objection:
        """Keep the answer to an objection; the objection with it.

        Raises RequestError: 404 for an objection that there is not, 409 for one that was answered before.
        """
        with self._session(writes=True) as session:
            found = _objections(session, ObjectionRow.number == answer.objection)
            if not found:
                raise RequestError(
                    "unknown_objection", "objection", "An objection is named by its number, none has this one.", 404
                )
            if found[0].answer is not None:
                raise RequestError(
                    "already_answered", "objection", "An objection is answered once, this one has its answer.", 409
                )
            told = {"objection": answer.objection, "outcome": answer.outcome, "content": content_digest(answer)}
            kept = keep(session, "objection_answered", answer, told, lambda one: ObjectionAnswerRow(**vars(one)))
            return replace(found[0], answer=kept)

    def of_enterprise(self, enterprise_id: str, sector: str) -> list[Objection]:
        """Every objection of an enterprise in a sector, the newest first."""
        with self._session() as session:
            return _objections(session, ObjectionRow.enterprise_id == enterprise_id, ObjectionRow.sector == sector)

    def open(self) -> list[Objection]:
        """Every objection that is not answered, the one due first in front."""
        with self._session() as session:
            found = _objections(session, ObjectionAnswerRow.number.is_(None))
        return sorted(found, key=lambda one: (one.due_on, one.number))

    def numbered(self, number: int) -> Objection | None:
        """The objection of this number; null where there is none."""
        with self._session() as session:
            found = _objections(session, ObjectionRow.number == number)
        return found[0] if found else None


def _objections(session: Session, *conditions: Any) -> list[Objection]:
    wanted = (
        select(ObjectionRow, ObjectionAnswerRow)
        .outerjoin(ObjectionAnswerRow, ObjectionAnswerRow.objection == ObjectionRow.number)
        .where(*conditions)
        .order_by(ObjectionRow.number.desc())
    )
    return [_objection(row, answer) for row, answer in session.execute(wanted)]


def _row(objection: Objection) -> ObjectionRow:
    return ObjectionRow(**{name: value for name, value in vars(objection).items() if name != "answer"})


def _objection(row: ObjectionRow, answer: ObjectionAnswerRow | None) -> Objection:
    return Objection(
        row.enterprise_id,
        row.sector,
        row.received_on,
        row.due_on,
        row.grounds,
        row.token_id,
        row.at,
        row.number,
        None if answer is None else _answer(answer),
    )


def _answer(row: ObjectionAnswerRow) -> ObjectionAnswer:
    return ObjectionAnswer(row.objection, cast(Outcome, row.outcome), row.text, row.token_id, row.at, row.number)
