"""City of Chicago food inspections (2011-2014) as contract tables.

Contains data of the City of Chicago's open data portal. What the contract makes of it:

- A licence is an enterprise and is known, as it then was, from its first inspection; its kind (restaurant or
  other) is the sector and stays what it was then.
- All rows are routine (canvass) inspections, so every basis is `statutory`, however close two of them lie.
- Critical violations (v01-v14) are serious, serious ones (v15-v29) general, the others (v30-v44) minor.
- The regulator's risk class is its official score and goes to `native_score`, turned so that 3 is the
  riskiest ("Risk 1 (High)"), as every score in the contract rises with risk.
- A sanitation complaint names a place, not a shop: it becomes a record of every enterprise within 150 m.
- Who inspected (`sanitarian`) is never read: it explains the finding but says nothing of the shop.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from benchmarks.standard_files import write_standard_files
from benchmarks.tables import END_OF_DAY, slug, with_origin, write_tables

AUTHORITY = "Chicago Department of Public Health"
COMPLAINT_RADIUS_M = 150.0
CUTS = (0.10, 0.15, 0.22)
"""Near 0.8, 1.2 and 1.8 times the base rate of 2012-2013; nothing from the test year went into them."""

_METRES_PER_DEGREE = 111_195.0
_INSPECTION_COLUMNS = [
    "Inspection_ID",
    "License",
    "Inspection_Date",
    "Facility_Type",
    "Facility_Type_Clean",
    "Risk",
    "Zip",
    "Latitude",
    "Longitude",
    "criticalCount",
    "seriousCount",
    "minorCount",
]
_NATIVE_SCORE = {"Risk 1 (High)": 3.0, "Risk 2 (Medium)": 2.0, "Risk 3 (Low)": 1.0}
# Other licences at the same address, as flags beside the licence of each inspection.
_SIDE_LICENCES = [
    "consumption_on_premises_incidental_activity",
    "tobacco",
    "package_goods",
    "outdoor_patio",
    "public_place_of_amusement",
    "limited_business_license",
    "childrens_services_facility_license",
    "tavern",
    "regulated_business_license",
    "filling_station",
    "caterers_liquor_license",
    "mobile_food_license",
]


def write_records(source: Path, out: Path, *, is_planned: bool = False) -> None:
    """Read the three files in `source`; write contract tables into `out`.

    `is_planned`: enterprises are known from their registration (see `known_from_registration`).
    """
    inspections = _in_order(pd.read_parquet(source / "inspections.parquet", columns=_INSPECTION_COLUMNS))
    licences = pd.read_parquet(source / "licences.parquet")
    complaints = pd.read_parquet(source / "sanitation_complaints.parquet")
    registered = enterprises(inspections, licences)
    if is_planned:
        registered = known_from_registration(registered)
    tables = {
        "enterprises": registered,
        "inspections": inspection_records(inspections),
        "licences": licence_records(inspections, licences),
        "complaints": complaint_records(registered, complaints),
    }
    write_tables(out, tables)


def write_standards(source: Path, out: Path, severity: str = "serious") -> None:
    """Write a standard per kind of facility; `severity` "serious" is criticalFound."""
    kinds = pd.read_parquet(source / "inspections.parquet", columns=["Facility_Type_Clean"])
    write_standard_files(out, kinds["Facility_Type_Clean"].unique(), office=AUTHORITY, severity=severity, cuts=CUTS)


def enterprises(inspections: pd.DataFrame, licences: pd.DataFrame) -> pd.DataFrame:
    """One row per licence as its first inspection found it.

    `established_on` is the first licence of the account where the register knew it by then, else the first
    inspection; `industry_code` is the kind of facility in the inspector's words, not a GB/T 4754 code.
    """
    rows = _in_order(inspections).merge(licences[["Inspection_ID", "minDate"]], on="Inspection_ID", how="left")
    first = rows.drop_duplicates("License").reset_index(drop=True)
    return pd.DataFrame(
        {
            "enterprise_id": _enterprise_id(first),
            "ent_type": "1000",
            "state": "active",
            "established_on": first[["minDate", "Inspection_Date"]].min(axis=1),
            "industry_code": first["Facility_Type"].map(slug),
            "region": first["Zip"].astype("string"),
            "lat": first["Latitude"],
            "lon": first["Longitude"],
            "sectors": [[slug(kind)] for kind in first["Facility_Type_Clean"]],
            "valid_from": first["Inspection_Date"],
            "known_at": first["Inspection_Date"],
        }
    )


def known_from_registration(registered: pd.DataFrame) -> pd.DataFrame:
    """The same enterprises, known once they are licensed: whoever plans an inspection knows whom to inspect.

    The register starts with the file: nobody is known before the eve of the first inspection of all. An enterprise
    whose licence is not dated before its own first inspection is known from the eve of that.
    """
    eve = registered["known_at"] - pd.Timedelta(days=1)
    start = pd.Series(eve.min(), index=eve.index)
    known = registered["established_on"].clip(lower=start).clip(upper=eve)
    return registered.assign(valid_from=known, known_at=known)


def inspection_records(inspections: pd.DataFrame) -> pd.DataFrame:
    """One row per inspection, in order of licence, date and number."""
    rows = _in_order(inspections)
    records = pd.DataFrame(
        {
            "record_id": "I" + rows["Inspection_ID"].astype(str).str.zfill(9),
            "enterprise_id": _enterprise_id(rows),
            "occurred_on": rows["Inspection_Date"],
            "known_at": rows["Inspection_Date"] + END_OF_DAY,
            "sector": rows.groupby("License")["Facility_Type_Clean"].transform("first").map(slug),
            "basis": "statutory",
            "severity": np.select(
                [rows["criticalCount"] > 0, rows["seriousCount"] > 0, rows["minorCount"] > 0],
                ["serious", "general", "minor"],
                "none",
            ),
            "findings_minor": rows["minorCount"],
            "findings_general": rows["seriousCount"],
            "findings_serious": rows["criticalCount"],
            "native_score": rows["Risk"].map(_NATIVE_SCORE),
        }
    )
    return with_origin(records, AUTHORITY, "food_inspections")


def licence_records(inspections: pd.DataFrame, licences: pd.DataFrame) -> pd.DataFrame:
    """One row per licence term and per other licence at the address, known once an inspection shows it."""
    columns = ["Inspection_ID", "License", "Inspection_Date"]
    seen = _in_order(inspections)[columns].merge(licences, on="Inspection_ID")
    records = pd.concat([_terms(seen), *(_side_licence(seen, kind) for kind in _SIDE_LICENCES)])
    return with_origin(records.reset_index(drop=True), AUTHORITY, "business_licences")


def _terms(seen: pd.DataFrame) -> pd.DataFrame:
    rows = seen[seen["LICENSE_ID"].notna()].drop_duplicates("LICENSE_ID")
    term = "L" + rows["LICENSE_ID"].astype(str)
    # A term that starts after the inspection (a change of licence) is known, at the earliest, from its start.
    known_on = rows[["Inspection_Date", "LICENSE_TERM_START_DATE"]].max(axis=1)
    return pd.DataFrame(
        {
            "record_id": term,
            "enterprise_id": _enterprise_id(rows),
            "occurred_on": rows["LICENSE_TERM_START_DATE"],
            "known_at": known_on + END_OF_DAY,
            "licence_no": term,
            "kind": rows["LICENSE_DESCRIPTION"].map(slug),
            "valid_from": rows["LICENSE_TERM_START_DATE"],
            "valid_to": rows["LICENSE_TERM_EXPIRATION_DATE"],
            "state": "valid",
        }
    )


def _side_licence(seen: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The flag's first appearance; its own dates are unknown, so it runs from then without an end."""
    rows = seen[seen[kind] == 1].drop_duplicates("License")
    return pd.DataFrame(
        {
            "record_id": "S" + rows["License"].astype(str) + "-" + kind,
            "enterprise_id": _enterprise_id(rows),
            "occurred_on": rows["Inspection_Date"],
            "known_at": rows["Inspection_Date"] + END_OF_DAY,
            "kind": kind,
            "valid_from": rows["Inspection_Date"],
            "state": "valid",
        }
    )


