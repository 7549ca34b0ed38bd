"""City of Toronto DineSafe inspections (2001-2010) as contract tables.

Contains information licensed under the Open Government Licence - Toronto. What the contract makes of it:

- An establishment is an enterprise, its kind is the sector, and it is known from its first inspection.
- An inspection at most 30 days after the establishment's previous one (the same day included) is a
  re-inspection (`follow_up`), all others are `statutory`. The gap looks back only, so it is known on the day.
- Crucial findings are serious, significant ones general, minor ones and those of no stated severity minor.
- The regulator's own risk class (1 to 3 inspections a year, 3 the riskiest) is its official score and goes
  to `native_score`. Like the kind, it is as of the file: the source keeps no history of it.
- Tickets, summonses, orders and closures are penalties known on the day. What a court made of them is not
  dated; a second version, known 365 days later, holds the fine or withdraws charges that did not stand.
- Notices to comply and corrections on the spot have no place in the contract beyond the findings.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.standard_files import write_standard_files
from benchmarks.tables import END_OF_DAY, slug, with_origin, write_tables

AUTHORITY = "Toronto Public Health"
REINSPECTION_DAYS = 30
COURT_DELAY = pd.Timedelta(days=365)
GRID_DEGREES = 0.05
CUTS = {"general": (0.15, 0.25, 0.40), "serious": (0.02, 0.04, 0.08)}
"""Near 0.6, 1 and 1.6 times the base rate of 2008-2009; nothing from the test year went into them."""

_FINDING_RANK = {"C": 3, "S": 2, "M": 1, "NA": 1}
_SEVERITY_OF_RANK = {1: "minor", 2: "general", 3: "serious"}
# An enforcement action's kind in the contract, and how bad it is at the least, whatever the finding.
_ACTIONS = {
    "Warning Letter": ("warning", 1),
    "Ticket": ("fine", 1),
    "Summons": ("other", 2),
    "Order": ("other", 2),
    "Summons and Health Hazard Order": ("other", 3),
    "Closure Order": ("closure", 3),
}
_DECIDED = {
    "Conviction - Fined",
    "Conviction - Fined & Probationary Order",
    "Conviction - Suspended Sentence",
    "Conviction - Ordered to Close by Court",
}
_DROPPED = {"Charges Dismissed", "Charges Withdrawn", "Charges Quashed"}


def write_records(source: Path, out: Path) -> None:
    """Read `inspections.parquet` and `infractions.parquet` in `source`; write contract tables into `out`."""
    inspections = pd.read_parquet(source / "inspections.parquet")
    infractions = pd.read_parquet(source / "infractions.parquet")
    tables = {
        "enterprises": enterprises(inspections),
        "inspections": inspection_records(inspections),
        "penalties": penalty_records(infractions),
    }
    write_tables(out, tables)


def write_standards(source: Path, out: Path, severity: str) -> None:
    """Write a standard per kind; "general" gives the outcome label_sig, "serious" label_crucial."""
    kinds = pd.read_parquet(source / "inspections.parquet", columns=["type"])["type"].unique()
    write_standard_files(out, kinds, office=AUTHORITY, severity=severity, cuts=CUTS[severity])


def enterprises(inspections: pd.DataFrame) -> pd.DataFrame:
    """One row per establishment; `established_on` is the first inspection, for want of anything earlier."""
    first = _in_order(inspections).groupby("establishment_id", as_index=False).first()
    return pd.DataFrame(
        {
            "enterprise_id": _enterprise_id(first),
            "ent_type": "1000",
            "state": "active",
            "established_on": first["date"],
            "region": _grid_cell(first),
            "lat": first["lat"],
            "lon": first["lon"],
            "sectors": [[slug(kind)] for kind in first["type"]],
            "valid_from": first["date"],
            "known_at": first["date"],
        }
    )


def inspection_records(inspections: pd.DataFrame) -> pd.DataFrame:
    """One row per inspection, in order of establishment, date and number."""
    rows = _in_order(inspections)
    gap_days = rows.groupby("establishment_id")["date"].diff().dt.days
    minor = rows["n_minor"] + rows["n_na"]
    records = pd.DataFrame(
        {
            "record_id": "I" + rows["inspection_id"].astype(str).str.zfill(9),
            "enterprise_id": _enterprise_id(rows),
            "occurred_on": rows["date"],
            "known_at": rows["date"] + END_OF_DAY,
            "sector": rows["type"].map(slug),
            "basis": np.where(gap_days <= REINSPECTION_DAYS, "follow_up", "statutory"),
            "severity": np.select(
                [rows["n_crucial"] > 0, rows["n_significant"] > 0, minor > 0],
                ["serious", "general", "minor"],
                "none",
            ),
            "findings_minor": minor,
            "findings_general": rows["n_significant"],
            "findings_serious": rows["n_crucial"],
            "native_score": rows["min_insp_per_year"].astype("float64"),
        }
    )
    return with_origin(records, AUTHORITY, "dinesafe")


def penalty_records(infractions: pd.DataFrame) -> pd.DataFrame:
    """One row per enforcement action, and a second version where a court ended it.

    `fine_yuan` holds Canadian dollars, unconverted, and is null until the court's decision is known.
    """
    rows = infractions[infractions["action"].isin(_ACTIONS)].sort_values(["inspection_id"], kind="stable")
    number = rows.groupby("inspection_id").cumcount().astype(str)
    least = rows["action"].map({action: rank for action, (_, rank) in _ACTIONS.items()})
    rank = rows["severity"].map(_FINDING_RANK).clip(lower=least)
    served = pd.DataFrame(
        {
            "record_id": "P" + rows["inspection_id"].astype(str).str.zfill(9) + "-" + number,
            "enterprise_id": _enterprise_id(rows),
            "occurred_on": rows["date"],
            "known_at": rows["date"] + END_OF_DAY,
            "withdrawn_at": pd.NaT,
            "kind": rows["action"].map({action: kind for action, (kind, _) in _ACTIONS.items()}),
            "severity": rank.map(_SEVERITY_OF_RANK),
            "fine_yuan": np.nan,
        }
    )
    return with_origin(pd.concat([served, _after_court(served, rows)], ignore_index=True), AUTHORITY, "dinesafe")


def _after_court(served: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The later versions of the penalties that a court decided; a pending charge has none."""
    decided, dropped = rows["outcome"].isin(_DECIDED), rows["outcome"].isin(_DROPPED)
    closed = rows["outcome"] == "Conviction - Ordered to Close by Court"
    later = served.assign(
        known_at=served["known_at"] + COURT_DELAY,
        withdrawn_at=(served["occurred_on"] + COURT_DELAY).where(dropped),
        kind=served["kind"].mask(closed, "closure"),
        severity=served["severity"].mask(closed, "serious"),
        fine_yuan=rows["amount_fined"].where(decided),
    )
    return later[decided | dropped]


def _in_order(inspections: pd.DataFrame) -> pd.DataFrame:
    return inspections.sort_values(["establishment_id", "date", "inspection_id"], ignore_index=True)


def _enterprise_id(rows: pd.DataFrame) -> pd.Series:
    return "T" + rows["establishment_id"].astype(str)


def _grid_cell(rows: pd.DataFrame) -> pd.Series:
    """South-west corner of the cell, some 5.5 by 4 km, so that a cell holds many establishments."""
    south = np.floor(rows["lat"] / GRID_DEGREES) * GRID_DEGREES
    west = np.floor(rows["lon"] / GRID_DEGREES) * GRID_DEGREES
    return south.map("{:.2f}".format) + "," + west.map("{:.2f}".format)
