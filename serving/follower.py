"""Follow the current file: when it names another release or snapshot, serve that, without a restart."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from records.errors import ModelError
from serving.current import read_current
from serving.scorer import Scorer

_LOG = logging.getLogger("bentoml.fenji")

POLL_SECONDS = 1.0


class Follower:
    """Looks at one current file again and again and installs what it names.

    What cannot be loaded is logged once, and what was in service stays in service.
    """

    def __init__(self, path: Path, install: Callable[[Scorer], None]) -> None:
        self._path = path
        self._install = install
        self._seen: tuple[int, int] | None = None

    def look(self) -> None:
        """Load and install what the file names, if it is another file than at the last look."""
        seen = self._identity()
        if seen == self._seen:
            return
        self._seen = seen
        try:
            scorer = read_current(self._path).load()
        except ModelError as unfit:
            _LOG.error("not taken into service: %s", unfit)
            return
        except Exception as fault:  # noqa: BLE001 - a thread that ends here would never follow again
            _LOG.error("not taken into service: unforeseen %s, see %s", type(fault).__name__, self._path)
            return
        self._install(scorer)
        _LOG.info("in service: release %.12s, snapshot %.12s", scorer.release.digest, scorer.snapshot.digest)

    def follow(self) -> None:
        """Look for ever; runs on a thread of its own."""
        while True:
            time.sleep(POLL_SECONDS)
            self.look()

    def _identity(self) -> tuple[int, int]:
        """Writing the file replaces it, so its inode and time of change tell one from the next; (0, 0) without one."""
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_ino, found.st_mtime_ns)
