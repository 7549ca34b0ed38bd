"""Stores of the service's database that are opened when they are first asked for: starting needs no database."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Store = TypeVar("Store")


class Opened(Generic[Store]):
    """Opens once, whoever asks first; where that fails the next one tries again."""

    def __init__(self, opening: Callable[[], Store]) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._store: Store | None = None

    def __call__(self) -> Store:
        """The store; whatever `opening` raises while it cannot be opened."""
        with self._lock:
            if self._store is None:
                self._store = self._opening()
            return self._store
