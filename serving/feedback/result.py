"""A result of an inspection as it is kept, and what becomes of a row that was sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from serving.audit.chain import canonical
from serving.feedback.bodies import FeedbackResult

Status = Literal["accepted", "superseded", "refused"]


@dataclass(frozen=True)
class Refusal:
    """Why a row is not kept."""

    code: str
    field: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What became of a row; `known` if it was kept before."""

    id: str | None
    status: Status
    known: bool = False
    reason: Refusal | None = None


@dataclass(frozen=True)
class Result:
    """A row that may be kept: `content` is what it says of the inspection, in canonical JSON."""

    id: str
    reported_at: datetime
    draw_id: str | None
    content: str

    @staticmethod
    def of(row: FeedbackResult) -> "Result":
        """The row without its stamp, which says when it was told and nothing of the inspection."""
        content = row.model_dump(mode="json", exclude={"id", "reported_at"})
        return Result(row.id, row.reported_at.astimezone(UTC), row.draw_id, canonical(content))


@dataclass(frozen=True)
class KeptResult:
    """One version of a result in the store, accepted with the entry of the audit log of that number.

    It was first reported at `reported_at`; `confirmed_at` is the latest moment at which the sender said the same.
    """

    id: str
    version: int
    draw_id: str | None
    reported_at: datetime
    confirmed_at: datetime
    accepted_at: datetime
    content: str
    entry: int


@dataclass(frozen=True)
class Placed:
    """What becomes of some rows: their outcomes, the versions that are new, and known ones that were confirmed."""

    outcomes: list[Outcome]
    new: list[KeptResult]
    confirmed: list[KeptResult]


def place(results: Iterable[Result], versions: Mapping[str, Sequence[KeptResult]], at: datetime, entry: int) -> Placed:
    """What becomes of rows beside the versions that are kept by id, the latest last, if they are accepted `at`?

    Rows of one id are taken in turn. Sent again in any order, no row makes another version.
    """
    latest = {id_: list(kept) for id_, kept in versions.items()}
    outcomes: list[Outcome] = []
    new: dict[tuple[str, int], KeptResult] = {}
    confirmed: dict[tuple[str, int], KeptResult] = {}
    for result in results:
        own = latest.setdefault(result.id, [])
        outcome = _outcome(result, own)
        outcomes.append(outcome)
        if outcome.status != "refused" and not outcome.known:
            # Later than the version before, whatever the clocks of two processes say: that is what makes it count.
            since = max(at, own[-1].accepted_at + _MOMENT) if own else at
            own.append(_kept(result, len(own) + 1, since, entry))
            new[result.id, len(own)] = own[-1]
        elif outcome.known and result.reported_at > own[-1].confirmed_at:
            own[-1] = replace(own[-1], confirmed_at=result.reported_at)
            (new if (result.id, len(own)) in new else confirmed)[result.id, len(own)] = own[-1]
    return Placed(outcomes, list(new.values()), list(confirmed.values()))


def _outcome(result: Result, versions: Sequence[KeptResult]) -> Outcome:
    """A row that says what is in force, or what was and was told no later, is known; one that says something else
    supersedes what is kept if it was told later, and is refused otherwise: nobody can say which of the two is right."""
    if not versions:
        return Outcome(result.id, "accepted")
    latest = versions[-1]
    is_later = result.reported_at > latest.confirmed_at
    said = [latest] if is_later else versions
    if any(result.content == one.content for one in said):
        return Outcome(result.id, "accepted", known=True)
    return Outcome(result.id, "superseded") if is_later else Outcome(result.id, "refused", reason=_NOT_NEWER)


_MOMENT = timedelta(microseconds=1)
_NOT_NEWER = Refusal(
    "not_newer",
    "reported_at",
    "A row that differs from the one kept under its id must be reported later than that, it was not; "
    "correct its reported_at, or leave it.",
)


def counts_of(outcomes: Sequence[Outcome]) -> Mapping[str, int]:
    """How many rows were accepted, superseded and refused."""
    statuses = [outcome.status for outcome in outcomes]
    return {status: statuses.count(status) for status in ("accepted", "superseded", "refused")}


def _kept(result: Result, version: int, at: datetime, entry: int) -> KeptResult:
    stamp = result.reported_at
    return KeptResult(result.id, version, result.draw_id, stamp, stamp, at, result.content, entry)


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as it is answered."""
    reason = None if outcome.reason is None else vars(outcome.reason)
    return {"id": outcome.id, "status": outcome.status, "known": outcome.known, "reason": reason}
