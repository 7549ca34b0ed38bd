"""Answers of the service: from the snapshot, or from records sent along through the same build."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from datetime import date
from functools import lru_cache
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.build import Frame, build_frame
from features.evidence import evidence
from model.reasons import Language
from records.check import check_records
from records.errors import DataError, ModelError, RequestError
from records.source import Records, records_from_frames
from serving.access.scope import EVERYTHING, Scope
from serving.advisory import Advice
from serving.decisions.decision import Key
from serving.decisions.rulings import Ruling
from serving.explainer import NO_REASONS, Evidence, Explainer
from serving.release import Release
from serving.results import Result, Results
from serving.snapshot import Snapshot
from serving.verdicts import VERDICT_COLUMNS, judge
from serving.worklists import Worklists

Answer = dict[str, Any]
RulingsInForce = Callable[[], Mapping[Key, Ruling]]


class Scorer:
    """One release and the snapshot that it scored; every answer names both."""

    def __init__(self, release: Release, snapshot: Snapshot, advice: Advice | None = None) -> None:
        """Raises ModelError where the snapshot was scored by another release or indicators are unknown."""
        if snapshot.release != release.digest:
            raise ModelError(
                f"A snapshot must be served with the release that scored it, {snapshot.release[:12]}, "
                f"got {release.digest[:12]}; score the population with the current release."
            )
        self.release = release
        self.snapshot = snapshot
        self.results = Results(release)
        self.explainer = Explainer(release, snapshot)
        self.peers = snapshot.peers()
        self._sector_codes = snapshot.columns["sector"]
        self.in_stations = lru_cache(maxsize=8)(snapshot.in_stations)
        # DuckDB and LightGBM are asked by one thread at a time: predictable latency on few cores.
        self.lock = threading.Lock()
        self.served = {"release": release.digest, "snapshot": snapshot.digest}
        """What answers, by digest, as the audit log names it."""
        self.header: Answer = {**self.served, "as_of": snapshot.as_of.isoformat()}
        self.advice = advice
        """What monitoring said last; null where nothing was ever watched."""
        if advice is not None and advice.advisory is not None:
            self.header["advisory"] = advice.advisory
            self.served = self.served | {"alerts": advice.digest}
        self.worklists = Worklists(release, snapshot, self.header)
        self.rulings: RulingsInForce = _no_rulings
        """What people decided, laid over every answer from the snapshot; set when the scorer is put into service."""

    def score(self, enterprise_ids: Sequence[str], sector: str | None, scope: Scope = EVERYTHING) -> Answer:
        """The tier of each enterprise in one sector, or in each of its sectors where `sector` is null.

        Order is kept and repeated ids are answered again. An enterprise that the as-of date does not know, or does
        not know in the sector asked for, is `unknown`, and so is one outside the caller's scope. Raises RequestError
        for a sector that no standard names, or that is outside the scope (404).
        """
        return self.header | {"results": self._laid_over(self._score(enterprise_ids, sector, scope)[0])}

    def explain(
        self,
        enterprise_ids: Sequence[str],
        sector: str | None,
        language: Language,
        limit: int | None = None,
        scope: Scope = EVERYTHING,
    ) -> Answer:
        """The same results with baseline, reasons, `other` and total, computed live.

        With `limit` only the strongest reasons are listed and `other` is what the rest adds up to. `total` is the
        margin; a source without a margin has no additive reasons (of another system's grade the records are named).
        """
        results, rows = self._score(enterprise_ids, sector, scope)
        ids = _explained_by_records(results)
        with self.lock:
            found = self.evidence(self.snapshot.records_of(ids), ids) if ids else None
            explained = [
                result | self.explainer.explain(result, self.snapshot.frame[row], found, language, limit)
                if found is not None and row >= 0
                else result | NO_REASONS
                for result, row in zip(results, rows, strict=True)
            ]
        return self.header | {"results": self._laid_over(explained)}

    def answers(self, enterprise_id: str, scope: Scope = EVERYTHING) -> list[tuple[Result, int]]:
        """The results of one enterprise in each of its sectors, with their rows in the snapshot; none if it is unknown.

        Only sectors and stations in the scope are there.
        """
        results, rows = self._score([enterprise_id], None, scope)
        return [(result, row) for result, row in zip(self._laid_over(results), rows, strict=True) if row >= 0]

    def is_visible(self, scope: Scope) -> NDArray[np.bool_] | None:
        """Which rows of the snapshot lie in the scope's stations; null: all."""
        return None if scope.stations is None else self.in_stations(scope.stations)

    def evidence(self, records: Records, enterprise_ids: Sequence[str]) -> Evidence:
        """The ids of the records behind each indicator of these enterprises; to be asked under the lock."""
        return Evidence(evidence(records, self.snapshot.as_of, enterprise_ids))

    def score_records(
        self,
        frames: Mapping[str, pd.DataFrame],
        as_of: date,
        sector: str | None,
        language: Language,
        limit: int | None = None,
        scope: Scope = EVERYTHING,
    ) -> Answer:
        """Score records sent along as the snapshot would have: same build, same stored comparison tables.

        The answer is that of `explain`, one result per enterprise and sector in ascending order. `frames` has
        `enterprises`; one whose records do not let it be known at the date is `unknown`. Raises RequestError for
        another date than the snapshot's, a row that breaks the contract, a sector that is unknown or outside the scope.
        """
        wanted = self.wanted(sector, scope)
        if as_of != self.snapshot.as_of:
            raise RequestError(
                "wrong_date",
                "as_of",
                f"Records are scored at the snapshot's own date {self.snapshot.as_of}, where its comparison tables "
                "hold; send that date or score the population anew.",
            )
        sent = sorted(set(frames["enterprises"]["enterprise_id"]))
        with self.lock:
            records = _checked(frames)
            try:
                frame = build_frame(records, as_of, peers=self.peers)
            except duckdb.DataError:
                raise RequestError(
                    "out_of_range",
                    "records",
                    "Amounts and counts must be of a size that can occur; correct the records.",
                ) from None
            found = self._explained(records, frame, wanted, language, limit)
        known = {result["enterprise_id"] for result in found}
        found += [Results.unknown(one, sector) | NO_REASONS for one in sent if one not in known]
        return self.header | {"results": sorted(found, key=lambda one: (one["enterprise_id"], one["sector"] or ""))}

    def at_rows(self, keys: Sequence[tuple[str, str]], rows: NDArray[np.int64]) -> list[Result]:
        """The results of some rows of the snapshot, whose enterprises and sectors are `keys`."""
        return self._laid_over(self.results.of_rows(keys, self.snapshot.columns, rows))

    def ruled_rows(self) -> dict[int, Ruling]:
        """The rows of the snapshot over which a ruling is laid."""
        rulings = self.rulings()
        found = {}
        for (enterprise_id, sector), ruling in rulings.items():
            rows = self._rows([enterprise_id], EVERYTHING.narrowed(sector))[1]
            found.update({row: ruling for row in rows if row >= 0})
        return found

    def pinned(self, number: int, rulings: Mapping[Key, Ruling]) -> "Scorer":
        """The same scorer under these rulings alone, which take the decisions up to this number into account."""
        pinned = copy(self)
        pinned.rulings = lambda: rulings
        if number:
            pinned.served = self.served | {"decisions": str(number)}
        return pinned

    def warm_up(self) -> None:
        """Let the first caller not wait for what is compiled once: build and evidence, on one enterprise."""
        first = self.snapshot.ids[:1].tolist()[0].decode()
        with self.lock:
            records = self.snapshot.records_of([first])
            build_frame(records, self.snapshot.as_of, peers=self.peers)
            self.evidence(records, [first])

    def wanted(self, sector: str | None, scope: Scope) -> Scope:
        """The part of the caller's scope that is asked about; RequestError for a sector unknown or outside it."""
        if sector is not None and self.release.model_of(sector) is None:
            raise RequestError(
                "unknown_sector",
                "sector",
                f"A sector must be named by a standard: one of {', '.join(self.release.models)}; send one or null.",
            )
        if sector is not None and not scope.has_sector(sector):
            raise RequestError(
                "outside_scope",
                "sector",
                "The sector must be in the token's scope, it is not; send another or null.",
                404,
            )
        return scope.narrowed(sector)

    def in_sight(self, enterprise_ids: Collection[str], scope: Scope) -> set[str]:
        """Those of the enterprises that the snapshot knows and that the scope's stations let be seen."""
        keys, rows = self._rows(sorted(enterprise_ids), Scope(None, scope.stations))
        return {enterprise_id for (enterprise_id, _), row in zip(keys, rows, strict=True) if row >= 0}

    def _explained(
        self, records: Records, frame: Frame, wanted: Scope, language: Language, limit: int | None
    ) -> list[Result]:
        verdicts = judge(frame, self.release)
        keys = list(zip(frame.keys["enterprise_id"], frame.keys["sector"], strict=True))
        is_wanted = [
            wanted.has_sector(sector) and wanted.has_station(station)
            for sector, station in zip(frame.keys["sector"], frame.keys["station"], strict=True)
        ]
        rows = np.flatnonzero(is_wanted)
        columns = {name: getattr(verdicts, name) for name in VERDICT_COLUMNS}
        results = self.results.of_rows([keys[row] for row in rows], columns, rows)
        found = self.evidence(records, _explained_by_records(results))
        order = [frame.position[name] for name in self.snapshot.indicators]
        return [
            result | self.explainer.explain(result, frame.values[row][order], found, language, limit)
            for result, row in zip(results, rows, strict=True)
        ]

    def _score(self, enterprise_ids: Sequence[str], sector: str | None, scope: Scope) -> tuple[list[Result], list[int]]:
        """Results in the order of the ids, and each one's row in the snapshot, -1 for unknown ones."""
        keys, rows = self._rows(enterprise_ids, self.wanted(sector, scope))
        known = [at for at, row in enumerate(rows) if row >= 0]
        at_rows = np.array([rows[at] for at in known], dtype=np.int64)
        written = iter(self.results.of_rows([keys[at] for at in known], self.snapshot.columns, at_rows))
        results = [
            next(written) if row >= 0 else Results.unknown(key[0], sector) for key, row in zip(keys, rows, strict=True)
        ]
        return results, rows

    def _laid_over(self, results: list[Result]) -> list[Result]:
        rulings = self.rulings()
        if not rulings:
            return results
        found = [rulings.get((result["enterprise_id"], result["sector"])) for result in results]
        return [
            result if ruling is None else self.results.under(result, ruling)
            for result, ruling in zip(results, found, strict=True)
        ]

    def _rows(self, enterprise_ids: Sequence[str], wanted: Scope) -> tuple[list[tuple[str, str]], list[int]]:
        """Enterprise and sector of each result with its row; an unknown one has row -1 and no sector."""
        keys: list[tuple[str, str]] = []
        rows: list[int] = []
        sectors, codes, first_row = self.snapshot.sectors, self._sector_codes, self.snapshot.first_row
        is_visible = self.is_visible(wanted)
        positions = self.snapshot.positions(enterprise_ids).tolist()
        for enterprise_id, position in zip(enterprise_ids, positions, strict=True):
            own = range(first_row[position], first_row[position + 1]) if position >= 0 else range(0)
            found = [row for row in own if wanted.has_sector(sectors[codes[row]])]
            if is_visible is not None:
                found = [row for row in found if is_visible[row]]
            keys += [(enterprise_id, sectors[codes[row]]) for row in found] or [(enterprise_id, "")]
            rows += found or [-1]
        return keys, rows


def check_snapshot(asked: str | None, scorer: Scorer) -> None:
    """Raise RequestError (409) where another snapshot is in service than the one asked for; null: whichever it is."""
    if asked not in (None, scorer.snapshot.digest):
        raise RequestError(
            "snapshot_changed",
            "snapshot",
            "The snapshot asked for must be in service, another one is by now; begin again with its first page.",
            409,
        )


def _no_rulings() -> Mapping[Key, Ruling]:
    return {}


def _explained_by_records(results: Sequence[Result]) -> list[str]:
    """The enterprises of results that rest on records: with additive reasons, or another system's grade."""
    rests = [result for result in results if result["margin"] is not None or result["scheme"] is not None]
    return sorted({result["enterprise_id"] for result in rests})


def _checked(frames: Mapping[str, pd.DataFrame]) -> Records:
    """Typed records of which every row keeps the contract; no value of a row is repeated in the refusal."""
    try:
        result = check_records(records_from_frames(frames))
    except DataError:
        raise RequestError(
            "invalid_records",
            "records",
            "Records must have the columns and types of the record contract; correct the request.",
        ) from None
    if len(result.quarantine):
        first = result.quarantine.iloc[0]
        rule, explanation = (str(first[name]).split(";")[0] for name in ("reason", "explanation_en"))
        raise RequestError(
            "broken_contract",
            f"records.{first['subject']}.{int(first['row']) - 1}",
            f"Every row must keep the record contract, this one breaks {rule} ({explanation}); correct the row.",
        )
    return result.accepted
