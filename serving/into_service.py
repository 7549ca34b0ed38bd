"""Put a release and a snapshot into service by a command, and write down who did and in spite of what."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from records.login import login_name
from serving.audit.commands import accounted
from serving.current import write_current, write_current_alerts
from serving.digests import digest_of_file
from serving.places import current_path
from serving.release import RELEASE_FILE
from serving.snapshot import SNAPSHOT_FILE
from serving.store import store_current


@contextmanager
def into_service() -> Iterator[Callable[..., None]]:
    """Yields a function that puts a release's and a snapshot's directory into service and into BentoML's store.

    It takes, too, the directory with what monitoring said of them (`alerts`; null: what it said last stays), and why
    and by whose word they go into service although that is a break (`despite`; null: it is none).

    The database is opened before what is put into service is made, which may take long: what nobody can account for
    is not done. Raises ConfigError where it cannot be used.
    """
    with accounted(login_name()) as write_down:

        def put(release: Path, snapshot: Path, alerts: Path | None = None, despite: object = None) -> None:
            write_current(current_path(), release, snapshot)
            if alerts is not None:
                write_current_alerts(current_path(), alerts)
            told = {
                "release": digest_of_file(release / RELEASE_FILE),
                "snapshot": digest_of_file(snapshot / SNAPSHOT_FILE),
            }
            write_down("put_into_service", told | ({"despite": despite} if despite else {}))
            store_current()

        yield put
