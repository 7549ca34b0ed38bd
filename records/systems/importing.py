"""Import what a system delivered into a directory of records, each table whole or not at all."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from records.errors import DataError
from records.progress import Report, silent
from records.systems.declaration import System, Terms
from records.systems.delivery import Delivery, read_delivery
from records.systems.deriving import derive_rows
from records.systems.elsewhere import settle_elsewhere
from records.systems.existing import Existing
from records.systems.files.reading import DeliveredFile, read_file
from records.systems.headers import Recognised, recognise
from records.systems.journal import Entry, Journal, Kept, open_journal
from records.systems.judging import arrow_table, flag_identifiers, refuse_rule_breakers
from records.systems.quarantine import flags_table, quarantined_rows, reason_counts
from records.systems.versions import STATES, Placed, place_rows

STEPS = 4
"""Reading, judging, comparing with what is there, writing: what the progress of one table counts."""


@dataclass(frozen=True)
class Imported:
    """What became of one delivered table; `was_known` if the same one was imported before and nothing was done."""

    entry: Entry
    was_known: bool
    first_reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What became of a delivery; `refused` holds one sentence per file that could not be read at all."""

    imported: tuple[Imported, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True)
class _Table:
    file: DeliveredFile
    recognised: Recognised


def import_files(
    system: System,
    paths: Sequence[Path],
    directory: Path,
    terms: Terms,
    layout: str | None = None,
    is_dated: bool = False,
    report: Report = silent,
) -> Outcome:
    """Import files of a system into the records in `directory`.

    Every table becomes one import: accepted + superseded + unchanged + quarantined are its rows. Files that build on
    others (results on draws, draws on tasks) are taken after them, whatever the order of `paths`. Of a table that was
    imported before, under the same terms, only the rows that were quarantined are looked at again, unless `is_dated`
    says that it was delivered on another date; if nothing comes of it, nothing is written.

    Raises
    ------
    DataError
        If another import into the directory is running, or the records there cannot be read.
    """
    tables, refused = _recognised(system, paths, layout, report)
    if not tables:
        return Outcome((), tuple(refused))
    with open_journal(directory) as journal:
        imported = tuple(_import(journal, system, table, terms, is_dated, report) for table in tables)
    return Outcome(imported, tuple(refused))


def _recognised(
    system: System, paths: Sequence[Path], layout: str | None, report: Report
) -> tuple[list[_Table], list[str]]:
    """The tables of all files with their layouts, in the order in which they build on each other."""
    tables: list[_Table] = []
    refused: list[str] = []
    for done, path in enumerate(paths):
        report("读取 reading", done, len(paths))
        try:
            tables += _tables(system, read_file(path), layout)
        except DataError as error:
            refused.append(str(error))
    order = [one.id for one in system.layouts]
    return sorted(tables, key=lambda table: order.index(table.recognised.layout.id)), refused


def _tables(system: System, file: DeliveredFile, layout: str | None) -> list[_Table]:
    """The tables of a file; a sheet of no layout is told beside those that have one, and refuses the file otherwise."""
    tables, strange = [], []
    for sheet in file.sheets:
        try:
            tables += [_Table(file, recognised) for recognised in recognise(sheet, system, layout)]
        except DataError as error:
            strange.append(error)
    if not tables:
        raise strange[0]
    notes = tuple(f"未识别的工作表 sheet not recognised: {error}" for error in strange)
    first = tables[0].recognised
    told = replace(first, sheet=replace(first.sheet, notes=(*first.sheet.notes, *notes)))
    return [_Table(file, told), *tables[1:]]


