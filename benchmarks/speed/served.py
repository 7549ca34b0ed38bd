"""A service of so many enterprises: their snapshot by the release in service, made once, and put into service apart."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.speed.districts import AS_OF, HOME, records_of
from records.source import read_records
from serving.current import Current, read_current, write_current
from serving.places import CURRENT_VARIABLE, current_path
from serving.release import load_release
from serving.scoring.population import score_population

THREADS = 2


@contextmanager
def serving(enterprises: int) -> Iterator[Current]:
    """What a service started within answers from; the one that was in service before is not touched."""
    before = current_path()
    directory = read_current(before).release
    release = load_release(directory)
    state = HOME / f"{enterprises}" / f"served-{release.digest[:12]}"
    snapshot = state / "snapshot"
    if not snapshot.exists():
        score_population(read_records(records_of(enterprises)), release, AS_OF, snapshot, threads=THREADS)
    os.environ[CURRENT_VARIABLE] = str((state / "current.json").absolute())
    try:
        yield write_current(current_path(), directory, snapshot)
    finally:
        os.environ[CURRENT_VARIABLE] = str(before)
