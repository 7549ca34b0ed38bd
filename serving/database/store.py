"""What every store of the service's database does alike: open it, and work in one transaction at a time."""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from records.errors import ConfigError
from serving.database.address import Address
from serving.database.engine import IMMEDIATE, open_engine, told
from serving.database.schema import ensure_schema


class Store:
    """The database, opened and of the right version. Every method raises ConfigError where it cannot be used."""

    def __init__(self, address: Address) -> None:
        """Open, and make or migrate the tables where that is needed."""
        self._address = address
        self._engine: Engine = open_engine(address)
        # A store that nobody holds any more holds no connection either, closed or not.
        weakref.finalize(self, self._engine.dispose)
        try:
            with told(address):
                ensure_schema(self._engine, address)
        except ConfigError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()

    @contextmanager
    def _session(self, writes: bool = False) -> Iterator[Session]:
        """One transaction, committed when it is left; nothing of it is kept where an error leaves it."""
        engine = self._engine.execution_options(**IMMEDIATE) if writes else self._engine
        with told(self._address), Session(engine) as session, session.begin():
            yield session
