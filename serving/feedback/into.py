"""Turn accepted results into records of the subject `inspections`, from which the next training learns.

Every version becomes one of the record, known since it was accepted: a build at a past date knows what was known then.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from records.contract import TIMEZONE
from records.finding_subjects import INSPECTIONS
from records.source import read_subjects
from records.systems.journal import Entry, Journal, Kept, open_journal
from records.systems.judging import arrow_table
from serving.feedback.result import KeptResult

SYSTEM = "feedback"
"""What the records come from, as their source and in the journal of the directory."""

PREFIX = f"{SYSTEM}:"
"""Before the sender's id in the id of a record, so that it meets no other system's."""


@dataclass(frozen=True)
class Written:
    """How many versions there are in all, and how many of them were new to the directory."""

    versions: int
    new: int


def write_records(results: Iterable[KeptResult], directory: Path, now: datetime) -> Written:
    """Write those results that the records in `directory` do not have, whole or not at all; again: nothing.

    Raises DataError if an import into the directory is running, or the records there cannot be read.
    """
    rows = [record_of(one) for one in results]
    with open_journal(directory) as journal:
        there = _there(directory)
        new = [row for row in rows if (row["record_id"], row["known_at"]) not in there]
        if new:
            journal.commit(_entry(journal, rows, new, now), Kept(arrow_table(INSPECTIONS, new), (), _NO_FLAGS))
    return Written(len(rows), len(new))


def record_of(result: KeptResult) -> dict[str, Any]:
    """The version of a record that one version of a result is; the task is the sender's own, else the draw."""
    said = json.loads(result.content)
    draw_id = said.pop("draw_id")
    return {
        **said,
        "record_id": f"{PREFIX}{result.id}",
        "occurred_on": date.fromisoformat(said.pop("inspected_on")),
        "known_at": _local(result.accepted_at),
        "task_code": said["task_code"] or draw_id,
        "source": SYSTEM,
    }


def _there(directory: Path) -> set[tuple[str, datetime]]:
    """The versions of results that the directory has, by record and moment."""
    table = read_subjects(directory, ["inspections"]).tables["inspections"].to_pyarrow()
    ours = table.filter(pc.starts_with(table["record_id"], PREFIX))
    return set(zip(ours["record_id"].to_pylist(), ours["known_at"].to_pylist(), strict=True))


def _entry(journal: Journal, rows: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]], now: datetime) -> Entry:
    """What the journal of the directory says of it, in the words of an import."""
    records = {row["record_id"] for row in new}
    told = json.dumps(new, default=str, sort_keys=True).encode()
    return Entry(
        number=journal.next_number(),
        system=SYSTEM,
        layout="results",
        subject=INSPECTIONS.name,
        file=SYSTEM,
        sheet="",
        sha256=sha256(told).hexdigest(),
        size=len(told),
        imported_at=_local(now).isoformat(timespec="seconds"),
        known_at=max(row["known_at"] for row in new).isoformat(),
        closes=False,
        terms={},
        counts={
            "read": len(rows),
            "accepted": len(records),
            "superseded": len(new) - len(records),
            "unchanged": len(rows) - len(new),
            "quarantined": 0,
            "flagged": 0,
        },
    )


_NO_FLAGS = pa.schema({"row": pa.int64(), "column": pa.string(), "flag": pa.string()}).empty_table()


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(TIMEZONE)).replace(tzinfo=None)
