"""What `fenji import` and `fenji export` tell at the terminal."""

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from records.systems.exporting import Exported
from records.systems.importing import Imported, Outcome
from records.systems.reasons import FLAGS
from records.systems.versions import STATES

_TITLES = {
    "read": "读取\nread",
    "accepted": "新记录\naccepted",
    "superseded": "更正\nsuperseded",
    "unchanged": "未变\nunchanged",
    "quarantined": "隔离\nquarantined",
    "flagged": "标记\nflagged",
}


def print_outcome(console: Console, outcome: Outcome) -> None:
    """One line per table with its counts, then why rows were quarantined and what was put right."""
    if outcome.imported:
        table = Table(box=SIMPLE, padding=0, title="导入结果 imported", title_justify="left")
        table.add_column("文件\nfile", overflow="fold")
        table.add_column("版式\nlayout", no_wrap=True)
        for name in ("read", *STATES, "flagged"):
            table.add_column(_TITLES[name], justify="right", no_wrap=True)
        for one in outcome.imported:
            counts = (f"{one.entry.counts[name]:,}" for name in ("read", *STATES, "flagged"))
            table.add_row(one.entry.label, one.entry.layout, *counts)
        console.print(table)
    for one in outcome.imported:
        _print_details(console, one)


def _print_details(console: Console, one: Imported) -> None:
    entry = one.entry
    console.print(f"{entry.label} → {entry.layout}", highlight=False, markup=False)
    if one.was_known:
        console.print("  此前已导入，未作改动 imported before, nothing was changed", highlight=False)
    for reason, rows in sorted(entry.reasons.items(), key=lambda pair: -pair[1]):
        console.print(f"  隔离 quarantined {reason}: {rows:,}", highlight=False, markup=False)
    for explained in one.first_reasons:
        console.print(f"    例 for example: {explained}", highlight=False, markup=False)
    if entry.reasons and not one.was_known:
        console.print(f"    见 see _imports/{entry.name}/quarantined.csv", highlight=False)
    for flag, cells in sorted(entry.flags.items(), key=lambda pair: -pair[1]):
        console.print(f"  标记 flagged {flag} {FLAGS[flag].zh}: {cells:,}", highlight=False, markup=False)
    for note in entry.notes:
        console.print(f"  {note}", highlight=False, markup=False)


def print_exported(console: Console, exported: Exported, place: str) -> None:
    """How many rows went out, and how many stayed and why."""
    console.print(f"{exported.written:,} 行 rows → {place}", highlight=False)
    for reason, rows in exported.left_out.items():
        console.print(f"  未导出 left out, {reason}: {rows:,}", highlight=False)
