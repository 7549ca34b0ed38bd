"""Read a snapshot: the scored population of one release at one as-of date, memory-mapped by each worker."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from features.peers import Peers, load_peers
from records.errors import ModelError
from records.quality import OverallQuality
from records.source import Records, records_from_tables, table_schema
from records.subjects import SUBJECTS
from serving.digests import read_json, verify_files
from serving.id_column import positions_in
from serving.scoring.frame_file import FRAME_FILE

SNAPSHOT_FILE = "snapshot.json"
SHADOW = "shadow"
"""The folder of what a challenger would have answered, which no answer reads."""
Filters = Sequence[tuple[str, str, Any]]
"""Column, comparison and value of each test that a row must pass, as pyarrow reads them."""


@dataclass(frozen=True)
class Snapshot:
    """One row per enterprise and sector, sorted by both.

    `columns` holds the verdicts (`serving.verdicts`) and the reasons (`serving.scoring.population`) by name, and
    `sector`, a position in `sectors`. `ids` are the enterprises in ascending order of their UTF-8 bytes; the rows of
    the i-th are `first_row[i]` to `first_row[i + 1]`, exclusive. `indicators` name the columns of `frame` and
    `typical` (one row per sector). `release` is the digest of the release that scored it. `quality` is that of the
    records as they were read, null where nobody measured it.
    """

    directory: Path
    digest: str
    as_of: date
    release: str
    sectors: tuple[str, ...]
    indicators: tuple[str, ...]
    counts: Mapping[str, Any]
    columns: Mapping[str, NDArray[Any]]
    ids: NDArray[np.bytes_]
    first_row: NDArray[np.int64]
    frame: NDArray[np.float32]
    typical: NDArray[np.float32]
    quality: OverallQuality | None = None

    def positions(self, enterprise_ids: Sequence[str]) -> NDArray[np.int64]:
        """The position of each id in `ids`, -1 for an enterprise that was not known at the as-of date."""
        return positions_in(self.ids, enterprise_ids)

    def in_stations(self, stations: Collection[str]) -> NDArray[np.bool_]:
        """Which rows are of enterprises that belonged to one of these local stations at the as-of date."""
        column = parquet.read_table(self.directory / "keys.parquet", columns=["station"]).to_pandas()["station"]
        return column.isin(sorted(stations)).to_numpy(dtype=bool)

    def peers(self) -> Peers:
        """The comparison tables that single builds hold fixed."""
        return load_peers(self.directory / "peers")

    def records_of(self, enterprise_ids: Sequence[str]) -> Records:
        """The records of some enterprises that counted at the as-of date: the evidence behind their reasons."""
        wanted = [("enterprise_id", "in", sorted(set(enterprise_ids)))]
        return records_from_tables({name: self.read_records(name, wanted) for name in SUBJECTS})

    def read_records(self, subject: str, wanted: Filters | None = None) -> pa.Table:
        """The kept rows of a subject, typed as the contract declares; null: of everyone."""
        table = parquet.read_table(self.directory / "records" / f"{subject}.parquet", filters=wanted)
        return table.replace_schema_metadata().cast(table_schema(SUBJECTS[subject]))


def load_snapshot(directory: Path) -> Snapshot:
    """Open a snapshot; every file must have the digest that it states (ModelError). Columns stay on disk."""
    content, digest = read_json(directory / SNAPSHOT_FILE, "snapshot")
    verify_files(directory, content["files"], "snapshot")
    columns = {path.stem: _mapped(path) for path in sorted((directory / "columns").glob("*.npy"))}
    return Snapshot(
        directory=directory,
        digest=digest,
        as_of=date.fromisoformat(content["as_of"]),
        release=content["release"],
        sectors=tuple(content["sectors"]),
        indicators=tuple(content["indicators"]),
        counts=content["counts"],
        ids=columns.pop("enterprise_id"),
        first_row=columns.pop("first_row"),
        typical=columns.pop("typical"),
        columns=columns,
        frame=_mapped(directory / FRAME_FILE),
        quality=None if content.get("quality") is None else OverallQuality(**content["quality"]),
    )


def shadow_of(snapshot: Snapshot) -> Snapshot:
    """The snapshot as the challenger of its release would have answered: for comparison, and for no answer.

    ModelError where it was scored by a release that carries no challenger.
    """
    columns = {path.stem: _mapped(path) for path in sorted((snapshot.directory / SHADOW).glob("*.npy"))}
    if not columns:
        raise ModelError(
            f"A challenger is compared where the release carried one, that of {snapshot.directory} did not; gather one "
            "with `fenji release --challenger` and score the population with it."
        )
    return replace(snapshot, columns={**snapshot.columns, **columns})


def _mapped(path: Path) -> NDArray[Any]:
    """An array over the file, as a plain one: NumPy's own memory map is slow to take single rows from."""
    return np.asarray(np.load(path, mmap_mode="r"))
