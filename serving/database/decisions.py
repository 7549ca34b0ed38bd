"""Decisions about tiers in the database; each is an entry of the audit log in the same transaction."""

from collections.abc import Iterable
from dataclasses import replace
from heapq import merge
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.errors import RequestError
from serving.database.kept import keep
from serving.database.review_tables import DecisionRow, SecondRow
from serving.database.store import Store
from serving.decisions.decision import Decision, Second, Seen, Verdict, content_digest


class DecisionStore(Store):
    """Adds decisions and what second persons say of them, and tells them again."""

    def decide(self, decision: Decision) -> Decision:
        """Keep a decision; what it is with its number."""
        with self._session(writes=True) as session:
            return keep(session, "tier_decided", decision, decision.told(), _row)

    def second(self, second: Second) -> Decision:
        """Keep what a second person says of a decision that waits for one; the decision with it.

        Raises RequestError: 404 for a decision that there is not, 409 for one that waits for nobody (any more), 403
        where the second person is the first, or cannot be told from them because no token was shown.
        """
        with self._session(writes=True) as session:
            decision = _waiting(session, second)
            told = {"decision": second.decision, "is_granted": second.is_granted, "content": content_digest(second)}
            kept = keep(session, "tier_seconded", second, told, lambda one: SecondRow(**vars(one)))
            return replace(decision, second=kept)

    def news(self, after: int) -> Iterable[Decision | Second]:
        """What was added since the entry of this number, in the order of the numbers."""
        with self._session() as session:
            rows = session.scalars(select(DecisionRow).where(DecisionRow.number > after).order_by(DecisionRow.number))
            seconds = session.scalars(select(SecondRow).where(SecondRow.number > after).order_by(SecondRow.number))
            entries: list[list[Decision | Second]] = [
                [_decision(row, None) for row in rows],
                [_second(row) for row in seconds],
            ]
        return list(merge(*entries, key=lambda entry: entry.number))

    def of_enterprise(self, enterprise_id: str, sector: str) -> list[Decision]:
        """Every decision about an enterprise in a sector, the newest first."""
        with self._session() as session:
            return _with_seconds(session, DecisionRow.enterprise_id == enterprise_id, DecisionRow.sector == sector)

    def of_numbers(self, numbers: Iterable[int]) -> list[Decision]:
        """The decisions of these numbers, the newest first."""
        with self._session() as session:
            return _with_seconds(session, DecisionRow.number.in_(list(numbers)))


def _waiting(session: Session, second: Second) -> Decision:
    found = _with_seconds(session, DecisionRow.number == second.decision)
    if not found:
        raise RequestError(
            "unknown_decision", "decision", "A decision is named by its number, none has this one; look it up.", 404
        )
    decision = found[0]
    newer = _with_seconds(
        session,
        DecisionRow.enterprise_id == decision.enterprise_id,
        DecisionRow.sector == decision.sector,
        DecisionRow.number > decision.number,
    )
    if decision.is_granted is not None or any(one.is_ruling for one in newer):
        raise RequestError(
            "not_waiting",
            "decision",
            "A decision is seconded once, while no newer one has replaced it; open its page and see where it stands.",
            409,
        )
    if second.token_id is None or second.token_id == decision.token_id:
        raise RequestError(
            "same_person",
            "decision",
            "An override to the low tier takes two persons, each with a token of their own; let another one decide.",
            403,
        )
    return decision


def _with_seconds(session: Session, *conditions: Any) -> list[Decision]:
    wanted = (
        select(DecisionRow, SecondRow)
        .outerjoin(SecondRow, SecondRow.decision == DecisionRow.number)
        .where(*conditions)
        .order_by(DecisionRow.number.desc())
    )
    return [_decision(row, second) for row, second in session.execute(wanted)]


def _row(decision: Decision) -> DecisionRow:
    return DecisionRow(
        number=decision.number,
        enterprise_id=decision.enterprise_id,
        sector=decision.sector,
        verdict=decision.verdict,
        tier_rank=decision.tier_rank,
        reason=decision.reason,
        expires_on=decision.expires_on,
        release=decision.seen.release,
        snapshot=decision.seen.snapshot,
        as_of=decision.seen.as_of,
        model_rank=decision.seen.tier_rank,
        model_source=decision.seen.source,
        token_id=decision.token_id,
        at=decision.at,
    )


def _decision(row: DecisionRow, second: SecondRow | None) -> Decision:
    return Decision(
        enterprise_id=row.enterprise_id,
        sector=row.sector,
        verdict=cast(Verdict, row.verdict),
        tier_rank=row.tier_rank,
        reason=row.reason,
        expires_on=row.expires_on,
        seen=Seen(row.release, row.snapshot, row.as_of, row.model_rank, row.model_source),
        token_id=row.token_id,
        at=row.at,
        number=row.number,
        second=None if second is None else _second(second),
    )


def _second(row: SecondRow) -> Second:
    return Second(row.decision, row.is_granted, row.note, row.token_id, row.at, row.number)
