"""The systems that files are exchanged with. A new one is a module with its declaration, and one entry here."""

from records.errors import ConfigError
from records.systems.classification import CLASSIFICATION
from records.systems.collaborative import COLLABORATIVE
from records.systems.declaration import Layout, System
from records.systems.double_random import DOUBLE_RANDOM
from records.systems.publicity import PUBLICITY

SYSTEMS: tuple[System, ...] = (PUBLICITY, DOUBLE_RANDOM, COLLABORATIVE, CLASSIFICATION)


def system_of(name: str) -> System:
    """The system of an id; ConfigError names those that there are."""
    found = next((system for system in SYSTEMS if system.id == name), None)
    if found is None:
        raise ConfigError(f"A system must be one of {', '.join(one.id for one in SYSTEMS)}, got {name!r}.")
    return found


def layout_of(system: System, name: str) -> Layout:
    """A layout of a system by its id; ConfigError names those that it has."""
    found = system.layout(name)
    if found is None:
        known = ", ".join(layout.id for layout in system.layouts)
        raise ConfigError(f"A layout of {system.id} must be one of {known}, got {name!r}.")
    return found
