"""The folder of a draw: three files that fix it, what was registered of them, and the plan that came of it.

The three are plain CSV and JSON in UTF-8 with line feeds, so that anybody can read them and work out their digest.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sampling.draw.inspectors import COLUMNS as INSPECTOR_COLUMNS
from sampling.draw.inspectors import Inspector, read_inspectors
from sampling.draw.mistake import DrawError
from sampling.draw.strata import Stratum
from sampling.draw.unit import PARTS, Unit

POOL, INSPECTORS, TERMS = "pool.csv", "inspectors.csv", "terms.json"
FIXED = (POOL, INSPECTORS, TERMS)
REGISTERED, PLAN, SHEETS = "registered.json", "plan.parquet", "plan.xlsx"
_POOL_COLUMNS = ("sector", "enterprise_id", "tier", "station", "part", "reason")


@dataclass(frozen=True)
class Fixed:
    """What else decides a draw: `ratios` by sector and tier as they were applied, and the terms of the bureau."""

    plan: str
    year: int
    office: str
    team: int
    smallest_sample: int
    ratios: Mapping[str, Mapping[str, float]]

    def ratio(self, sector: str, tier: str) -> float:
        """The share of a tier that is drawn."""
        return self.ratios[sector][tier]


Registered = Mapping[str, Mapping[str, Any]]
"""By sector a draw as the service answered it: `draw` is what was sent, the rest proves when."""


def write_files(folder: Path, units: Iterable[Unit], inspectors: Iterable[Inspector], fixed: Fixed) -> None:
    """Write the files that fix a draw. DrawError where the folder already has one: a draw is made once."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / REGISTERED).exists():
        raise DrawError(f"A draw is registered once, {folder} already holds one; name another folder and plan.")
    (folder / POOL).write_bytes(_csv(_POOL_COLUMNS, (asdict(unit) for unit in units)))
    (folder / INSPECTORS).write_bytes(_csv(INSPECTOR_COLUMNS, (one.as_row() for one in inspectors)))
    (folder / TERMS).write_bytes(_json(asdict(fixed)))


def write_registered(folder: Path, registered: Registered) -> None:
    """Write down what was registered."""
    (folder / REGISTERED).write_bytes(_json(registered))


def read_units(folder: Path) -> list[Unit]:
    """Every place of the pool file; DrawError where it is not such a file."""
    units = []
    for row in _rows(folder / POOL):
        part = next((one for one in PARTS if one == row.get("part")), None)
        if set(row) != set(_POOL_COLUMNS) or part is None:
            raise _changed(folder / POOL)
        units.append(Unit(row["sector"], row["enterprise_id"], row["tier"], row["station"], part, row["reason"]))
    return units


def read_fixed_inspectors(folder: Path) -> list[Inspector]:
    """The inspectors as the draw's folder has them."""
    return read_inspectors(folder / INSPECTORS)


def read_fixed(folder: Path) -> Fixed:
    """The terms as the draw's folder has them."""
    try:
        fixed = Fixed(**json.loads((folder / TERMS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise _changed(folder / TERMS) from None
    return fixed


def read_registered(folder: Path) -> Registered:
    """What was registered; DrawError where nothing was, or the file is not what this wrote."""
    path = folder / REGISTERED
    if not path.exists():
        raise DrawError(
            f"A draw must be registered before its seed is used, {folder} has no {REGISTERED}; "
            "run `fenji draw register` first, and take a seed that comes to exist after it."
        )
    try:
        registered: Registered = json.loads(path.read_text(encoding="utf-8"))
        strata_registered(registered)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        raise _changed(path) from None
    return registered


def strata_registered(registered: Registered) -> list[Stratum]:
    """The strata of every sector as they were registered."""
    return [Stratum.registered(sector, told) for sector, one in registered.items() for told in one["draw"]["strata"]]


def files_hash(folder: Path) -> str:
    """SHA-256 over the files that fix a draw, one behind the other, as they are on disk."""
    try:
        return sha256(b"".join((folder / name).read_bytes() for name in FIXED)).hexdigest()
    except OSError as fault:
        raise DrawError(f"A draw's folder must have {', '.join(FIXED)}, got: {fault}; take them back.") from None


def pool_hash(enterprise_ids: Iterable[str]) -> str:
    """SHA-256 over the ids in the order of their UTF-8 bytes, each followed by a line feed (docs/feedback.md).

    >>> pool_hash(["b", "a"])[:16]
    '911169ddaaf146af'
    """
    return sha256("".join(f"{one}\n" for one in sorted(enterprise_ids, key=str.encode)).encode()).hexdigest()


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _json(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _rows(path: Path) -> list[dict[str, str]]:
    """As they were written: a blank at the end of an id is part of it."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, restval="", strict=True))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise _changed(path) from None


def _changed(path: Path) -> DrawError:
    return DrawError(f"{path.name} must be as it was written when the draw was registered, it is not; take it back.")
