"""Score some enterprises: their rows' verdicts and strongest reasons, as columns."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.build import KEYS_SCHEMA, Frame
from model.reasons import BULK_REASONS, strongest
from records.errors import ModelError
from serving.id_column import id_bytes
from serving.release import Release
from serving.snapshot import SHADOW
from serving.verdicts import VERDICT_COLUMNS, Verdicts, by_sector, judge

KEYS_FILE, COLUMNS = "keys.parquet", "columns"


def save_part(frame: Frame, release: Release, directory: Path, threads: int) -> None:
    """Judge a frame's rows and write them into an existing, empty directory.

    `columns/` receives one array per column of a snapshot (`serving.snapshot`), of which `first_row` counts from this
    part's first row and lacks the end. Where the release carries a challenger, `shadow/` receives what that would
    answer, apart from what is answered. Raises ModelError where the indicators do not fit a model's schema.
    """
    _save_columns(directory / COLUMNS, _judged(frame, release, threads) | _index(frame))
    if release.challenger is not None:
        _save_columns(directory / SHADOW, _judged(frame, release.challenger, threads))
    keys = pa.Table.from_pandas(frame.keys, schema=KEYS_SCHEMA, preserve_index=False).replace_schema_metadata()
    pq.write_table(keys, directory / KEYS_FILE)


def count_rows(part: Path) -> int:
    """How many rows a part that was saved has."""
    return int(pq.read_metadata(part / KEYS_FILE).num_rows)


def _judged(frame: Frame, release: Release, threads: int) -> dict[str, NDArray[Any]]:
    """Verdicts and strongest reasons of a frame's rows, as columns."""
    verdicts = judge(frame, release, threads=threads)
    columns = {name: getattr(verdicts, name) for name in VERDICT_COLUMNS}
    return columns | strongest_reasons(frame, verdicts, release, threads)


def _save_columns(directory: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    directory.mkdir()
    for name, values in columns.items():
        np.save(directory / f"{name}.npy", values)


def _index(frame: Frame) -> dict[str, NDArray[Any]]:
    """The enterprises in ascending order, and where the rows of each begin."""
    ids, first = np.unique(id_bytes(frame.keys["enterprise_id"].tolist()), return_index=True)
    if not np.all(np.diff(first) > 0):
        raise ModelError("The rows of a frame must be sorted by enterprise; build it again.")
    return {"enterprise_id": ids, "first_row": first}


def strongest_reasons(frame: Frame, verdicts: Verdicts, release: Release, threads: int) -> dict[str, NDArray[Any]]:
    """The strongest reasons of every row that has a margin, as columns.

    `reason_indicator` (rows, BULK_REASONS) holds positions in the frame's names, -1 where there is none;
    `reason_contribution` goes with it; `reason_other` is the remainder and `baseline` what all start from.
    """
    count = len(frame.keys)
    columns: dict[str, NDArray[Any]] = {
        "reason_indicator": np.full((count, BULK_REASONS), -1, dtype=np.int16),
        "reason_contribution": np.zeros((count, BULK_REASONS)),
        "reason_other": np.full(count, np.nan),
        "baseline": np.full(count, np.nan),
    }

    def explain(sector: str, rows: NDArray[np.intp]) -> None:
        model = release.models[sector]
        schema = np.array([frame.position[name] for name in model.indicators])
        baseline, parts = model.contributions(frame.columns(model.indicators, rows))
        positions, kept, other = strongest(parts, BULK_REASONS)
        columns["reason_indicator"][rows, : positions.shape[1]] = schema[positions]
        columns["reason_contribution"][rows, : positions.shape[1]] = kept
        columns["reason_other"][rows], columns["baseline"][rows] = other, baseline

    by_sector(frame, ~np.isnan(verdicts.margin), explain, threads)
    return columns
