"""What other systems delivered for a month: a folder with one sub-folder per system, brought into the records.

A sub-folder may hold `delivery.toml` beside its files: when they came and who answers for them.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from records.errors import ConfigError, DataError
from records.progress import Report, silent
from records.systems.command import terms_of
from records.systems.declaration import Scales, System, Terms
from records.systems.everything import SYSTEMS
from records.systems.importing import import_files
from records.systems.journal import JOURNAL, Entry, Journal

TERMS_FILE = "delivery.toml"
_OWNERS = ("producer", "provider", "responsible")
_KEYS = (*_OWNERS, "amounts", "known_at")
_COUNTS = ("read", "accepted", "superseded", "unchanged", "quarantined")


@dataclass(frozen=True)
class Delivery:
    """The files of one system, by name, and the digest of each; `stated` is what its `delivery.toml` says."""

    system: System
    files: Mapping[Path, str]
    stated: Mapping[str, Any]


def read_deliveries(folder: Path | None) -> tuple[Delivery, ...]:
    """What was delivered, in the order in which systems are imported; null: nothing.

    Hidden files are passed over. Raises ConfigError for a folder that is missing, or for anything in it that is no
    file of a system: nothing that was delivered is left out in silence.
    """
    if folder is None:
        return ()
    if not folder.is_dir():
        raise ConfigError(f"Deliveries lie in a folder, {folder} is none; make it, or leave --deliveries out.")
    found = {path.name: path for path in _visible(folder)}
    known = [system.id for system in SYSTEMS]
    for name, path in found.items():
        if name not in known or not path.is_dir():
            raise ConfigError(
                f"A folder of deliveries has a sub-folder per system ({', '.join(known)}), got {path}; move it there."
            )
    return tuple(_read(system, found[system.id]) for system in SYSTEMS if system.id in found)


def digest_of(deliveries: tuple[Delivery, ...]) -> str:
    """The same for the same content under the same terms, whatever the files are called."""
    told = [(one.system.id, sorted(one.files.values()), sorted(one.stated.items())) for one in deliveries]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def import_deliveries(
    deliveries: tuple[Delivery, ...], directory: Path, moment: datetime, scales: Scales, report: Report = silent
) -> None:
    """Bring every delivery into the records in `directory`; `moment` is when those came that do not say it.

    The journal of imports knows what was brought in before: a run after a kill imports nothing twice.

    Raises DataError with a sentence for each file that was refused whole; the others are imported all the same.
    """
    refused: list[str] = []
    for one in deliveries:
        terms = _terms(one, moment, scales)
        paths = list(one.files)
        outcome = import_files(one.system, paths, directory, terms, None, "known_at" in one.stated, report)
        refused += outcome.refused
    if refused:
        raise DataError("\n".join(refused))


def last_import(directory: Path) -> int:
    """The number of the last import into the records; 0 before the first."""
    return max((entry.number for entry in _entries(directory)), default=0)


def imported_counts(deliveries: tuple[Delivery, ...], directory: Path, after: int) -> dict[str, int]:
    """How many files were delivered, and what became of their rows in the imports after the one of a number.

    It is read from the journal, so that a run that was killed tells the same as one that was not. A table that was
    imported before and brought nothing new is no import, and counts as a file only.
    """
    digests = [digest for one in deliveries for digest in one.files.values()]
    counts = Counter(dict.fromkeys(_COUNTS, 0))
    for entry in _entries(directory) if digests else []:
        if entry.number > after and entry.sha256 in digests:
            counts.update({name: entry.counts[name] for name in _COUNTS})
    return {"files": len(digests), **counts}


def _entries(directory: Path) -> list[Entry]:
    return Journal(directory).entries if (directory / JOURNAL).is_dir() else []


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _read(system: System, folder: Path) -> Delivery:
    files = [path for path in _visible(folder) if path.name != TERMS_FILE]
    for path in files:
        if not path.is_file():
            raise ConfigError(f"A system's deliveries are files in its own sub-folder, got {path}; move its files up.")
    return Delivery(system, {path: _digest(path) for path in files}, _stated(folder))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _stated(folder: Path) -> Mapping[str, Any]:
    """What the sub-folder says of its files; every key has to be one that is known, and a text or a date."""
    path = folder / TERMS_FILE
    if not path.exists():
        return {}
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as broken:
        raise ConfigError(f"{path} must be TOML in UTF-8, it is not ({broken}); correct it.") from broken
    for key, value in stated.items():
        if key not in _KEYS:
            raise ConfigError(f"{path} may state {', '.join(_KEYS)}, got {key!r}; correct it.")
        if not isinstance(value, date if key == "known_at" else str) or getattr(value, "tzinfo", None):
            kind = "a date of Asia/Shanghai, such as 2024-12-31" if key == "known_at" else "a text in quotes"
            raise ConfigError(f"{key} in {path} must be {kind}, got {value!r}; correct it.")
    return stated


def _terms(delivery: Delivery, moment: datetime, scales: Scales) -> Terms:
    stated = delivery.stated
    known_at = stated.get("known_at", moment)
    if not isinstance(known_at, datetime):
        known_at = datetime.combine(known_at, time.min)
    own = scales if delivery.system.id == "classification" else None
    return terms_of(known_at, False, {name: stated.get(name) for name in _OWNERS}, stated.get("amounts"), own)
