"""Fast tests first: what is wrong in a unit shows before a whole service is started."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from serving.database.address import Address, database_address
from serving.database.engine import open_engine
from tests.private_postgres import private_postgres

ORDER = ("unit", "spec", "long", "integration", "acceptance")
"""What takes long begins before the many short files of the end, or one worker would be left alone with it."""
TRAINS_FOR_OTHERS = "05_explanations"
"""The notebook whose training another one goes on from, and would wait for if they began together."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: one test of a minute or more on an idle machine, as notebooks are")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    places = {item: _place(item, item.path.relative_to(config.rootpath).parts) for item in items}
    items.sort(key=lambda item: (ORDER.index(places[item]), item.path.stem != TRAINS_FOR_OTHERS))


def _place(item: pytest.Item, parts: tuple[str, ...]) -> str:
    """One of ORDER; `make test` looks for tests in the folder of notebooks, too."""
    is_long = parts[0] == "notebooks" or item.get_closest_marker("long") is not None
    return "long" if is_long else parts[1]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server for all tests of this process; its URL."""
    with private_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """A database of the service without a table, of each kind."""
    if request.param == "sqlite":
        # A percent sign and a blank are what settings and addresses stumble over.
        return database_address(f"sqlite:///{tmp_path}/100 %/fenji.db")
    found = database_address(request.getfixturevalue("postgres"))
    engine = open_engine(found)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return found