def complaint_records(registered: pd.DataFrame, complaints: pd.DataFrame) -> pd.DataFrame:
    """One row per complaint and enterprise within 150 m of it; an enterprise without a place has none."""
    placed = registered[registered["lat"].notna()].reset_index(drop=True)
    rows = complaints[complaints["Latitude"].notna()].drop_duplicates("Service_Request_Number")
    rows = rows.reset_index(drop=True)
    near = cKDTree(_metres(rows["Latitude"], rows["Longitude"])).query_ball_point(
        _metres(placed["lat"], placed["lon"]), COMPLAINT_RADIUS_M
    )
    enterprise = np.repeat(np.arange(len(placed)), [len(found) for found in near])
    matched = rows.iloc[np.concatenate([np.sort(found) for found in near]).astype(int)].reset_index(drop=True)
    enterprise_id = placed["enterprise_id"].iloc[enterprise].reset_index(drop=True)
    records = pd.DataFrame(
        {
            "record_id": matched["Service_Request_Number"] + "-" + enterprise_id,
            "enterprise_id": enterprise_id,
            "occurred_on": matched["Creation_Date"],
            "known_at": matched["Creation_Date"] + END_OF_DAY,
            "kind": "complaint",
        }
    )
    return with_origin(records, AUTHORITY, "sanitation_complaints")


def _metres(lat: pd.Series, lon: pd.Series) -> np.ndarray:
    """Places on a plane, metres; over one city the error of the flat earth is far below the radius."""
    shrink = np.cos(np.radians(41.85))
    return np.column_stack([lat, lon * shrink]) * _METRES_PER_DEGREE


def _in_order(inspections: pd.DataFrame) -> pd.DataFrame:
    return inspections.sort_values(["License", "Inspection_Date", "Inspection_ID"], ignore_index=True)


def _enterprise_id(rows: pd.DataFrame) -> pd.Series:
    return "C" + rows["License"].astype(str)
