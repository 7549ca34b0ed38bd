"""Score the whole population ahead into an immutable snapshot, from which the service answers."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.build import Frame, build_frame
from features.evidence import visible_records
from model.reasons import BULK_REASONS, strongest
from model.tiers import TIERS
from records.errors import DataError, ModelError
from records.progress import Report, silent
from records.source import Records
from records.subjects import SUBJECTS
from serving.digests import digests_below, write_json
from serving.id_column import id_bytes
from serving.release import Release
from serving.snapshot import SNAPSHOT_FILE
from serving.verdicts import STATUSES, VERDICT_COLUMNS, Verdicts, judge, matrix_of

REASON_CHUNK_ROWS = 1024
RECORD_GROUP_ROWS = 16_384
"""Rows per Parquet row group of the kept records: small, since an answer reads those of a few enterprises."""


def score_population(
    records: Records,
    release: Release,
    as_of: date,
    out: Path,
    progress: Report = silent,
    threads: int = 1,
) -> str:
    """Tier every enterprise known before `as_of` into the new directory `out` and return the snapshot's digest.

    The snapshot holds one row per enterprise and sector: verdict, the five strongest reasons and what the others
    add up to, the indicators themselves, the comparison tables, and the records that counted at `as_of`.

    Raises
    ------
    ModelError
        If `out` exists, or the indicators do not fit a model's schema.
    DataError
        If no enterprise was known before `as_of`.
    """
    _refuse_existing(out)
    progress("indicators", 0, 1)
    frame = build_frame(records, as_of)
    progress("indicators", 1, 1)
    return write_snapshot(frame, visible_records(records, as_of), release, out, progress, threads)


def write_snapshot(
    frame: Frame, visible: Records, release: Release, out: Path, progress: Report = silent, threads: int = 1
) -> str:
    """Judge a frame and write the snapshot; `visible` are the records that counted at its as-of date.

    The directory is filled under another name beside `out` and renamed, so that it appears whole or not at all.
    """
    _refuse_existing(out)
    if not len(frame.keys):
        raise DataError(
            f"A snapshot needs an enterprise known before {frame.as_of}, got none; score at a later as-of date."
        )
    verdicts = judge(frame, release, threads=threads, on_rows=_counter(progress, "tiers", len(frame.keys)))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".snapshot-") as temporary:
        building = Path(temporary) / "snapshot"
        (building / "columns").mkdir(parents=True)
        _save_rows(building, frame, verdicts)
        reasons = bulk_reasons(frame, verdicts, release, threads, _counter(progress, "reasons", len(frame.keys)))
        for name, values in reasons.items():
            np.save(building / "columns" / f"{name}.npy", values)
        frame.peers.save(building / "peers")
        _save_records(visible, building / "records", progress)
        digest = write_json(building / SNAPSHOT_FILE, _description(building, frame, verdicts, release))
        building.rename(out)
    return digest


def _refuse_existing(out: Path) -> None:
    if out.exists():
        raise ModelError(f"A snapshot never changes, {out} exists already; name another directory.")


def _counter(report: Report, step: str, total: int) -> Callable[[int], None]:
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        report(step, done, total)

    return tick


def _save_rows(building: Path, frame: Frame, verdicts: Verdicts) -> None:
    """Verdicts, indicators and typical values, and an index from an enterprise to its rows."""
    ids, first = np.unique(id_bytes(frame.keys["enterprise_id"].tolist()), return_index=True)
    if not np.all(np.diff(first) > 0):
        raise ModelError("The rows of a frame must be sorted by enterprise; build it again.")
    sectors, codes = _sectors(frame)
    columns = {name: getattr(verdicts, name) for name in VERDICT_COLUMNS}
    columns |= {"sector": codes.astype(np.uint16), "first_row": np.append(first, len(frame.keys))}
    columns |= {"enterprise_id": ids, "typical": _typical(frame, codes, len(sectors))}
    for name, values in columns.items():
        np.save(building / "columns" / f"{name}.npy", values)
    np.save(building / "frame.npy", frame.values)
    frame.keys.to_parquet(building / "keys.parquet", index=False)


def _sectors(frame: Frame) -> tuple[list[str], NDArray[np.intp]]:
    names, codes = np.unique(frame.keys["sector"].astype(str).to_numpy(dtype=object), return_inverse=True)
    return [str(name) for name in names], codes


def _typical(frame: Frame, codes: NDArray[np.intp], sectors: int) -> NDArray[np.float32]:
    """The median of each indicator over each sector's rows, shape (sectors, indicators); NaN without any value."""
    typical = np.full((sectors, len(frame.names)), np.nan, dtype=np.float32)
    for code in range(sectors):
        values = frame.values[codes == code]
        known = ~np.isnan(values).all(axis=0)
        typical[code, known] = np.nanmedian(values[:, known], axis=0)
    return typical


def bulk_reasons(
    frame: Frame, verdicts: Verdicts, release: Release, threads: int, tick: Callable[[int], None]
) -> dict[str, NDArray[Any]]:
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
    has_margin = ~np.isnan(verdicts.margin)
    tick(int((~has_margin).sum()))
    sectors, codes = _sectors(frame)
    for code, sector in enumerate(sectors):
        rows = np.flatnonzero(has_margin & (codes == code))
        for start in range(0, len(rows), REASON_CHUNK_ROWS):
            chunk = rows[start : start + REASON_CHUNK_ROWS]
            model = release.models[sector]
            baseline, parts = model.contributions(matrix_of(frame, chunk, model.indicators), threads)
            schema = np.array([frame.names.index(name) for name in model.indicators])
            positions, kept, other = strongest(parts, BULK_REASONS)
            columns["reason_indicator"][chunk, : positions.shape[1]] = schema[positions]
            columns["reason_contribution"][chunk, : positions.shape[1]] = kept
            columns["reason_other"][chunk], columns["baseline"][chunk] = other, baseline
            tick(len(chunk))
    return columns


def _save_records(visible: Records, directory: Path, report: Report) -> None:
    """One Parquet file per subject, sorted by enterprise."""
    directory.mkdir()
    for done, (name, subject) in enumerate(SUBJECTS.items()):
        report("records", done, len(SUBJECTS))
        table = (
            visible.tables[name].select(*subject.column_names).order_by(*dict.fromkeys(("enterprise_id", *subject.key)))
        )
        table.to_parquet(directory / f"{name}.parquet", row_group_size=RECORD_GROUP_ROWS)
    report("records", len(SUBJECTS), len(SUBJECTS))


def _description(building: Path, frame: Frame, verdicts: Verdicts, release: Release) -> dict[str, Any]:
    return {
        "as_of": frame.as_of.isoformat(),
        "release": release.digest,
        "sectors": _sectors(frame)[0],
        "indicators": list(frame.names),
        "counts": _counts(frame, verdicts),
        "files": digests_below(building),
    }


def _counts(frame: Frame, verdicts: Verdicts) -> dict[str, Any]:
    """How many rows have each status, and how many each tier, by sector."""
    sectors, codes = _sectors(frame)
    return {
        "enterprises": int(frame.keys["enterprise_id"].nunique()),
        "rows": len(frame.keys),
        "status": {name: int((verdicts.status == code).sum()) for code, name in enumerate(STATUSES)},
        "tiers": {
            sector: {tier.id: int((verdicts.tier[codes == code] == tier.rank).sum()) for tier in TIERS}
            for code, sector in enumerate(sectors)
        },
    }
