"""Follow a small file: when it names something else, serve that, without a restart."""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

from records.errors import ModelError

_LOG = logging.getLogger("bentoml.fenji")

POLL_SECONDS = 1.0

_NOTHING = (0, 0)
"""Where there is no file."""

Served = TypeVar("Served")


class Follower(Generic[Served]):
    """Looks at one file again and again and installs what it names.

    What cannot be loaded is logged once, and what was in service stays in service. `load` opens what the file names
    and raises ModelError where that cannot be served; `name` says in the log what was taken into service. A file that
    is not needed may be missing without a word.
    """

    def __init__(
        self,
        path: Path,
        load: Callable[[Path], Served],
        install: Callable[[Served], None],
        name: Callable[[Served], str],
        is_needed: bool = True,
    ) -> None:
        self._path = path
        self._load = load
        self._install = install
        self._name = name
        self._is_needed = is_needed
        self._seen: tuple[int, int] | None = None

    def look(self) -> None:
        """Load and install what the file names, if it is another file than at the last look."""
        seen = self._identity()
        if seen == self._seen:
            return
        self._seen = seen
        if seen == _NOTHING and not self._is_needed:
            return
        try:
            served = self._load(self._path)
        except ModelError as unfit:
            _LOG.error("not taken into service: %s", unfit)
            return
        except Exception as fault:  # noqa: BLE001 - a thread that ends here would never follow again
            _LOG.error("not taken into service: unforeseen %s, see %s", type(fault).__name__, self._path)
            return
        self._install(served)
        _LOG.info("in service: %s", self._name(served))

    def _identity(self) -> tuple[int, int]:
        """Writing the file replaces it, so its inode and time of change tell one from the next."""
        try:
            found = self._path.stat()
        except OSError:
            return _NOTHING
        return (found.st_ino, found.st_mtime_ns)


def follow(followers: Sequence[Follower[Any]]) -> None:
    """Let all look for ever; runs on a thread of its own."""
    while True:
        time.sleep(POLL_SECONDS)
        for follower in followers:
            follower.look()
