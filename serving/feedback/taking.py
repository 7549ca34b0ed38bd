"""Take a call's rows: judge each, keep those that may be kept, and tell what became of every one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from serving.feedback.bodies import FeedbackResult
from serving.feedback.judging import Context, id_of, judge, parsed
from serving.feedback.result import Outcome, Refusal, Result

Keep = Callable[[Sequence[Result]], tuple[list[Outcome], int | None]]


def take(
    rows: Sequence[Mapping[str, Any]], context_of: Callable[[Sequence[FeedbackResult]], Context], keep: Keep
) -> tuple[list[Outcome], int | None]:
    """One outcome per row in their order, and the number of the entry in the audit log; null if nothing was kept.

    `context_of` looks up what the readable rows are judged by; `keep` keeps those that break no rule, all or none.
    """
    read = [parsed(row) for row in rows]
    context = context_of([row for row in read if isinstance(row, FeedbackResult)])
    judged = [row if isinstance(row, Refusal) else judge(row, context) or Result.of(row) for row in read]
    results = [one for one in judged if isinstance(one, Result)]
    kept, entry = keep(results) if results else ([], None)
    outcomes = iter(kept)
    return [
        next(outcomes) if isinstance(one, Result) else Outcome(id_of(row), "refused", reason=one)
        for row, one in zip(rows, judged, strict=True)
    ], entry
