"""One row of each kind that keeps the contract, for tests that break it, and the check of a few rows."""

import pandas as pd

from records.check import CheckResult, check_records
from records.source import records_from_frames

ENTERPRISE = {
    "enterprise_id": "甲",
    "ent_type": "1130",
    "state": "active",
    "established_on": "2010-01-01",
    "sectors": "food_operation",
    "valid_from": "2010-01-01",
    "known_at": "2010-01-02",
}
PENALTY = {
    "record_id": "p1",
    "enterprise_id": "甲",
    "occurred_on": "2024-06-01",
    "known_at": "2024-06-02",
    "withdrawn_at": None,
    "use_until": None,
    "producer": "所",
    "provider": "局",
    "responsible": "股",
    "source": "系统",
    "sector": "food_operation",
    "kind": "fine",
    "severity": "minor",
    "fine_yuan": 100.0,
}
LICENCE = {
    **{name: PENALTY[name] for name in ("record_id", "enterprise_id", "occurred_on", "known_at")},
    **{name: PENALTY[name] for name in ("producer", "provider", "responsible", "source")},
    "kind": "食品经营许可证",
    "valid_from": "2024-06-01",
    "valid_to": "2029-06-01",
    "state": "valid",
}
INSPECTION = {
    **{name: PENALTY[name] for name in ("record_id", "enterprise_id", "occurred_on", "known_at")},
    **{name: PENALTY[name] for name in ("producer", "provider", "responsible", "source", "sector")},
    "basis": "random",
    "inclusion_probability": 0.1,
    "severity": "none",
    "findings_minor": 0,
    "findings_general": 0,
    "findings_serious": 0,
}


def checked(**subjects: list[dict]) -> CheckResult:
    subjects = {"enterprises": [ENTERPRISE], **subjects}
    return check_records(records_from_frames({name: pd.DataFrame(rows) for name, rows in subjects.items()}))
