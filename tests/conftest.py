"""Fast tests first: what is wrong in a unit shows before a whole service is started."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from serving.database.address import Address, database_address
from serving.database.engine import open_engine
from tests.private_postgres import private_postgres

ORDER = ("unit", "spec", "integration", "notebooks", "acceptance")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "last: runs after all others, since it installs packages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    folders = {item: _folder(item.path.relative_to(config.rootpath).parts) for item in items}
    items.sort(key=lambda item: (item.get_closest_marker("last") is not None, ORDER.index(folders[item])))


def _folder(parts: tuple[str, ...]) -> str:
    """The folder of tests, or `notebooks`, where `make test` looks for more."""
    return parts[1] if parts[0] == "tests" else parts[0]


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