def _import(journal: Journal, system: System, table: _Table, terms: Terms, is_dated: bool, report: Report) -> Imported:
    layout, told = table.recognised.layout, f"导入 importing {table.recognised.sheet.label}"
    earlier = journal.known(table.file.sha256, table.recognised.sheet.title, layout.id)
    report(told, 0, STEPS)
    delivery = read_delivery(table.recognised, system, terms)
    report(told, 1, STEPS)
    existing = Existing(journal, layout)
    _judge(delivery, existing, terms)
    report(told, 2, STEPS)
    closed = journal.closed(system.id, layout.subject.name)
    settled = _settled(journal, earlier, delivery, terms, is_dated)
    history = existing.history(delivery)
    settled |= settle_elsewhere(delivery, history, existing.others(delivery))
    placed = place_rows(delivery, history, closed, settled)
    flags, quarantined = flags_table(delivery, placed), quarantined_rows(delivery)
    entry = _entry(journal, table, delivery, placed, flags, terms)
    if not placed.versions and any(entry.reasons == one.reasons for one in earlier):
        return Imported(entry, was_known=True)
    report(told, 3, STEPS)
    journal.commit(entry, Kept(arrow_table(layout.subject, placed.versions), quarantined, flags))
    return Imported(entry, was_known=False, first_reasons=tuple(row[2] for row in quarantined[1:4]))


def _settled(
    journal: Journal, earlier: Sequence[Entry], delivery: Delivery, terms: Terms, is_dated: bool
) -> frozenset[int]:
    """The rows, by number, that an earlier import of the same table settled: it only has to look at the others again.

    Otherwise a file of last month that is imported once more would undo what was corrected since.
    """
    for entry in earlier:
        if entry.terms == _decisive(terms) and (not is_dated or entry.known_at == terms.known_at.isoformat()):
            return frozenset(delivery.numbers) - journal.quarantined_numbers(entry)
    return frozenset()


def _judge(delivery: Delivery, existing: Existing, terms: Terms) -> None:
    """Complete every row from other records and from itself, and refuse those that break the contract."""
    existing.fill(delivery)
    derive_rows(delivery, terms)
    derived = {column for one in delivery.derivations for column in one.columns}
    refuse_rule_breakers(delivery.layout.subject, delivery.rows, derived)
    flag_identifiers(delivery.rows, _register(existing, delivery))


def _register(existing: Existing, delivery: Delivery) -> set[str]:
    """The enterprises that are known, or those that the delivery itself registers."""
    if delivery.layout.subject.is_event:
        return existing.enterprises()
    return {row.values["enterprise_id"] for row in delivery.rows if row.get("enterprise_id")}


def _entry(journal: Journal, table: _Table, delivery: Delivery, placed: Placed, flags: pa.Table, terms: Terms) -> Entry:
    states = Counter(placed.states)
    return Entry(
        number=journal.next_number(),
        system=delivery.system.id,
        layout=delivery.layout.id,
        subject=delivery.layout.subject.name,
        file=table.file.name,
        sheet=table.recognised.sheet.title,
        sha256=table.file.sha256,
        size=table.file.size,
        imported_at=datetime.now().isoformat(timespec="seconds"),  # noqa: DTZ005 - the clock on the wall
        known_at=terms.known_at.isoformat(),
        closes=not terms.is_history,
        terms=_decisive(terms),
        counts={
            "read": len(delivery.rows),
            **{state: states[state] for state in STATES},
            "flagged": len(set(flags["row"].to_pylist())),
        },
        reasons=reason_counts(delivery),
        flags=dict(sorted(Counter(flags["flag"].to_pylist()).items())),
        notes=list(delivery.notes),
    )


def _decisive(terms: Terms) -> dict[str, Any]:
    """Everything but the date that decides what becomes of a table, as JSON gives it back."""
    return {
        "history": terms.is_history,
        "owners": dict(sorted(terms.owners.items())),
        "amounts": terms.amounts,
        "scales": {sector: dict(sorted(scale.items())) for sector, scale in sorted(terms.scales.items())},
        "rules": _rules_digest(),
    }


@cache
def _rules_digest() -> str:
    """The program's own rules: once they change, a file that was imported before is looked at again."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in (".py", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
