"""The small invented district of the tests of serving with a few inspections and a draw in its records."""

from datetime import datetime

import pandas as pd

from records.source import Records, records_from_frames
from tests import served_district as district

SECTOR = district.SECTOR_MODEL
CHECKED, DRAWN, OFTEN, LISTED = (district.enterprise_id(number) for number in (1, 2, 6, 16))


def records_with_checks() -> Records:
    """The district's enterprises, with a few inspections and one draw."""
    common = {
        **{"known_at": datetime(2024, 6, 20), "producer": "所", "provider": "股", "responsible": "股"},  # noqa: DTZ001
        **{"source": "系统", "sector": SECTOR, "basis": "random"},
    }
    found = {"findings_minor": 0, "findings_general": 0, "findings_serious": 0, "severity": "none"}
    days = {CHECKED: ["2023-12-31", "2024-02-01"], OFTEN: [f"2024-0{month}-01" for month in range(1, 7)]}
    inspections = [
        {"record_id": f"i{enterprise}{day}", "enterprise_id": enterprise, "occurred_on": day, **common, **found}
        for enterprise, own in days.items()
        for day in own
    ]
    inspections.append({**inspections[0], "record_id": "void", "occurred_on": "2024-06-01", "severity": "void"})
    draw = {"record_id": "s1", "enterprise_id": DRAWN, "occurred_on": "2024-03-01", "task_code": "T1", **common}
    enterprises = district.records().tables["enterprises"].to_pandas()
    return records_from_frames(
        {
            "enterprises": enterprises.assign(station="石炮台所", region="440511", industry_code="F5221"),
            "inspections": pd.DataFrame(inspections),
            "selections": pd.DataFrame([draw]),
        }
    )
