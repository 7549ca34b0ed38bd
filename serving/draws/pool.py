"""Who might be drawn in a sector, and what decides on it: station, state, and the days of checks and draws so far.

Nobody is left out here: which of it excludes an enterprise, or makes a check due, is for the sampling module to say.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from records.source import table_schema
from records.subjects import SUBJECTS
from serving.access.scope import Scope
from serving.bulk.pages import SCANNED_ROWS
from serving.bulk.rows import wanted_rows
from serving.scorer import Scorer
from serving.snapshot import Snapshot

VOID = "void"
"""The severity of a visit that was none: nobody there any more, or out of the bureau's reach."""

Days = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class History:
    """Of one sector of a snapshot, by enterprise: days (ISO, ascending) on which it was checked, visited and drawn.

    `keys` are id, station and state of every row of the snapshot; `established` is the day of establishment. Checks are
    those of the sector since records began; visits are those of any sector, and draws those of the sector, in the year
    of the as-of date.
    """

    snapshot: str
    sector: str
    keys: pa.Table
    established: Mapping[str, str]
    checked: Days
    visited: Days
    drawn: Days


class Pools:
    """Pages of pools; the history of the sector that was last asked for is kept."""

    def __init__(self) -> None:
        self._kept: History | None = None
        # Whoever asks for the next page meanwhile finds it read.
        self._lock = threading.Lock()

    def page(self, scorer: Scorer, sector: str, after: str | None, limit: int, scope: Scope) -> dict[str, Any]:
        """The next enterprises of a sector in the scope, at most `limit`, in the order of their ids; as answered.

        `next` is what to send as `after` for the page behind this one, null on the last. RequestError as
        `Scorer.wanted`.
        """
        wanted = scorer.wanted(sector, scope)
        pieces = wanted_rows(scorer, wanted, SCANNED_ROWS, after)
        rows = np.array(list(islice((row for piece in pieces for row in piece), limit + 1)), dtype=np.int64)
        history = self._history(scorer.snapshot, sector)
        keys = history.keys.take(rows[:limit]).to_pylist()
        entries = [
            {
                "enterprise_id": key["enterprise_id"],
                "station": key["station"],
                "state": key["state"],
                "established_on": history.established.get(key["enterprise_id"]),
                "checked_on": history.checked.get(key["enterprise_id"], []),
                "visited_on": history.visited.get(key["enterprise_id"], []),
                "drawn_on": history.drawn.get(key["enterprise_id"], []),
            }
            for key in keys
        ]
        behind = entries[-1]["enterprise_id"] if len(rows) > limit else None
        return scorer.header | {"sector": sector, "entries": entries, "next": behind}

    def _history(self, snapshot: Snapshot, sector: str) -> History:
        with self._lock:
            kept = self._kept
            if kept is None or (kept.snapshot, kept.sector) != (snapshot.digest, sector):
                kept = self._kept = history_of(snapshot, sector)
            return kept


def history_of(snapshot: Snapshot, sector: str) -> History:
    """What the records of a snapshot say of everybody in a sector."""
    register = _table(snapshot, "enterprises", ("enterprise_id", "established_on", "valid_from"))
    latest = register.sort_values("valid_from", kind="stable").drop_duplicates("enterprise_id", keep="last")
    known = latest[latest["established_on"].notna()]
    checks = _table(snapshot, "inspections", ("enterprise_id", "sector", "occurred_on", "severity"))
    checks = checks[checks["severity"] != VOID]
    draws = _table(snapshot, "selections", ("enterprise_id", "sector", "occurred_on"))
    begins = date(snapshot.as_of.year, 1, 1)
    return History(
        snapshot.digest,
        sector,
        parquet.read_table(snapshot.directory / "keys.parquet", columns=["enterprise_id", "station", "state"]),
        dict(zip(known["enterprise_id"], known["established_on"].map(date.isoformat), strict=True)),
        _days(checks[checks["sector"] == sector]),
        _days(checks[checks["occurred_on"] >= begins]),
        _days(draws[(draws["sector"] == sector) & (draws["occurred_on"] >= begins)]),
    )


def _days(events: pd.DataFrame) -> Days:
    told = events.sort_values("occurred_on", kind="stable").groupby("enterprise_id")["occurred_on"]
    return {str(enterprise): [day.isoformat() for day in days] for enterprise, days in told}


def _table(snapshot: Snapshot, subject: str, columns: Sequence[str]) -> pd.DataFrame:
    """Days are plain dates, null where there is none."""
    table = parquet.read_table(snapshot.directory / "records" / f"{subject}.parquet", columns=list(columns))
    schema = table_schema(SUBJECTS[subject])
    typed = table.replace_schema_metadata().cast(pa.schema([schema.field(name) for name in columns]))
    return typed.to_pandas(date_as_object=True)
