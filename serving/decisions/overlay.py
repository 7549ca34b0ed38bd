"""What people decided, in the memory of each worker: laid over the snapshot in every answer."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Protocol

from records.errors import ConfigError, RequestError
from serving.decisions.decision import Decision, Key, Second
from serving.decisions.rulings import Ruling, Rulings

_LOG = logging.getLogger("bentoml.fenji")

MAX_AGE_SECONDS = 2.0
"""How old what is remembered may be: so long at most a decision is not yet seen by another worker."""
ASK_AGAIN_SECONDS = 1.0


class DecisionNews(Protocol):
    """Where decisions are kept (`serving.database.decisions`); raises ConfigError where it cannot be asked."""

    def news(self, after: int) -> Iterable[Decision | Second]:
        """What was added since the entry of this number, in the order of the numbers."""


class Overlay:
    """The rulings in force today, read as they are added; asking for them costs no question to the database.

    Raises RequestError (503) where the database must be asked and does not answer: a tier without the override that
    was laid over it would be a wrong answer.
    """

    def __init__(
        self, news: DecisionNews, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._news = news
        self._now = now
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._failed_at: float | None = None
        self._in_force: tuple[int, date, dict[Key, Ruling]] = (0, date.min, {})
        self.rulings = Rulings()
        """Everything that was decided, in force or not."""

    def in_force(self) -> Mapping[Key, Ruling]:
        """What rules now, by enterprise and sector."""
        return self.pinned()[1]

    def pinned(self) -> tuple[int, Mapping[Key, Ruling]]:
        """What rules now, with the number of the last decision that it takes into account: the two go together.

        Answers name the number, so that they can be given again under the decisions of then.
        """
        if self._read_at is None or self._clock() - self._read_at >= MAX_AGE_SECONDS:
            self.refresh()
        rulings, today = self.rulings, self._now().date()
        last, day, found = self._in_force
        if (last, day) != (rulings.last, today):
            found = rulings.in_force(today)
            self._in_force = (rulings.last, today, found)
        return rulings.last, found

    def refresh(self, older_than: float = MAX_AGE_SECONDS) -> None:
        """Ask for what is new, unless somebody did so within the last seconds."""
        with self._lock:
            began = self._clock()
            if self._read_at is not None and began - self._read_at < older_than:
                return
            if self._failed_at is not None and began - self._failed_at < MAX_AGE_SECONDS:
                raise _unavailable()
            try:
                news = list(self._news.news(self.rulings.last))
            except ConfigError as fault:
                if self._failed_at is None:
                    _LOG.error("decisions cannot be read: %s", fault)
                self._failed_at = self._clock()
                raise _unavailable() from None
            if news:
                # Replaced as a whole, so that whoever reads the old ones is not disturbed.
                self.rulings = self.rulings.after(news)
            self._failed_at = None
            self._read_at = began


def keep_laid_over(overlay: Overlay) -> None:
    """Ask again before what is remembered is too old, so that no request has to wait; runs on a thread of its own."""
    while True:
        time.sleep(ASK_AGAIN_SECONDS)
        with suppress(RequestError):  # it has been logged, and is asked again
            overlay.refresh(older_than=ASK_AGAIN_SECONDS)


def _unavailable() -> RequestError:
    return RequestError(
        "store_unavailable",
        "",
        "The service's database must say which tiers people have decided on, it does not answer; try again shortly.",
        503,
    )
