"""What people decided, in the memory of each worker: laid over the snapshot in every answer."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Protocol

from serving.decisions.decision import Decision, Key, Second
from serving.decisions.rulings import Ruling, Rulings
from serving.remembered import Remembered


class DecisionNews(Protocol):
    """Where decisions are kept (`serving.database.decisions`); raises ConfigError where it cannot be asked."""

    def news(self, after: int) -> Iterable[Decision | Second]:
        """What was added since the entry of this number, in the order of the numbers."""


class Overlay(Remembered):
    """The rulings in force today, read as they are added; asking for them costs no question to the database.

    Raises RequestError (503) where the database must be asked and does not answer: a tier without the override that
    was laid over it would be a wrong answer.
    """

    name = "decisions"
    unavailable = "The service's database must say which tiers people have decided on, it does not answer; try again \
shortly."

    def __init__(
        self, news: DecisionNews, now: Callable[[], datetime], clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(clock)
        self._news = news
        self._now = now
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
        if not self.is_fresh:
            self.refresh()
        rulings, today = self.rulings, self._now().date()
        last, day, found = self._in_force
        if (last, day) != (rulings.last, today):
            found = rulings.in_force(today)
            self._in_force = (rulings.last, today, found)
        return rulings.last, found

    def _read(self) -> None:
        news = list(self._news.news(self.rulings.last))
        if news:
            # Replaced as a whole, so that whoever reads the old ones is not disturbed.
            self.rulings = self.rulings.after(news)
