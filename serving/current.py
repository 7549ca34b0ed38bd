"""The `current` file: which release and snapshot are in service, by digest, and where they lie."""

import os
from dataclasses import dataclass
from pathlib import Path

from records.errors import ModelError
from serving.digests import read_json, replace_json
from serving.release import RELEASE_FILE, load_release
from serving.scorer import Scorer
from serving.snapshot import SNAPSHOT_FILE, load_snapshot

_PARTS = {"release": RELEASE_FILE, "snapshot": SNAPSHOT_FILE}


@dataclass(frozen=True)
class Current:
    """The directories in service and the digests that they must have (null: whatever they have)."""

    release: Path
    snapshot: Path
    release_digest: str | None = None
    snapshot_digest: str | None = None

    def load(self) -> Scorer:
        """Open both; ModelError where a file is missing or changed, or the two do not fit together."""
        for what, directory, named in (
            ("release", self.release, self.release_digest),
            ("snapshot", self.snapshot, self.snapshot_digest),
        ):
            # Before it is read: what was changed need not make sense any more.
            _, found = read_json(directory / _PARTS[what], what)
            if named not in (None, found):
                raise ModelError(
                    f"The {what} in service must have the digest that the current file names, {named[:12]}, "
                    f"got {found[:12]}; put it into service again."
                )
        return Scorer(load_release(self.release), load_snapshot(self.snapshot))


def write_current(path: Path, release: Path, snapshot: Path) -> Current:
    """Put a release and a snapshot into service: the file appears whole, and an old one is replaced at once.

    Paths are written relative to the file's folder, so that the whole state folder may be moved.
    """
    content = {}
    for part, directory in (("release", release), ("snapshot", snapshot)):
        _, digest = read_json(directory / _PARTS[part], part)
        place = os.path.relpath(directory.absolute(), path.absolute().parent)
        content[part] = {"digest": digest, "path": Path(place).as_posix()}
    replace_json(path, content)
    return read_current(path)


def read_current(path: Path) -> Current:
    """Read the file; ModelError if it is missing or says less than it must."""
    content, _ = read_json(path, "current file")
    try:
        release, snapshot = content["release"], content["snapshot"]
        return Current(
            path.parent / release["path"],
            path.parent / snapshot["path"],
            release["digest"],
            snapshot["digest"],
        )
    except (KeyError, TypeError) as incomplete:
        raise ModelError(
            f"A current file must name release and snapshot with digest and path, {path} does not; write it anew."
        ) from incomplete
