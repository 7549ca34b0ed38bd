"""What was imported into a data directory, in `DIR/_imports`, and how an import gets there whole or not at all.

An import is one folder, named by its number: `import.json` (file, digest, counts), `quarantined.csv`, `flags.parquet`.
It is written under a hidden name and renamed, with the new versions still inside; then these are moved into the
subject's folder. Whatever is killed in between leaves the records as they were; the next import finishes the move.
"""

import csv
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from records.errors import DataError

JOURNAL = "_imports"
VERSIONS = "records.parquet"
"""The new versions of an import while they are still inside its folder."""
BEFORE = "000000-before"
"""What a subject's single file is called once it stands in a folder beside imports."""

_LOCK, _ENTRY, _QUARANTINED, _PARTIAL = ".lock", "import.json", "quarantined.csv", ".partial-"
_NUMBER = re.compile(r"\d{6}")


@dataclass(frozen=True)
class Entry:
    """One import as the journal keeps it.

    `closes` says whether no later delivery of this system may change the subject's past before `known_at`. `terms` is
    what else decided the outcome: owners, units, scales, and the program's own rules.
    """

    number: int
    system: str
    layout: str
    subject: str
    file: str
    sheet: str
    sha256: str
    size: int
    imported_at: str
    known_at: str
    closes: bool
    terms: dict[str, Any]
    counts: dict[str, int]
    reasons: dict[str, int] = field(default_factory=dict)
    flags: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.number:06d}"

    @property
    def label(self) -> str:
        """What the table is called at the terminal."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file


@dataclass(frozen=True)
class Kept:
    """What an import leaves behind: versions to store, the quarantined rows as a table of texts, the flags."""

    versions: pa.Table
    quarantined: Sequence[Sequence[str]]
    flags: pa.Table


class Journal:
    """The imports of one data directory; only one process at a time has it open."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.folder = directory / JOURNAL
        self.entries = [_read_entry(path) for path in sorted(self.folder.iterdir()) if _NUMBER.fullmatch(path.name)]

    def next_number(self) -> int:
        return max((entry.number for entry in self.entries), default=0) + 1

    def known(self, sha256: str, sheet: str, layout: str) -> list[Entry]:
        """Earlier imports of the same table, whatever its file was called, the latest first."""
        same = [entry for entry in self.entries if (entry.sha256, entry.sheet, entry.layout) == (sha256, sheet, layout)]
        return same[::-1]

    def quarantined_numbers(self, entry: Entry) -> frozenset[int]:
        """The rows of an import, by their numbers in the file, that are in quarantine."""
        path = self.folder / entry.name / _QUARANTINED
        if not path.exists():
            return frozenset()
        with path.open(encoding="utf-8-sig", newline="") as file:
            return frozenset(int(row[0]) for row in list(csv.reader(file))[1:])

    def closed(self, system: str, subject: str) -> datetime | None:
        """The latest date of a delivery by which the past of the subject's records from this system is closed."""
        dates = [
            datetime.fromisoformat(entry.known_at)
            for entry in self.entries
            if (entry.system, entry.subject) == (system, subject) and entry.closes
        ]
        return max(dates, default=None)

    def subject_folder(self, subject: str) -> Path:
        """Where the subject's files lie; what the contract does not know stays with the journal."""
        return self.folder / subject.removeprefix("_") if subject.startswith("_") else self.directory / subject

    def commit(self, entry: Entry, kept: Kept) -> None:
        """Write an import; it is there whole, or not at all."""
        partial = self.folder / f"{_PARTIAL}{entry.name}"
        partial.mkdir()
        if kept.versions.num_rows:
            pq.write_table(kept.versions, partial / VERSIONS)
        if len(kept.quarantined) > 1:
            _write_quarantined(partial / _QUARANTINED, kept.quarantined)
        if kept.flags.num_rows:
            pq.write_table(kept.flags, partial / "flags.parquet")
        text = json.dumps(asdict(entry), ensure_ascii=False, indent=1)
        (partial / _ENTRY).write_text(text + "\n", encoding="utf-8")
        for path in (*partial.iterdir(), partial):
            _sync(path)
        partial.rename(self.folder / entry.name)
        _sync(self.folder)
        self.entries.append(entry)
        self._publish(entry)

    def recover(self) -> None:
        """Finish what an import that was killed left: drop what was not committed, move what was."""
        for path in self.folder.glob(f"{_PARTIAL}*"):
            shutil.rmtree(path)
        for entry in self.entries:
            self._publish(entry)
        for path in self.directory.glob(".moving-*"):
            shutil.rmtree(path)

    def _publish(self, entry: Entry) -> None:
        """Move the new versions to the subject's records: one rename, before which nobody sees them."""
        staged = self.folder / entry.name / VERSIONS
        if staged.exists():
            folder = self.subject_folder(entry.subject)
            _make_folder(self.directory, folder)
            staged.rename(folder / f"{entry.name}-{entry.system}.parquet")
            _sync(folder)


@contextmanager
def open_journal(directory: Path) -> Iterator[Journal]:
    """The journal of a data directory, made where there is none, and locked against other imports.

    Raises
    ------
    DataError
        If another import into the directory is running, or the directory is a file.
    """
    if directory.exists() and not directory.is_dir():
        raise DataError(f"Records are imported into a directory, got the file {directory}: name a directory.")
    folder = directory / JOURNAL
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        _take(lock, directory)
        journal = Journal(directory)
        journal.recover()
        yield journal


def _take(lock: TextIO, directory: Path) -> None:
    """The operating system's lock: whoever holds it and is killed lets go of it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise DataError(f"Another import into {directory} is running: wait until it has ended.") from error


def _read_entry(folder: Path) -> Entry:
    try:
        return Entry(**json.loads((folder / _ENTRY).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{folder / _ENTRY} must be the journal of an import, it is not: restore it.") from error


def _make_folder(directory: Path, folder: Path) -> None:
    """The folder of a subject; a single file that holds its records so far becomes the first file in it.

    The file is linked into the folder before it is removed from beside it, and while both are there the reader knows
    them for one (`records.locations`).
    """
    singles = [path for suffix in (".parquet", ".csv") if (path := folder.with_name(folder.name + suffix)).is_file()]
    if not folder.exists():
        moving = directory / f".moving-{folder.name}"
        shutil.rmtree(moving, ignore_errors=True)
        moving.mkdir()
        for single in singles:
            _link(single, moving / f"{BEFORE}{single.suffix}")
        moving.rename(folder)
        _sync(directory)
    for single in singles:
        moved = folder / f"{BEFORE}{single.suffix}"
        if moved.exists() and single.samefile(moved):
            single.unlink()


def _link(single: Path, name: Path) -> None:
    try:
        os.link(single, name)
    except OSError as error:
        raise DataError(
            f"An import appends to a folder of files, and {single} cannot be moved into one here ({error}): "
            f"move it into {single.with_suffix('')} yourself."
        ) from error


def _write_quarantined(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """With a byte-order mark, so that a spreadsheet reads the Chinese; what it could take for a formula is quoted."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_harmless(cell) for cell in row] for row in rows)


def _harmless(cell: str) -> str:
    is_formula = cell.startswith(("=", "@", "\t")) or (cell.startswith(("+", "-")) and not cell[1:2].isdigit())
    return f"'{cell}" if is_formula and len(cell) > 1 else cell


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
