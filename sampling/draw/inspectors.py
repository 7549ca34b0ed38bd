"""Inspectors as the bureau lists them: a table with `id`, `sectors`, `station` and `conflicts`."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sampling.draw.mistake import DrawError
from sampling.draw.tables import read_table

COLUMNS = ("id", "sectors", "station", "conflicts")
SEPARATOR = ";"
LONGEST_ID = 64


@dataclass(frozen=True)
class Inspector:
    """A certified inspector: the sectors qualified for, the station (empty: the whole district), whom not to go to."""

    id: str
    sectors: frozenset[str]
    station: str
    conflicts: frozenset[str]

    def works_in(self, sector: str, station: str) -> bool:
        """Whether qualified for the sector and at work at the station."""
        return sector in self.sectors and self.station in ("", station)

    def may_go(self, enterprise_id: str, sector: str, station: str) -> bool:
        """Whether nothing keeps the inspector from this enterprise."""
        return self.works_in(sector, station) and enterprise_id not in self.conflicts

    def as_row(self) -> dict[str, str]:
        """As one row of the table that a draw is fixed by."""
        told = {name: SEPARATOR.join(sorted(getattr(self, name))) for name in ("sectors", "conflicts")}
        return {"id": self.id, "sectors": told["sectors"], "station": self.station, "conflicts": told["conflicts"]}


def read_inspectors(path: Path) -> list[Inspector]:
    """The inspectors of a CSV or XLSX file, sorted by id; a cell with several things has `;` between them.

    DrawError for a file that is not such a table, an empty or repeated id, or somebody qualified for nothing.
    """
    inspectors = [_inspector(row, number, path.name) for number, row in enumerate(read_table(path, COLUMNS), 2)]
    twice = [one for one, count in Counter(inspector.id for inspector in inspectors).items() if count > 1]
    if twice:
        raise DrawError(f"Each inspector must stand once in {path.name}, got {twice[0]!r} more often; keep one row.")
    return sorted(inspectors, key=lambda one: one.id.encode())


def _inspector(row: dict[str, str], number: int, file: str) -> Inspector:
    sectors, conflicts = _parts(row["sectors"]), _parts(row["conflicts"])
    name = row["id"]
    if not 1 <= len(name) <= LONGEST_ID or not name.isprintable() or SEPARATOR in name or not sectors:
        raise DrawError(
            f"Each inspector must have at least one sector and an id of 1 to {LONGEST_ID} printable characters without "
            f"{SEPARATOR!r}, row {number} of {file} has not; complete it or take it out."
        )
    return Inspector(name, sectors, row["station"], conflicts)


def _parts(cell: str) -> frozenset[str]:
    return frozenset(part.strip() for part in cell.replace("；", SEPARATOR).split(SEPARATOR) if part.strip())
