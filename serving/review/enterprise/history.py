"""Earlier snapshots and the releases that scored them, found beside those in service.

A snapshot lies in a folder of its own beside the earlier ones (`var/snapshots/2025-01`, as the README has it, or the
model store of BentoML), and so do releases. Where nothing lies beside them there is no history, and it is said so.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from records.errors import ModelError
from serving.digests import digest_of_file, read_json
from serving.release import RELEASE_FILE, Release, load_release
from serving.results import Result, Results
from serving.scorer import Scorer
from serving.snapshot import SNAPSHOT_FILE, Snapshot, load_snapshot

_LOG = logging.getLogger("bentoml.fenji")

MOST_SNAPSHOTS = 24
"""How many earlier snapshots are looked at, the latest ones (project decision: two years of months)."""


@dataclass(frozen=True)
class Standpoint:
    """Where an enterprise stood in one sector at one date: a row of a snapshot, and the release that scored it.

    `release` is null where it is no longer at hand: the answer is still known, but not why it was given.
    """

    snapshot: Snapshot
    row: int
    result: Result
    release: Release | None

    @property
    def as_of(self) -> date:
        return self.snapshot.as_of


class History:
    """The snapshots of earlier as-of dates than the one in service, and what they say of an enterprise.

    They are opened when somebody asks for the first time; one that cannot be read is logged and left out.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._releases: dict[str, Release | None] = {scorer.release.digest: scorer.release}

    def of(self, enterprise_id: str, sector: str) -> tuple[Standpoint, ...]:
        """Where the enterprise stood, the latest date first; the snapshot in service is the first one.

        A snapshot that does not know the enterprise in the sector is left out.
        """
        found = (self._standpoint(snapshot, enterprise_id, sector) for snapshot in self._snapshots)
        return tuple(one for one in found if one is not None)

    @cached_property
    def _snapshots(self) -> tuple[Snapshot, ...]:
        current = self._scorer.snapshot
        earlier = []
        for path in earlier_snapshots(current.directory, current.as_of):
            try:
                earlier.append(load_snapshot(path))
            except (ModelError, KeyError, ValueError) as unfit:
                _LOG.error("left out of the history: %s, %s", path, type(unfit).__name__)
        return (current, *earlier)

    def _standpoint(self, snapshot: Snapshot, enterprise_id: str, sector: str) -> Standpoint | None:
        position = int(snapshot.positions([enterprise_id])[0])
        if position < 0 or sector not in snapshot.sectors:
            return None
        own = range(snapshot.first_row[position], snapshot.first_row[position + 1])
        code = snapshot.sectors.index(sector)
        row = next((row for row in own if snapshot.columns["sector"][row] == code), None)
        if row is None:
            return None
        release = self._release(snapshot.release)
        return Standpoint(
            snapshot, row, _result(release or self._scorer.release, snapshot, enterprise_id, row), release
        )

    def _release(self, digest: str) -> Release | None:
        if digest not in self._releases:
            self._releases[digest] = _find_release(self._scorer.release.directory, digest)
        return self._releases[digest]


def earlier_snapshots(directory: Path, as_of: date) -> Sequence[Path]:
    """The snapshots beside `directory` of dates before `as_of`, the latest first, at most MOST_SNAPSHOTS.

    Of several of one date the one that was written last.
    """
    latest: dict[date, tuple[int, Path]] = {}
    for described in directory.parent.glob(f"*/{SNAPSHOT_FILE}"):
        day = _date_of(described)
        written = described.stat().st_mtime_ns
        if day is not None and day < as_of and written >= latest.get(day, (0, described))[0]:
            latest[day] = (written, described.parent)
    return [latest[day][1] for day in sorted(latest, reverse=True)[:MOST_SNAPSHOTS]]


def _date_of(described: Path) -> date | None:
    """The as-of date that a snapshot's description states; null where it is none of ours."""
    try:
        return date.fromisoformat(read_json(described, "snapshot")[0]["as_of"])
    except (ModelError, KeyError, TypeError, ValueError):
        return None


def _find_release(directory: Path | None, digest: str) -> Release | None:
    """The release of that digest beside the one in service; null if it is gone or cannot be read."""
    for described in directory.parent.glob(f"*/{RELEASE_FILE}") if directory is not None else ():
        if digest_of_file(described) == digest:
            try:
                return load_release(described.parent)
            except ModelError as unfit:
                _LOG.error("left out of the history: %s", unfit)
    return None


def _result(release: Release, snapshot: Snapshot, enterprise_id: str, row: int) -> Result:
    sector = snapshot.sectors[snapshot.columns["sector"][row]]
    if release.model_of(sector) is None:
        return Results.unknown(enterprise_id, sector)
    return Results(release).of_rows([(enterprise_id, sector)], snapshot.columns, np.array([row]))[0]
