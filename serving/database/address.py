"""Where the database of the service lies, told without opening it and without showing a password."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from records.errors import ConfigError
from serving.places import DATABASE_VARIABLE, database_url

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql", "postgresql+psycopg")


@dataclass(frozen=True)
class Address:
    """One database: a SQLite file, or a PostgreSQL server (then `file` is null).

    `place` is what errors and people may see; `url` can hold a password.
    """

    url: str = field(repr=False)
    place: str
    file: Path | None

    @property
    def is_made(self) -> bool:
        """Whether there is anything to open: a server always, a SQLite file once something was written into it."""
        return self.file is None or self.file.is_file()


def database_address(url: str | None = None) -> Address:
    """The database that `url` names, else FENJI_DATABASE_URL, else the SQLite file beside the current file.

    Raises ConfigError for anything but SQLite in a file and PostgreSQL.
    """
    text = url or database_url()
    if text.startswith(_SQLITE) and len(text) > len(_SQLITE) and "?" not in text:
        file = Path(text.removeprefix(_SQLITE)).absolute()
        return Address(f"{_SQLITE}{file}", str(file), file)
    parts = urlsplit(text)
    if parts.scheme in _POSTGRES and parts.path.strip("/"):
        place = f"{parts.hostname or 'the local socket'}:{parts.port or 5432}{unquote(parts.path)}"
        return Address(text.replace(f"{parts.scheme}:", f"{_POSTGRES[-1]}:", 1), place, None)
    raise ConfigError(
        f"{DATABASE_VARIABLE} must be sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME, "
        f"got one that starts with {text.split(':')[0][:20]!r}; correct it or leave it out."
    )
