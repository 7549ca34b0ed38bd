"""Where the service keeps its state: the current file, and beside it the lists in service, database and answers."""

import os
from pathlib import Path

CURRENT_VARIABLE = "FENJI_CURRENT"
LISTS_VARIABLE = "FENJI_LISTS"
DATABASE_VARIABLE = "FENJI_DATABASE_URL"
AUDIT_VARIABLE = "FENJI_AUDIT"
DEFAULT_CURRENT = Path("var") / "current.json"


def current_path() -> Path:
    """The file that FENJI_CURRENT names, or var/current.json below the working directory."""
    return Path(os.environ.get(CURRENT_VARIABLE) or DEFAULT_CURRENT).absolute()


def lists_path() -> Path:
    """The file that FENJI_LISTS names, or lists.json beside the current file."""
    named = os.environ.get(LISTS_VARIABLE)
    return Path(named).absolute() if named else current_path().with_name("lists.json")


def database_url() -> str:
    """What FENJI_DATABASE_URL says, or a SQLite file beside the current file."""
    return os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{current_path().with_name('fenji.db')}"


def audit_path() -> Path:
    """The folder of the workers' logs that FENJI_AUDIT names, or audit/ beside the current file."""
    named = os.environ.get(AUDIT_VARIABLE)
    return Path(named).absolute() if named else current_path().with_name("audit")
