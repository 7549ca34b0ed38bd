"""The snapshot before the one in service, if there is one beside it, and who moved since."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.migration import Migration, migration_between
from records.errors import ModelError
from serving.access.scope import Scope
from serving.digests import read_json, verify_files
from serving.snapshot import SNAPSHOT_FILE, Snapshot

_COLUMNS = ("tier", "margin")
_KEYS = "keys.parquet"


@dataclass(frozen=True)
class Moved:
    """Who moved between the tiers since an earlier snapshot, and whether the release was another one then."""

    since: date
    digest: str
    is_other_release: bool
    migration: Migration


@lru_cache(maxsize=16)
def moved_since(directory: Path, as_of: date, release: str, scope: Scope) -> Moved | None:
    """The movement in a scope since the latest earlier snapshot; null where none lies beside the one in `directory`.

    Snapshots never change, so what was worked out is kept. One that is damaged is passed over, as if it were not there.
    """
    for earlier, content, digest in _beside(directory, as_of):
        try:
            before = _answers(earlier, content, scope)
        except (ModelError, KeyError, OSError, ValueError):
            continue
        after = _answers(directory, read_json(directory / SNAPSHOT_FILE, "snapshot")[0], scope)
        moved = migration_between(before, after)
        return Moved(date.fromisoformat(content["as_of"]), digest, content["release"] != release, moved)
    return None


def moved_before(snapshot: Snapshot, scope: Scope) -> Moved | None:
    """The movement up to a snapshot."""
    return moved_since(snapshot.directory, snapshot.as_of, snapshot.release, scope)


def _beside(directory: Path, as_of: date) -> list[tuple[Path, dict[str, Any], str]]:
    """The earlier snapshots that lie beside a directory, with what they say of themselves, the latest first."""
    found = []
    for file in directory.parent.glob(f"*/{SNAPSHOT_FILE}"):
        try:
            content, digest = read_json(file, "snapshot")
            if date.fromisoformat(content["as_of"]) < as_of:
                found.append((file.parent, content, digest))
        except (ModelError, KeyError, TypeError, ValueError, OSError):
            continue  # it belongs to somebody else, or is not finished
    return sorted(found, key=lambda one: one[1]["as_of"], reverse=True)


def _answers(directory: Path, content: dict[str, Any], scope: Scope) -> pd.DataFrame:
    """The tiered rows of a snapshot in a scope; only what is needed for it is read, and checked by its digest."""
    needed = [_KEYS, *(f"columns/{name}.npy" for name in _COLUMNS)]
    verify_files(directory, {name: content["files"][name] for name in needed}, "snapshot")
    keys = pd.read_parquet(directory / _KEYS, columns=["enterprise_id", "sector", "station"])
    tier, margin = (np.load(directory / "columns" / f"{name}.npy") for name in _COLUMNS)
    answers = keys.assign(tier_rank=tier, margin=margin)
    is_seen = answers["tier_rank"] > 0
    if scope.sectors is not None:
        is_seen &= answers["sector"].isin(list(scope.sectors))
    if scope.stations is not None:
        is_seen &= answers["station"].isin(list(scope.stations))
    return answers.loc[is_seen, ["enterprise_id", "sector", "tier_rank", "margin"]]
