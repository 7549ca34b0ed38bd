"""The records to measure on: one simulated district, repeated as often as a size asks for.

A copy of the district has enterprises and records of its own (ids that no other copy has) and lies elsewhere, as a
province is many districts: everyone has as many neighbours as in one. What was simulated once is repeated, because to
simulate a million enterprises takes longer than to measure them.
"""

from datetime import date
from pathlib import Path

from records.source import read_records
from records.subjects import SUBJECTS
from simulation.district import simulate

HOME = Path("var") / "speed"
DISTRICT, YEARS, SEED = 10_000, 3, 11
AS_OF = date(2025, 1, 1)
"""The day after the last record, at which all is looked at."""
ID_COLUMNS = ("record_id", "target_record_id", "decision_no", "licence_no")
ENTERPRISE_COLUMNS = ("enterprise_id", "other_enterprise_id")
STEP_DEGREES, COLUMNS_OF_COPIES = 0.2, 60
"""How far copies lie apart; 60 by 60 of them fit into the bounds of the contract."""


def records_of(enterprises: int) -> Path:
    """A directory with the records of so many enterprises (a multiple of DISTRICT where above it), made once."""
    place = HOME / f"{enterprises}" / "records"
    if not (place / "enterprises.parquet").exists():
        if enterprises <= DISTRICT:
            simulate(place, enterprises, YEARS, SEED, progress=False)
        else:
            _repeat(records_of(DISTRICT), place, -(-enterprises // DISTRICT))
    return place


def _repeat(district: Path, place: Path, copies: int) -> None:
    place.mkdir(parents=True, exist_ok=True)
    connection = read_records(district).connection
    # The enterprises last: where they are, the rest is whole.
    for name in sorted(SUBJECTS, key=lambda name: name == "enterprises"):
        columns = ", ".join(_of_copy(column.name) for column in SUBJECTS[name].columns)
        connection.raw_sql(
            f"COPY (SELECT {columns} FROM {name}, range({copies}) AS copies(copy)) "
            f"TO '{place / name}.parquet' (FORMAT parquet)"
        )


def _of_copy(column: str) -> str:
    """SQL for a column of copy number `copy`."""
    if column in ENTERPRISE_COLUMNS:
        # Its six digits of the region name the copy.
        return f"substr({column}, 1, 2) || lpad((copy + 100000)::VARCHAR, 6, '0') || substr({column}, 9) AS {column}"
    if column in ID_COLUMNS:
        return f"{column} || '-' || copy AS {column}"
    if column == "lat":
        return f"lat - 20 + {STEP_DEGREES} * (copy // {COLUMNS_OF_COPIES}) AS lat"
    if column == "lon":
        return f"lon - 20 + {STEP_DEGREES} * (copy % {COLUMNS_OF_COPIES}) AS lon"
    return f'"{column}"'


def count_records(place: Path) -> int:
    """How many rows all subjects have together."""
    records = read_records(place)
    return sum(int(records.connection.raw_sql(f"SELECT count(*) FROM {name}").fetchone()[0]) for name in SUBJECTS)
