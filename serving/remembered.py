"""What a worker remembers of the database for a moment, so that a request costs no question to it."""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress

from records.errors import ConfigError, RequestError

_LOG = logging.getLogger("bentoml.fenji")

MAX_AGE_SECONDS = 2.0
"""How old what is remembered may be: so long at most a worker does not see what another one wrote."""

ASK_AGAIN_SECONDS = 1.0


class Remembered(ABC):
    """Something read from the database that counts for MAX_AGE_SECONDS.

    Where the database cannot be asked when it must be, nothing that is older is used, and it is not asked again by
    every request: RequestError (503) with `unavailable`, until another MAX_AGE_SECONDS have passed.
    """

    name: str
    """What the log calls it."""
    unavailable: str
    """The sentence of the refusal."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._failed_at: float | None = None

    @abstractmethod
    def _read(self) -> None:
        """Ask the database and remember what it says; ConfigError where it does not answer."""

    @property
    def is_fresh(self) -> bool:
        """Whether what is remembered may still be used."""
        return self._is_younger(MAX_AGE_SECONDS)

    def refresh(self, older_than: float = MAX_AGE_SECONDS) -> None:
        """Ask the database, unless somebody did so within the last seconds."""
        with self._lock:
            if self._is_younger(older_than):
                return
            began = self._clock()
            if self._failed_at is not None and began - self._failed_at < MAX_AGE_SECONDS:
                raise self._refusal()
            try:
                self._read()
            except ConfigError as fault:
                if self._failed_at is None:
                    _LOG.error("%s cannot be read: %s", self.name, fault)
                self._failed_at = self._clock()
                raise self._refusal() from None
            if self._failed_at is not None:
                _LOG.info("%s can be read again", self.name)
            self._failed_at = None
            # From before the question, since the answer may be older than its arrival.
            self._read_at = began

    def _is_younger(self, seconds: float) -> bool:
        return self._read_at is not None and self._clock() - self._read_at < seconds

    def _refusal(self) -> RequestError:
        return RequestError("store_unavailable", "", self.unavailable, 503)


def keep_fresh(remembered: Remembered) -> None:
    """Ask again before what is remembered is too old, so that no request has to wait; runs on a thread of its own."""
    while True:
        time.sleep(ASK_AGAIN_SECONDS)
        with suppress(RequestError):  # it has been logged, and is asked again
            remembered.refresh(older_than=ASK_AGAIN_SECONDS)
