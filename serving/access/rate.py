"""How fast may a token ask? A bucket for each, in each worker, so that one caller cannot crowd out the others."""

import os
import time
from collections.abc import Callable

from records.errors import ConfigError, RequestError

RATE_VARIABLE = "FENJI_RATE"
PER_SECOND = 100
"""Requests a second that a token may send to one worker (project decision): ten times what the sampling module needs
at its busiest, and a fraction of what a worker answers."""

BURST_SECONDS = 2
"""Whoever was silent this long may send as much at once."""


class Rate:
    """A bucket per token that fills at `per_second` up to BURST_SECONDS' worth; each request takes one out."""

    def __init__(self, per_second: int = PER_SECOND, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = float(per_second * BURST_SECONDS)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, token_id: str) -> None:
        """Count one request; RequestError (429) with the seconds to wait where the bucket is empty."""
        now = self._clock()
        left, since = self._left.get(token_id, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        if left < 1:
            self._left[token_id] = (left, now)
            raise RequestError(
                "too_many_requests",
                "",
                f"A token may send {self._per_second} requests a second to a worker; wait, or send more ids at once.",
                429,
                retry_after=1,
            )
        self._left[token_id] = (left - 1, now)


def rate_setting() -> int:
    """Requests a second of a token and worker: what FENJI_RATE says, or PER_SECOND.

    Raises ConfigError for what is no whole number from 1 on.
    """
    text = os.environ.get(RATE_VARIABLE) or str(PER_SECOND)
    if not (text.isdecimal() and int(text) >= 1):
        raise ConfigError(
            f"{RATE_VARIABLE} must be requests a second, a whole number above 0, got {text!r}; set it or leave it out."
        )
    return int(text)
