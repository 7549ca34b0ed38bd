"""What is imported counts from its delivery on: builds at any date before it stay what they were, byte for byte."""

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from features.build import Frame, build_frames
from records.check import load_records
from simulation.district import simulate
from tests.deliveries import ENTERPRISE, INSPECTION, PENALTY, import_rows, terms

pytestmark = pytest.mark.long

DELIVERED, CORRECTED = datetime(2025, 3, 1, 9), datetime(2025, 4, 1, 9)  # noqa: DTZ001
PAST, ON_THE_DAY = date(2024, 6, 1), DELIVERED.date()
NEXT_DAY, LAST = DELIVERED.date() + timedelta(days=1), CORRECTED.date() + timedelta(days=1)


def same(one: Frame, other: Frame) -> bool:
    """Byte for byte: keys, values, names."""
    return one.keys.equals(other.keys) and one.names == other.names and one.values.tobytes() == other.values.tobytes()


def built(directory: Path, *dates: date) -> dict[date, Frame]:
    frames = build_frames(load_records(directory), dict.fromkeys(dates))
    return {frame.as_of: frame for frame in frames}


def value(frame: Frame, enterprise: str, indicator: str) -> float:
    row = int(np.flatnonzero(frame.keys["enterprise_id"] == enterprise)[0])
    return float(frame.values[row, frame.names.index(indicator)])


def test_no_build_before_a_delivery_changes_and_every_later_one_knows_it(tmp_path: Path) -> None:
    directory = tmp_path / "records"
    simulate(directory, 120, 2, seed=1, progress=False)
    before = built(directory, PAST, ON_THE_DAY, NEXT_DAY)
    keys = before[NEXT_DAY].keys
    enterprise = str(keys.loc[keys["state"] == "active", "enterprise_id"].iloc[0])

    penalty = {**PENALTY, "UNISCID": enterprise, "PENDECISSDATE": "2024-05-20"}
    listing = {"UNISCID": enterprise, "speCause": "4", "abntime": "2024-05-21", "decOrg": "局"}
    moved = {**ENTERPRISE, "UNISCID": enterprise, "apprDate": "2024-01-15", "localAdm": "新所"}
    for row in (penalty, listing, moved):
        import_rows(directory, [row], "publicity", terms(DELIVERED))
    import_rows(directory, [{**INSPECTION, "uniscid": enterprise}], "double_random", terms(DELIVERED))

    after = built(directory, PAST, ON_THE_DAY, NEXT_DAY, LAST)
    assert same(before[PAST], after[PAST])
    assert same(before[ON_THE_DAY], after[ON_THE_DAY])
    for indicator in ("penalties_count_365d", "listings_abnormal_active"):
        assert value(after[NEXT_DAY], enterprise, indicator) == value(before[NEXT_DAY], enterprise, indicator) + 1
    row = int(np.flatnonzero(after[NEXT_DAY].keys["enterprise_id"] == enterprise)[0])
    assert after[NEXT_DAY].keys["station"].iloc[row] == "新所"

    import_rows(directory, [{**penalty, "PENAM(元)": "800000"}], "publicity", terms(CORRECTED))
    corrected = built(directory, PAST, NEXT_DAY, LAST)
    assert same(after[PAST], corrected[PAST])
    assert same(after[NEXT_DAY], corrected[NEXT_DAY])
    serious = "penalties_serious_count_365d"
    assert value(corrected[LAST], enterprise, serious) == value(after[LAST], enterprise, serious) + 1
