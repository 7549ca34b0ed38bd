"""The plan that comes of a draw: who is inspected, in which sector, by whom, and with what chance it was drawn."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from sampling.draw.folder import (
    PLAN,
    SHEETS,
    Fixed,
    Registered,
    read_fixed,
    read_fixed_inspectors,
    read_registered,
    read_units,
    strata_registered,
)
from sampling.draw.mistake import DrawError
from sampling.draw.permanent import check_seed
from sampling.draw.selection import drawn_units
from sampling.draw.sheets import write_sheets
from sampling.draw.strata import Stratum
from sampling.draw.teams import teams_of, visits_of
from sampling.draw.unit import Unit

Row = dict[str, Any]

SCHEMA = pa.schema(
    [
        ("plan_code", pa.string()),
        ("task_code", pa.string()),
        ("sector", pa.string()),
        ("enterprise_id", pa.string()),
        ("tier", pa.string()),
        ("station", pa.string()),
        ("basis", pa.string()),
        ("stratum", pa.string()),
        ("pool_size", pa.int64()),
        ("sample_size", pa.int64()),
        ("inclusion_probability", pa.float64()),
        ("seed", pa.string()),
        ("drawn_on", pa.string()),
        ("joint_sectors", pa.list_(pa.string())),
        ("inspectors", pa.list_(pa.string())),
    ]
)
"""One row per enterprise and sector drawn. `task_code` is the id of the registered draw, `drawn_on` the day of the seed
(text), `basis` random, or statutory for who was certain; `joint_sectors` are those of the one visit."""


def planned(folder: Path, seed: str) -> list[Row]:
    """The plan that follows from a folder's files and the seed; the same for everybody who works it out."""
    fixed, registered = read_fixed(folder), read_registered(folder)
    drawn = drawn_units(read_units(folder), strata_registered(registered), fixed.year, check_seed(seed))
    visits = visits_of(unit for unit, _ in drawn)
    teams = teams_of(visits, read_fixed_inspectors(folder), fixed.team, fixed.year, seed)
    joint = {visit.enterprise_id: list(visit.sectors) for visit in visits}
    return [
        _row(unit, stratum, fixed, registered, seed)
        | {"joint_sectors": joint[unit.enterprise_id], "inspectors": list(teams[unit.enterprise_id])}
        for unit, stratum in drawn
    ]


def write_plan(folder: Path, rows: Iterable[Row]) -> None:
    """The plan as Parquet for programs and as a workbook for the platform and for people."""
    listed = list(rows)
    parquet.write_table(pa.Table.from_pylist(listed, SCHEMA), folder / PLAN)
    registered = read_registered(folder)
    write_sheets(folder / SHEETS, listed, read_fixed(folder), registered, read_units(folder))


def read_plan(folder: Path) -> list[Row]:
    """The plan in a folder; DrawError where there is none, or the file is no plan."""
    try:
        table = parquet.read_table(folder / PLAN)
    except (OSError, pa.ArrowInvalid) as fault:
        raise DrawError(
            f"A draw's folder must have the plan that was drawn, {folder} has none that can be read "
            f"({type(fault).__name__}); run `fenji draw run`."
        ) from None
    if table.schema.names != SCHEMA.names:
        raise DrawError(f"A plan must have the columns {', '.join(SCHEMA.names)}, {PLAN} has others; draw it again.")
    rows: list[Row] = table.to_pylist()
    return rows


def told_to_service(rows: Iterable[Row], sector: str) -> dict[str, Any]:
    """A sector's part of a plan as the service takes it."""
    own = [row for row in rows if row["sector"] == sector]
    units = [
        {
            "enterprise_id": row["enterprise_id"],
            "tier": row["tier"],
            "station": row["station"],
            "inclusion_probability": row["inclusion_probability"],
            "inspectors": row["inspectors"],
        }
        | ({"certainty": True} if row["basis"] == "statutory" else {})
        for row in own
    ]
    return {"seed": own[0]["seed"], "units": units}


def _row(unit: Unit, stratum: Stratum, fixed: Fixed, registered: Registered, seed: str) -> Row:
    draw: Mapping[str, Any] = registered[unit.sector]["draw"]
    return {
        "plan_code": fixed.plan,
        "task_code": draw["draw_id"],
        "sector": unit.sector,
        "enterprise_id": unit.enterprise_id,
        "tier": unit.tier,
        "station": unit.station or None,
        "basis": "statutory" if stratum.is_certain else "random",
        "stratum": stratum.name,
        "pool_size": stratum.pool_size,
        "sample_size": stratum.sample_size,
        "inclusion_probability": stratum.inclusion_probability,
        "seed": seed,
        "drawn_on": datetime.fromisoformat(draw["seed_at"]).date().isoformat(),
    }
