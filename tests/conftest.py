"""Fast tests first: what is wrong in a unit shows before a whole service is started."""

import pytest

ORDER = ("unit", "spec", "integration", "acceptance")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "last: runs after all others, since it installs packages")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    folders = {item: item.path.relative_to(config.rootpath).parts[1] for item in items}
    items.sort(key=lambda item: (item.get_closest_marker("last") is not None, ORDER.index(folders[item])))
