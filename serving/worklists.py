"""Worklists over HTTP: drawn up from the records that a snapshot keeps, when somebody asks for the first time."""

import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from features.evidence import evidence
from model.tiers import HIGH_RANK
from records.errors import FenjiError, RequestError
from serving.access.scope import Scope
from serving.access.token import Role
from serving.answers import answers_with_causes
from serving.decisions.decision import Key
from serving.decisions.rulings import Ruling
from serving.release import Release
from serving.snapshot import Snapshot
from supervision.worklists.as_json import about, json_rows, station_counts
from supervision.worklists.draw_up import DrawnList, draw_up
from supervision.worklists.everything import NAMES, WORKLISTS
from supervision.worklists.high_tiers import PENDING
from supervision.worklists.ledger import Ledger, offices_of
from supervision.worklists.rules import shipped_rules
from supervision.worklists.worklist import Worklist

Answer = dict[str, Any]


def settled_high(rulings: Mapping[Key, Ruling]) -> set[Key]:
    """Of what people decided, the high tiers that wait for nobody: confirmed, or another tier put in their place."""
    return {key for key, ruling in rulings.items() if ruling.tier_rank is not None or ruling.confirms(HIGH_RANK)}


class Worklists:
    """The lists of one snapshot at its own as-of date; nothing is read before a list is asked for.

    A list is drawn up once and kept; its sentences are written for the rows that are answered. Records are read
    column by column while a list is drawn up, and not kept. Lists use the rules that this version is shipped with.
    """

    def __init__(self, release: Release, snapshot: Snapshot, header: Mapping[str, Any]) -> None:
        self._snapshot = snapshot
        self._standards = {sector: model.standard for sector, model in release.models.items()}
        self._header = dict(header)
        self._drawn: dict[str, DrawnList] = {}
        # One list at a time: drawing one up takes both cores for a moment, and whoever waits finds it made.
        self._lock = threading.Lock()

    def names(self, role: Role | None = None) -> Answer:
        """Every list that a role may read (null: all): name, title, source, what to do, columns."""
        return self._header | {"worklists": [about(one) for one in WORKLISTS.values() if _may_read(role, one)]}

    def rows(
        self,
        name: str,
        station: str | None,
        scope: Scope,
        offset: int,
        limit: int,
        role: Role | None = None,
        settled: Collection[Key] = frozenset(),
    ) -> Answer:
        """The rows of a list from `offset` on, at most `limit`, and how many there are in all and at each station.

        Only rows in the `scope` are there; `station` null: of all its stations. Where the list is of tiers that wait
        for a person, those that one has `settled` are not on it. Raises RequestError for a list that is not known
        (404), or not for the caller's role (403; null: a caller who needs none).
        """
        drawn = self._list(name, role).within(scope.sectors, scope.stations).where(station)
        if name == PENDING.name:
            drawn = drawn.without(settled)
        return self._header | {
            "worklist": about(drawn.worklist),
            "total": len(drawn),
            "stations": station_counts(drawn),
            "offset": offset,
            "limit": limit,
            "rows": json_rows(drawn.told(offset, limit)),
        }

    def _list(self, name: str, role: Role | None) -> DrawnList:
        if name not in WORKLISTS:
            raise RequestError("unknown_worklist", "name", f"A worklist must be one of {NAMES}; ask for one.", 404)
        if not _may_read(role, WORKLISTS[name]):
            raise RequestError(
                "forbidden",
                "name",
                "This list is the office's own, not for sampling; use a reviewer's token.",
                403,
            )
        with self._lock:
            if name not in self._drawn:
                self._drawn[name] = self._draw_up(WORKLISTS[name])
            return self._drawn[name]

    def _draw_up(self, worklist: Worklist) -> DrawnList:
        try:
            return draw_up(worklist, self._ledger(worklist.needs_tiers))
        except FenjiError as unfit:
            # Rules, calendars and windows are files of this version that an operator may have changed.
            raise RequestError("not_available", "name", str(unfit), 503) from unfit

    def _ledger(self, with_tiers: bool) -> Ledger:
        answers = answers_with_causes(self._snapshot, self._standards) if with_tiers else None
        offices = offices_of(self._standards)
        return Ledger(self._snapshot.as_of, self._read, self._evidence_of, shipped_rules(), offices, answers)

    def _read(self, subject: str, columns: Sequence[str]) -> pa.Table:
        return parquet.read_table(self._snapshot.directory / "records" / f"{subject}.parquet", columns=list(columns))

    def _evidence_of(self, enterprise_ids: Sequence[str]) -> pd.DataFrame:
        return evidence(self._snapshot.records_of(enterprise_ids), self._snapshot.as_of, enterprise_ids)


def _may_read(role: Role | None, worklist: Worklist) -> bool:
    """Lists name leads and reminders, so the sampling module reads those alone that it draws from."""
    return role != "sampler" or worklist.is_for_sampling
