"""A client of the service for the inspection-sampling module: any number of ids, whole sectors, the whole snapshot.

It speaks HTTP alone and needs nothing of Fenji but this folder. See docs/client.md.
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

import httpx
from httpx_retries import Retry

from sampling.answers import (
    Explained,
    Explanations,
    FeedbackOutcome,
    Header,
    KeptPlan,
    PoolEntry,
    RegisteredDraw,
    Result,
    SavedSnapshot,
    Scores,
    WorklistPage,
)
from sampling.connection import PATIENCE, Connection
from sampling.errors import ConflictError, ServiceError
from sampling.lists import CheckedLists, ListHeader, ListResult
from sampling.release import Release

IDS_PER_SCORE = 5_000
IDS_PER_EXPLANATION = 100
ROWS_PER_PAGE = 1_000
ROWS_PER_FEEDBACK = 10_000
SUBJECTS_PER_CHECK = 1_000
BEGIN_AGAIN, BEGIN_AGAIN_AFTER_SECONDS = 10, 1.0
"""How often a read of several pages begins again because another snapshot came into service in the middle of it:
workers take one in within a second of each other."""

MEDIA_TYPES = {"parquet": "application/vnd.apache.parquet", "arrow": "application/vnd.apache.arrow.stream"}

Lang = Literal["zh", "en"]
Form = Literal["parquet", "arrow"]
Read = TypeVar("Read")
Part = TypeVar("Part")
Headed = TypeVar("Headed", Header, ListHeader)


class SamplingClient:
    """Asks a service at an address; use it in a `with` block, from one thread.

    Whatever takes several requests is answered from one snapshot. Calls are repeated on lost connections, 429 and 503,
    with growing pauses of random length, as long as `patience` allows. Raises the errors of `sampling.errors`.
    """

    def __init__(
        self,
        address: str,
        token: str | None = None,
        *,
        timeout: float = 60.0,
        patience: Retry = PATIENCE,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`token` is null for a service on this machine that has none; `timeout` is in seconds, for each step."""
        self._connection = Connection(address, token, timeout, patience, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._connection.close()

    def header(self) -> Header:
        """What is in service."""
        return Header.of(self._connection.json("GET", "/v1/snapshot"))

    def release(self) -> Release:
        """Whose model answers in each sector, and what its standard promises."""
        return Release.of(self._connection.json("GET", "/v1/release"))

    def score(self, enterprise_ids: Iterable[str], sector: str | None = None) -> Scores:
        """The tiers of any number of enterprises, in one sector or in each of theirs, in the order of the ids.

        An enterprise that the snapshot does not know, or that is outside the token's scope, has the status `unknown`.
        """
        ids = list(enterprise_ids)
        asked = [{"enterprise_ids": part, "sector": sector} for part in _parts(ids, IDS_PER_SCORE)]
        return self._of_one_snapshot(lambda: self._scores(asked))

    def score_sector(self, sector: str, snapshot: str | None = None) -> Scores:
        """The tiers of every enterprise of a sector within the token's scope, in the order of their ids.

        `snapshot` is the digest of the only one that may answer; ConflictError where another is in service.
        """
        first = {"sector": sector, "limit": ROWS_PER_PAGE} | ({"snapshot": snapshot} if snapshot else {})
        if snapshot:
            return self._scores(_Pages(first))
        return self._of_one_snapshot(lambda: self._scores(_Pages(first)))

    def explain(
        self, enterprise_ids: Iterable[str], sector: str | None = None, lang: Lang = "zh", limit: int | None = None
    ) -> Explanations:
        """Tiers with reasons, which add up to the margin; at most `limit` of them, the rest is summed up as `other`."""
        ids = list(enterprise_ids)

        def read() -> Explanations:
            answers = [
                self._connection.json(
                    "POST",
                    "/v1/explain",
                    json={"enterprise_ids": part, "sector": sector, "lang": lang, "limit": limit},
                )
                for part in _parts(ids, IDS_PER_EXPLANATION)
            ]
            results = tuple(Explained.of(one) for answer in answers for one in answer["results"])
            return Explanations(_common(Header, answers) if answers else self.header(), results)

        return self._of_one_snapshot(read)

    def score_records(
        self,
        records: Mapping[str, Sequence[Mapping[str, Any]]],
        as_of: date,
        sector: str | None = None,
        lang: Lang = "zh",
        limit: int | None = None,
    ) -> Explanations:
        """Tiers with reasons of records sent along, by subject; `as_of` must be the snapshot's own date."""
        body = {"records": records, "as_of": as_of.isoformat(), "sector": sector, "lang": lang, "limit": limit}
        answer = self._connection.json("POST", "/v1/score_records", json=body)
        return Explanations(Header.of(answer), tuple(Explained.of(one) for one in answer["results"]))

    def save_snapshot(
        self, path: Path, known: str | None = None, form: Form = "parquet", sector: str | None = None
    ) -> SavedSnapshot | None:
        """Write every result within the token's scope to a file, which appears whole or not at all.

        `known` is the tag of the snapshot that the caller has: null is returned, and nothing is sent or written, while
        that still holds. Memory holds a piece of the file at a time.
        """
        headers = {"Accept": MEDIA_TYPES[form]} | ({"If-None-Match": known} if known else {})
        asked = {"params": {"sector": sector} if sector else {}, "headers": headers}

        def take(answer: httpx.Response) -> SavedSnapshot | None:
            if answer.status_code == 304:
                return None
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=".snapshot-") as folder:
                part = Path(folder) / path.name
                with part.open("wb") as file:
                    for piece in answer.iter_bytes():
                        file.write(piece)
                part.replace(path)
            named = {name: answer.headers[f"fenji-{name.replace('_', '-')}"] for name in _HEADER}
            return SavedSnapshot(Header.of(named), answer.headers["etag"])

        return self._connection.ask("GET", "/v1/snapshot", take, **asked)

    def worklist(self, name: str, station: str | None = None, sector: str | None = None) -> WorklistPage:
        """Every row of a worklist that the token may read, of one station or sector if named."""
        given = {"station": station, "sector": sector, "limit": ROWS_PER_PAGE}
        chosen = {key: value for key, value in given.items() if value is not None}

        def read() -> WorklistPage:
            answers: list[Any] = []
            while not answers or len(answers[-1]["rows"]) == ROWS_PER_PAGE:
                offset = {"offset": ROWS_PER_PAGE * len(answers)}
                answers.append(self._connection.json("GET", f"/v1/worklists/{name}", params=chosen | offset))
            rows = tuple(row for answer in answers for row in answer["rows"])
            return WorklistPage(_common(Header, answers), name, answers[0]["total"], rows)

        return self._of_one_snapshot(read)

    def check_lists(self, purpose: str, subjects: Iterable[str]) -> CheckedLists:
        """Who of any number of applicants is on a list, and whom does the purpose stop? In the order of the subjects.

        The results are of one extract and one day. The token has the role approver; no subject at all is refused.
        """
        asked = list(subjects)
        # The service answers each once.
        parts = list(_parts(list(dict.fromkeys(asked)), SUBJECTS_PER_CHECK)) or [[]]

        def read() -> CheckedLists:
            bodies = [{"purpose": purpose, "subjects": part} for part in parts]
            answers = [self._connection.json("POST", "/v1/check_lists", json=body) for body in bodies]
            header = _common(ListHeader, answers)
            results = {one["subject"]: ListResult.of(one) for answer in answers for one in answer["results"]}
            return CheckedLists(header, tuple(results[one] for one in asked))

        return self._of_one_snapshot(read)

    def register_draw(self, draw: Mapping[str, Any]) -> RegisteredDraw:
        """Register a draw before its seed exists; the same again has the same answer.

        Raises ConflictError where another draw has its `draw_id`.
        """
        return RegisteredDraw.of(self._connection.json("POST", "/v1/draws", json=draw))

    def draw(self, draw_id: str) -> RegisteredDraw:
        """A draw as it was registered; NotFoundError where none of that id can be seen."""
        return RegisteredDraw.of(self._connection.json("GET", f"/v1/draws/{quote(draw_id, safe='')}"))

    def pool(self, sector: str, snapshot: str) -> list[PoolEntry]:
        """Everybody of a sector within the token's scope, with what decides on a draw, in the order of their ids.

        Raises ConflictError where another snapshot than this is in service.
        """
        entries: list[PoolEntry] = []
        address = f"/v1/pools/{quote(sector, safe='')}"
        asked = {"snapshot": snapshot, "limit": str(ROWS_PER_PAGE)}
        after: str | None = None
        while True:
            answer = self._connection.json("GET", address, params=asked | ({"after": after} if after else {}))
            entries += [PoolEntry.of(one) for one in answer["entries"]]
            after = answer["next"]
            if after is None:
                return entries

    def send_plan(self, draw_id: str, plan: Mapping[str, Any]) -> KeptPlan:
        """Hand in what came of a draw once its seed exists; the same again has the same answer.

        Raises ConflictError where another plan of the draw was handed in.
        """
        return KeptPlan.of(self._connection.json("POST", f"/v1/draws/{quote(draw_id, safe='')}/plan", json=plan))

    def plan(self, draw_id: str) -> KeptPlan:
        """What came of a draw; NotFoundError where nothing was handed in yet."""
        return KeptPlan.of(self._connection.json("GET", f"/v1/draws/{quote(draw_id, safe='')}/plan"))

    def send_feedback(self, rows: Iterable[Mapping[str, Any]]) -> tuple[FeedbackOutcome, ...]:
        """Send any number of results of inspections; what became of each, in their order.

        Rows are kept under the sender's ids, so a call that was cut short may be made again as a whole.
        """
        outcomes: list[FeedbackOutcome] = []
        for part in _parts(list(rows), ROWS_PER_FEEDBACK):
            answer = self._connection.json("POST", "/v1/feedback", json={"rows": part})
            outcomes += [FeedbackOutcome.of(one) for one in answer["results"]]
        return tuple(outcomes)

    def _scores(self, asked: "Iterable[dict[str, Any]]") -> Scores:
        """The results of several requests, the later ones of which accept no other snapshot than the first."""
        results: list[Result] = []
        header: Header | None = None
        for body in asked:
            pinned = body | ({"snapshot": header.snapshot} if header else {})
            answer = self._connection.json("POST", "/v1/score", json=pinned)
            header = header or Header.of(answer)
            results += [Result.of(one) for one in answer["results"]]
            if isinstance(asked, _Pages):
                asked.after = answer["next"]
        return Scores(header or self.header(), tuple(results))

    def _of_one_snapshot(self, read: Callable[[], Read]) -> Read:
        """What `read` reads, begun again where another snapshot or extract came into service in the middle of it."""
        for _ in range(BEGIN_AGAIN):
            try:
                return read()
            except ConflictError as changed:
                if changed.code != "snapshot_changed":
                    raise
                time.sleep(BEGIN_AGAIN_AFTER_SECONDS)
        raise ServiceError("One snapshot must stay in service while it is read, it changed again and again; wait.")


_HEADER = ("release", "snapshot", "as_of")


class _Pages:
    """The requests for the pages of a sector, for each of which `after` must be set from the answer before."""

    def __init__(self, first: dict[str, Any]) -> None:
        self._first = first
        self.after: str | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        yield self._first
        while self.after is not None:
            yield self._first | {"after": self.after}


def _parts(things: Sequence[Part], size: int) -> Iterator[list[Part]]:
    rest = iter(things)
    while part := list(islice(rest, size)):
        yield part


def _common(kind: type[Headed], answers: Sequence[Mapping[str, Any]]) -> Headed:
    """The one header of several answers; ConflictError where a later one is of another snapshot or extract."""
    headers = {kind.of(answer) for answer in answers}
    if len(headers) > 1:
        raise ConflictError(
            409, "snapshot_changed", "snapshot", "Another snapshot came into service; begin again.", None
        )
    return headers.pop()
