"""Score the whole population ahead into an immutable snapshot, from which the service answers."""

import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from features.build import PART_ENTERPRISES, Frame, Population, survey
from features.catalogue.everything import INDICATORS
from features.evidence import visible_now
from features.peers import load_peers
from records.data_hash import data_hash
from records.errors import DataError, ModelError
from records.progress import Report, silent
from records.quality import OverallQuality
from records.source import Records
from records.subjects import SUBJECTS
from serving.digests import digest_of_text, digests_below, write_json
from serving.release import Release
from serving.scoring.assembled import Origin, assemble, describe
from serving.scoring.frame_file import FRAME_FILE, write_rows
from serving.scoring.scored_part import count_rows, save_part
from serving.scoring.workspace import Workspace, workspace
from serving.snapshot import SNAPSHOT_FILE

PEERS, RECORDS, BUILDING = "peers", "records", "snapshot"
RECORD_GROUP_ROWS = 16_384
"""Rows per Parquet row group of the kept records: small, since an answer reads those of a few enterprises."""


def score_population(
    records: Records,
    release: Release,
    as_of: date,
    out: Path,
    progress: Report = silent,
    threads: int = 1,
    quality: OverallQuality | None = None,
    part_enterprises: int = PART_ENTERPRISES,
) -> str:
    """Tier every enterprise known before `as_of` into the new directory `out` and return the snapshot's digest.

    The snapshot holds one row per enterprise and sector: verdict, the five strongest reasons and what the others
    add up to, the indicators themselves, the comparison tables, and the records that counted at `as_of`. It states the
    `quality` of the records that were read, where that was measured.

    Enterprises are scored part by part. Finished parts lie beside `out` until that appears: a run that was killed goes
    on from there when it is called again with the same records, release, date and indicators, and makes the same bytes.

    Raises
    ------
    ModelError
        If `out` exists or another run is making it, or the indicators do not fit a model's schema.
    DataError
        If no enterprise was known before `as_of`.
    """
    _refuse_existing(out)
    inputs = {
        "records": data_hash(records),
        "release": release.digest,
        "as_of": as_of.isoformat(),
        # As they are declared: the order within the compiled steps is another in every process.
        "indicators": digest_of_text(repr(INDICATORS)),
        "part_enterprises": str(part_enterprises),
    }
    with workspace(out, inputs) as space:
        progress("indicators", 0, 1)
        population = _survey(records, as_of, space)
        progress("indicators", 1, 1)
        origin = Origin(as_of, release.digest, [indicator.name for indicator in INDICATORS], quality)
        # What DuckDB does and what NumPy does alternate between one core and all: together they take less time.
        with ThreadPoolExecutor(1) as judging:
            judged = _score(population, release, space, judging, progress, threads, part_enterprises)
            described = judging.submit(_put_together, space, (one.result() for one in judged), origin, threads)
            kept = _keep_records(space, visible_now(records), progress)
        return _finish(space, described.result(), kept, out)


def write_snapshot(
    frame: Frame,
    visible: Records,
    release: Release,
    out: Path,
    progress: Report = silent,
    threads: int = 1,
    quality: OverallQuality | None = None,
) -> str:
    """Judge a frame and write the snapshot; `visible` are the records that counted at its as-of date.

    The directory is filled under another name beside `out` and renamed, so that it appears whole or not at all.
    """
    _refuse_existing(out)
    _refuse_nobody(len(frame.keys), frame.as_of)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".snapshot-") as temporary:
        space = Workspace(Path(temporary))
        space.part(PEERS, frame.peers.save)
        origin = Origin(frame.as_of, release.digest, frame.names, quality)
        part = space.part("rows", lambda directory: _save_rows(frame, 0, release, space, threads, directory))
        described = _put_together(space, [part], origin, threads)
        return _finish(space, described, _keep_records(space, visible, progress), out)


def _refuse_existing(out: Path) -> None:
    if out.exists():
        raise ModelError(f"A snapshot never changes, {out} exists already; name another directory.")


def _refuse_nobody(count: int, as_of: date) -> None:
    if not count:
        raise DataError(f"A snapshot needs an enterprise known before {as_of}, got none; score at a later as-of date.")


def _survey(records: Records, as_of: date, space: Workspace) -> Population:
    """Everyone compared with the tables that an earlier run left, if it got so far."""
    if space.has(PEERS):
        return survey(records, as_of, peers=load_peers(space.directory / PEERS))
    population = survey(records, as_of)
    space.part(PEERS, population.peers.save)
    return population


def _score(
    population: Population,
    release: Release,
    space: Workspace,
    judging: Executor,
    progress: Report,
    threads: int,
    part_enterprises: int,
) -> list[Future[Path]]:
    """The parts, in the order of their enterprises; each is judged while the next is built."""
    members = population.parts(part_enterprises)
    count = sum(map(len, members))
    _refuse_nobody(count, population.as_of)
    parts: list[Future[Path]] = []
    rows = 0
    for number, some in enumerate(members):
        progress("tiers and reasons", number * part_enterprises, count)
        name = f"rows-{number * part_enterprises:09d}"
        frame = None if space.has(name) else population.frame(some)
        if parts:
            # So that not more than two frames are in memory.
            rows += count_rows(parts[-1].result())
        # Of a part that was finished before there is no frame, and nothing to save.
        save = None if frame is None else partial(_save_rows, frame, rows, release, space, threads)
        parts.append(judging.submit(space.part, name, save))
    progress("tiers and reasons", count, count)
    return parts


def _save_rows(frame: Frame, first: int, release: Release, space: Workspace, threads: int, directory: Path) -> None:
    """Judge the rows of a frame, of which `first` is the place of the first among all."""
    save_part(frame, release, directory, threads)
    write_rows(space.directory / FRAME_FILE, first, frame.values)


def _keep_records(space: Workspace, visible: Records, progress: Report) -> Path:
    return space.part(RECORDS, lambda directory: _save_records(visible, directory, progress))


def _put_together(space: Workspace, parts: Iterable[Path], origin: Origin, threads: int) -> dict[str, Any]:
    """Put together what there is beside the records, and say what the snapshot says of itself."""
    building = space.fresh(BUILDING)
    sectors = assemble(list(parts), space.directory / FRAME_FILE, len(origin.indicators), building, threads)
    shutil.copytree(space.directory / PEERS, building / PEERS)
    return describe(building, sectors, origin, digests_below(building))


def _finish(space: Workspace, described: dict[str, Any], kept: Path, out: Path) -> str:
    """Add the records and give the snapshot its name."""
    building = space.directory / BUILDING
    kept.rename(building / RECORDS)
    described["files"] |= {f"{RECORDS}/{name}": digest for name, digest in digests_below(building / RECORDS).items()}
    digest = write_json(building / SNAPSHOT_FILE, described)
    building.rename(out)
    return digest


def _save_records(visible: Records, directory: Path, report: Report) -> None:
    """One Parquet file per subject, sorted by enterprise."""
    for done, (name, subject) in enumerate(SUBJECTS.items()):
        report("records", done, len(SUBJECTS))
        table = (
            visible.tables[name].select(*subject.column_names).order_by(*dict.fromkeys(("enterprise_id", *subject.key)))
        )
        table.to_parquet(directory / f"{name}.parquet", row_group_size=RECORD_GROUP_ROWS)
    report("records", len(SUBJECTS), len(SUBJECTS))
