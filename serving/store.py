"""Releases and snapshots in the BentoML model store, from which `bentoml build` takes them into a bento.

They are stored as plain directories under their digest; nothing is pickled. Of each kind, the one that was stored
last is `latest`, which bentofile.yaml names; the bento then keeps the exact version. The store is BentoML's own,
wherever BENTOML_HOME puts it, so that `bentoml models list` and `bentoml build` work as a user of BentoML expects.
"""

import shutil
from pathlib import Path

import bentoml

from serving.current import Current, read_current
from serving.digests import SHORT, read_json
from serving.places import current_path
from serving.release import RELEASE_FILE
from serving.snapshot import SNAPSHOT_FILE

RELEASE_MODEL = "fenji"
SNAPSHOT_MODEL = "fenji-snapshot"
RELEASE_ALIAS = "release"
SNAPSHOT_ALIAS = "snapshot"
"""The aliases of bentofile.yaml, by which the service inside a bento finds what it carries."""


def store_release(directory: Path) -> str:
    """Put a release into the model store and return its tag, `fenji:<digest>`."""
    return _store(directory, RELEASE_MODEL, read_json(directory / RELEASE_FILE, "release")[1])


def store_snapshot(directory: Path) -> str:
    """Put a snapshot into the model store and return its tag, `fenji-snapshot:<digest>`."""
    return _store(directory, SNAPSHOT_MODEL, read_json(directory / SNAPSHOT_FILE, "snapshot")[1])


def store_current(path: Path | None = None) -> tuple[str, str]:
    """Put what is in service into the model store, for a build; the tags of release and snapshot."""
    current = read_current(path or current_path())
    return store_release(current.release), store_snapshot(current.snapshot)


def carried() -> Current:
    """The release and the snapshot that the running bento carries."""
    return Current(Path(bentoml.models.get(RELEASE_ALIAS).path), Path(bentoml.models.get(SNAPSHOT_ALIAS).path))


def stored_directories() -> list[Path]:
    """Where the releases and snapshots of the model store lie."""
    names = (RELEASE_MODEL, SNAPSHOT_MODEL)
    return [Path(model.path) for model in bentoml.models.list() if model.tag.name in names]


def _store(directory: Path, name: str, digest: str) -> str:
    tag = f"{name}:{digest[:SHORT]}"
    stored = {str(model.tag) for model in bentoml.models.list() if model.tag.name == name}
    if tag in stored:
        if str(bentoml.models.get(f"{name}:latest").tag) == tag:
            return tag
        # Stored again, so that it becomes the latest: a rollback is a build like any other.
        bentoml.models.delete(tag)
    with bentoml.models.create(tag, labels={"digest": digest}) as model:
        shutil.copytree(directory, model.path, dirs_exist_ok=True)
    return tag
