"""The results of one sector page by page, for callers that want JSON."""

from itertools import islice
from typing import Any

from serving.access.scope import Scope
from serving.bulk.rows import owners_of, wanted_rows
from serving.bulk.written import written_answer
from serving.scorer import Scorer

SCANNED_ROWS = 65_536
"""Rows among which a page is looked for at once."""


def page_of(scorer: Scorer, sector: str, after: str | None, limit: int, scope: Scope) -> dict[str, Any]:
    """The answer of `/v1/score` for the next enterprises of a sector, at most `limit`, in the order of their ids.

    `next` is what to send as `after` for the page behind this one; null on the last one. Raises RequestError as
    `Scorer.wanted`.
    """
    pieces = wanted_rows(scorer, scorer.wanted(sector, scope), SCANNED_ROWS, after)
    found = list(islice((int(owner) for rows in pieces for owner in owners_of(scorer.snapshot, rows)), limit + 1))
    ids = [scorer.snapshot.ids[owner].decode() for owner in found[:limit]]
    answer = written_answer(scorer, ids, sector, scope)
    return answer | {"next": ids[-1] if len(found) > limit else None}
