"""What a long run has finished, kept beside what it makes, so that a run after a kill goes on from there."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from records.errors import FenjiError, ModelError
from serving.digests import read_json, replace_json

INPUTS_FILE = "inputs.json"


@dataclass(frozen=True)
class Workspace:
    """A directory of finished parts; each appears whole or not at all."""

    directory: Path

    def part(self, name: str, make: Callable[[Path], None] | None) -> Path:
        """The directory of a part; `make` fills it, given an empty directory, unless that was done before (or null)."""
        finished = self.directory / name
        if make is not None and not self.has(name):
            unfinished = self.fresh(f"{name}.unfinished")
            make(unfinished)
            _store(unfinished)
            unfinished.rename(finished)
        return finished

    def has(self, name: str) -> bool:
        """Whether a part was finished."""
        return (self.directory / name).exists()

    def fresh(self, name: str) -> Path:
        """An empty directory of this name, whatever lay there."""
        directory = self.directory / name
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
        return directory


@contextmanager
def workspace(out: Path, inputs: Mapping[str, str]) -> Iterator[Workspace]:
    """The workspace beside `out`, which is removed once `out` is made; parts made of other inputs are not used.

    Raises ModelError while another run makes the same.
    """
    directory = out.with_name(f".{out.name}.parts")
    directory.mkdir(parents=True, exist_ok=True)
    handle = os.open(directory, os.O_RDONLY)
    try:
        _lock(handle, out)
        _drop_other(directory, dict(inputs))
        try:
            yield Workspace(directory)
        except FenjiError:
            # What was refused will be refused again.
            shutil.rmtree(directory)
            raise
        shutil.rmtree(directory)
    finally:
        os.close(handle)


def _drop_other(directory: Path, inputs: dict[str, str]) -> None:
    """Remove parts that were made of other inputs, and only then say of which those to come are made."""
    known = directory / INPUTS_FILE
    if known.exists() and read_json(known, "workspace")[0] == inputs:
        return
    for path in directory.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    replace_json(known, inputs)


def _lock(handle: int, out: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as busy:
        raise ModelError(f"One run at a time makes {out}, another does; wait for it or name another place.") from busy


def _store(directory: Path) -> None:
    """Have the disk hold what was written, since only then its name says that it is finished."""
    for path in (path for path in directory.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
