"""Where a release, a snapshot, alerts or a list extract of the past still lie: by digest, never by name."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from records.errors import ModelError
from serving.advisory import ALERTS_FOLDER
from serving.current import read_current
from serving.digests import digest_of_file
from serving.places import current_path


def find_kept(places: Iterable[Path], file: str, digest: str) -> Path | None:
    """A directory whose `file` has this digest: a place, one in a place, or one in BentoML's store; null for none."""
    return next((one for one in _candidates(places) if _has(one / file, digest)), None)


def places_in_service() -> list[Path]:
    """The folders beside what is in service, where its predecessors lie as a rule; and those of the commands."""
    folders = [current_path().parent / name for name in ("releases", "snapshots", "lists", ALERTS_FOLDER)]
    with suppress(ModelError):
        current = read_current(current_path())
        folders += [current.release.parent, current.snapshot.parent]
    return list(dict.fromkeys(folders))


def _candidates(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield place
        if place.is_dir():
            yield from sorted(one for one in place.iterdir() if one.is_dir())
    # BentoML is slow to load, and as a rule everything lies beside what is in service.
    from serving.store import stored_directories

    yield from stored_directories()


def _has(path: Path, digest: str) -> bool:
    return path.is_file() and digest_of_file(path) == digest
