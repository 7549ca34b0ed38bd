"""`fenji worklist`: draw up one list from a bureau's records, and print or write it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console

from model.standard import Standard
from records.check import load_records
from records.errors import ConfigError
from records.progress import Report, silent
from supervision.worklists.draw_up import DrawnList, draw_up
from supervision.worklists.everything import worklist_named
from supervision.worklists.files import check_suffix, write_list
from supervision.worklists.ledger import ledger_of
from supervision.worklists.rules import Rules
from supervision.worklists.terminal import print_list

Answers = Callable[[], tuple[date, pd.DataFrame]]
"""Reads a snapshot: its as-of date and its answers, as a ledger takes them."""


@dataclass(frozen=True)
class Asked:
    """What a person asks for; null: no limit, any station or sector, no file, no snapshot."""

    name: str
    as_of: date
    station: str | None = None
    sector: str | None = None
    limit: int | None = None
    out: Path | None = None
    answers: Answers | None = None


def drawn_from(
    location: str | Path, asked: Asked, standards: Mapping[str, Standard], rules: Rules, progress: Report = silent
) -> DrawnList:
    """The list that is asked for, from the records at `location`.

    Whatever can be wrong with the question is refused before the records are read.

    Raises
    ------
    ConfigError
        For a list, sector or kind of file that is not known, and for tiers that are needed and missing or of another
        date.
    DataError
        If the records cannot be read, or no enterprise was known before the as-of date.
    """
    worklist = worklist_named(asked.name)
    if asked.out is not None:
        check_suffix(asked.out)
    if asked.sector not in (None, *standards):
        raise ConfigError(f"A sector must be one of {', '.join(standards)}, got {asked.sector!r}; correct --sector.")
    answers = _answers(asked) if worklist.needs_tiers else None
    progress("读取与校验 reading and checking", 0, 1)
    records = load_records(location)
    progress("清单 worklist", 0, 1)
    return draw_up(worklist, ledger_of(records, asked.as_of, rules, standards, answers)).where(
        asked.station, asked.sector
    )


def show(drawn: DrawnList, asked: Asked, console: Console) -> None:
    """Write the list into the file that was asked for, or print it."""
    if asked.out is None:
        print_list(console, drawn, asked.limit)
        return
    write_list(drawn, asked.out, asked.limit)
    written = len(drawn) if asked.limit is None else min(asked.limit, len(drawn))
    console.print(
        f"{drawn.worklist.zh} {drawn.worklist.name}: {written:,} 行 rows → {asked.out}", highlight=False, markup=False
    )


def _answers(asked: Asked) -> pd.DataFrame:
    if asked.answers is None:
        raise ConfigError(f"The list {asked.name} needs the tiers of a snapshot; name one with --snapshot DIR.")
    held_at, answers = asked.answers()
    if held_at != asked.as_of:
        raise ConfigError(
            f"Tiers and list must be of one date, got a snapshot of {held_at} and --as-of {asked.as_of}; "
            "score the population at that date."
        )
    return answers
