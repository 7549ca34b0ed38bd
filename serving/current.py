"""The `current` file: which release and snapshot are in service, by digest, and where they lie.

Beside them it names the alerts of the last monitoring, where there was any.
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from model.alerts import ALERTS_FILE, Alerts
from records.errors import ModelError
from serving.advisory import Advice, kept_alerts, load_advice
from serving.digests import read_json, replace_json
from serving.release import RELEASE_FILE, Release, load_release
from serving.scorer import Scorer
from serving.snapshot import SNAPSHOT_FILE, Snapshot, load_snapshot

_PARTS = {"release": RELEASE_FILE, "snapshot": SNAPSHOT_FILE, "alerts": ALERTS_FILE}


@dataclass(frozen=True)
class Current:
    """The directories in service and the digests that they must have (null: whatever they have).

    `alerts` is null where nothing was ever watched.
    """

    release: Path
    snapshot: Path
    release_digest: str | None = None
    snapshot_digest: str | None = None
    alerts: Path | None = None
    alerts_digest: str | None = None

    def load(self) -> Scorer:
        """Open them; ModelError where a file is missing or changed, or release and snapshot do not fit together."""
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
        return Scorer(load_release(self.release), load_snapshot(self.snapshot), self.advice())

    def advice(self) -> Advice | None:
        """What monitoring said last; null where nothing was watched, ModelError where the file is not the one named."""
        if self.alerts is None:
            return None
        advice = load_advice(self.alerts)
        if advice.digest != self.alerts_digest:
            raise ModelError(
                f"The alerts in service must have the digest that the current file names, "
                f"{str(self.alerts_digest)[:12]}, got {advice.digest[:12]}; run `fenji watch` again."
            )
        return advice


def write_current(path: Path, release: Path, snapshot: Path) -> Current:
    """Put a release and a snapshot into service: the file appears whole, and an old one is replaced at once.

    Paths are written relative to the file's folder, so that the whole state folder may be moved. What monitoring said
    last stays until it says something else: a new snapshot alone mends nothing.
    """
    content = {
        part: _named(path, directory, part) for part, directory in (("release", release), ("snapshot", snapshot))
    }
    replace_json(path, {**_alerts_so_far(path), **content})
    return read_current(path)


def write_current_alerts(path: Path, directory: Path) -> Current:
    """Let the service say what the alerts in a directory say, beside the release and snapshot that are in service.

    ModelError where the current file is missing, or the directory has no alerts.
    """
    load_advice(directory)
    content, _ = read_json(path, "current file")
    kept = kept_alerts(path.absolute().parent, directory / ALERTS_FILE)
    replace_json(path, {**content, "alerts": _named(path, kept, "alerts")})
    return read_current(path)


def alerts_in_service(path: Path) -> Alerts | None:
    """What monitoring said last; null where nothing is in service or nothing was ever watched."""
    if not path.is_file():
        return None
    advice = read_current(path).advice()
    return None if advice is None else advice.alerts


def to_watch(path: Path, as_of: date, release: Path | None, snapshot: Path | None) -> tuple[Release, Snapshot]:
    """The release and the snapshot to be watched: those named, else those that the current file names.

    ModelError where either is missing or damaged, the snapshot is of another date than `as_of`, or another release
    scored it.
    """
    current = None if release and snapshot else read_current(path)
    opened = load_snapshot(snapshot or current.snapshot)  # type: ignore[union-attr]
    if opened.as_of != as_of:
        raise ModelError(
            f"What is watched must be as of the date asked for, {as_of}, the snapshot is as of {opened.as_of}; score "
            "that date, or name its snapshot with --snapshot."
        )
    scored_by = load_release(release or current.release)  # type: ignore[union-attr]
    if opened.release != scored_by.digest:
        raise ModelError(
            f"A snapshot is watched with the release that scored it, {opened.release[:12]}, got "
            f"{scored_by.digest[:12]}; name it with --release."
        )
    return scored_by, opened


def _named(path: Path, directory: Path, part: str) -> dict[str, str]:
    """How the current file names a directory: by the digest of its file, and relative to its own folder."""
    _, digest = read_json(directory / _PARTS[part], part)
    place = os.path.relpath(directory.absolute(), path.absolute().parent)
    return {"digest": digest, "path": Path(place).as_posix()}


def _alerts_so_far(path: Path) -> dict[str, object]:
    try:
        content, _ = read_json(path, "current file")
    except ModelError:
        return {}
    return {"alerts": content["alerts"]} if isinstance(content, dict) and "alerts" in content else {}


def read_current(path: Path) -> Current:
    """Read the file; ModelError if it is missing or says less than it must."""
    content, _ = read_json(path, "current file")
    try:
        release, snapshot, alerts = content["release"], content["snapshot"], content.get("alerts")
        return Current(
            path.parent / release["path"],
            path.parent / snapshot["path"],
            release["digest"],
            snapshot["digest"],
            None if alerts is None else path.parent / alerts["path"],
            None if alerts is None else alerts["digest"],
        )
    except (AttributeError, KeyError, TypeError) as incomplete:
        raise ModelError(
            f"A current file must name release and snapshot with digest and path, {path} does not; write it anew."
        ) from incomplete
