"""`fenji import` and `fenji export`: what the command line says, made into terms, and the outcome told."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from records.contract import TIMEZONE
from records.errors import ConfigError, DataError
from records.progress import progress_bars
from records.systems.declaration import Scales, Terms
from records.systems.everything import layout_of, system_of
from records.systems.exporting import Exported, export_records, export_tiers
from records.systems.importing import import_files
from records.systems.summary import print_exported, print_outcome

UNITS: Mapping[str, Any] = {"yuan": "yuan", "元": "yuan", "wan": "wan", "万元": "wan"}
TIERS = "tiers"


def run_import(
    system: str,
    files: Sequence[Path],
    directory: Path,
    *,
    layout: str | None = None,
    known_at: datetime | None = None,
    is_history: bool = False,
    owners: Mapping[str, str | None] | None = None,
    amounts: str | None = None,
    scales: Scales | None = None,
    console: Console,
    progress: Console,
) -> None:
    """Import files of a system, print what became of their rows, and raise for the files that were refused whole.

    Raises
    ------
    ConfigError
        For an unknown system, layout or unit, or a date that lies in the future.
    DataError
        With one sentence per refused file; the others are imported all the same.
    """
    chosen = system_of(system)
    if layout is not None:
        layout_of(chosen, layout)
    terms = terms_of(known_at, is_history, owners, amounts, scales)
    with progress_bars(progress) as report:
        outcome = import_files(chosen, files, directory, terms, layout, known_at is not None, report)
    print_outcome(console, outcome)
    if outcome.refused:
        raise DataError("\n".join(outcome.refused))


def terms_of(
    known_at: datetime | None = None,
    is_history: bool = False,
    owners: Mapping[str, str | None] | None = None,
    amounts: str | None = None,
    scales: Scales | None = None,
) -> Terms:
    """How a delivery is to be read, as a person states it; one without a date came now.

    ConfigError for an unknown unit, or a date that lies in the future.
    """
    return Terms(
        known_at=_delivered_at(known_at),
        is_history=is_history,
        owners={name: text.strip() for name, text in (owners or {}).items() if text and text.strip()},
        amounts=_unit(amounts),
        scales=scales or {},
    )


def run_export(
    system: str,
    layout: str,
    rows: Sequence[dict[str, Any]],
    path: Path,
    *,
    since: date | None = None,
    until: date | None = None,
    encoding: str = "utf-8",
    console: Console,
) -> None:
    """Write rows for a system: records of the layout's subject, or tiers; print how many.

    `since` and `until` bound the day on which a record occurred, the first inclusive, the second exclusive.
    """
    if is_tiers(system, layout):
        exported: Exported = export_tiers(rows, path, encoding)
    else:
        chosen = system_of(system)
        wanted = [row for row in rows if _is_within(row["occurred_on"], since, until)]
        wanted.sort(key=lambda row: (row["occurred_on"], row["record_id"]))
        exported = export_records(chosen, layout_of(chosen, layout), wanted, path, encoding)
    print_exported(console, exported, str(path))


def is_tiers(system: str, layout: str) -> bool:
    """Whether what is exported are tiers of a snapshot rather than records."""
    return system == "double_random" and layout == TIERS


def subject_of(system: str, layout: str) -> str:
    """The subject whose records a layout holds; ConfigError for an unknown one."""
    return layout_of(system_of(system), layout).subject.name


def _delivered_at(given: datetime | None) -> datetime:
    now = datetime.now(ZoneInfo(TIMEZONE)).replace(tzinfo=None)
    if given is not None and given > now:
        raise ConfigError(f"A delivery cannot be known before it came, got --known-at {given}: give its own date.")
    return given or now


def _unit(given: str | None) -> Any:
    if given is None:
        return None
    if given not in UNITS:
        raise ConfigError(f"Amounts are in {' or '.join(UNITS)}, got {given!r}.")
    return UNITS[given]


def _is_within(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day < until)
