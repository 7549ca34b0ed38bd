"""What `month.json` holds: with which arguments and inputs a month is run, and which of its steps are done."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from records.errors import ConfigError

PROTOCOL_FILE = "month.json"
SCHEMA = 1
"""The version of the file's form; it grows when a field changes its meaning or goes."""

State = Literal["running", "in_service", "held"]
Figures = Mapping[str, int | str]


@dataclass(frozen=True)
class Done:
    """A step that is done: when it ended, how long the run that ended it took for it, and its figures."""

    step: str
    ended_at: str
    seconds: float
    figures: Figures


@dataclass(frozen=True)
class Protocol:
    """One month, as far as it is.

    `inputs` are digests by name; those of deliveries and records are there once the import is done. `imports_before` is
    the number of the last import before the month's own. `skipped` says which months are missing before this one, why
    and who said so; `despite` why and who put it into service although monitoring found a break; null: neither.
    """

    as_of: date
    begun_at: str
    arguments: Mapping[str, str | None]
    inputs: Mapping[str, str]
    imports_before: int = 0
    skipped: Mapping[str, str] | None = None
    despite: Mapping[str, str] | None = None
    done: tuple[Done, ...] = field(default=())
    state: State = "running"

    @property
    def name(self) -> str:
        """The month's name, and that of its folder: the month that begins at the as-of date."""
        return f"{self.as_of:%Y-%m}"

    @property
    def is_ended(self) -> bool:
        """Whether nothing is left to do: it is in service, or held back since monitoring found a break."""
        return self.state != "running"

    def is_done(self, step: str) -> bool:
        return any(one.step == step for one in self.done)

    def figures(self, step: str) -> Figures:
        """The figures of a step; empty before it is done."""
        return next((one.figures for one in self.done if one.step == step), {})


def read_protocol(folder: Path) -> Protocol | None:
    """What a month's folder says of it; null where it was never begun, ConfigError for a file of another form."""
    path = folder / PROTOCOL_FILE
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("schema") != SCHEMA:
            raise ValueError
        done = tuple(Done(**one) for one in content.pop("done"))
        return Protocol(**{**content, "as_of": date.fromisoformat(content["as_of"]), "done": done})
    except (AttributeError, KeyError, TypeError, ValueError) as unknown:
        raise ConfigError(
            f"A month must be written down as this version of Fenji does (schema {SCHEMA}), {path} is not; restore the "
            "file, or name another folder of months with --out."
        ) from unknown


def write_protocol(protocol: Protocol, folder: Path) -> None:
    """Write the file; it appears whole, and an old one is replaced at once."""
    folder.mkdir(parents=True, exist_ok=True)
    content: dict[str, Any] = {"schema": SCHEMA, **asdict(protocol), "as_of": protocol.as_of.isoformat()}
    write_whole(folder / PROTOCOL_FILE, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a small text that must never be seen half: it is on the disk before it has its name."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def protocols(months: Path) -> list[Protocol]:
    """Every month that was begun in a folder of months, oldest first."""
    found = [read_protocol(folder) for folder in sorted(months.glob("[0-9]*-[0-9]*"))]
    return [one for one in found if one is not None]
