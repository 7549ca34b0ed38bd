"""Fast tests first: what is wrong in a unit shows before a whole service is started."""

import pytest

ORDER = ("unit", "spec", "integration", "notebooks", "acceptance")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "last: runs after all others, since it installs packages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    folders = {item: _folder(item.path.relative_to(config.rootpath).parts) for item in items}
    items.sort(key=lambda item: (item.get_closest_marker("last") is not None, ORDER.index(folders[item])))


def _folder(parts: tuple[str, ...]) -> str:
    """The folder of tests, or `notebooks`, where `make test` looks for more."""
    return parts[1] if parts[0] == "tests" else parts[0]
