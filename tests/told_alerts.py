"""Alerts for the tests of what follows from them, written as `fenji watch` writes them."""

import json
from pathlib import Path

from model.alerts import ALERTS_FILE, Alert, Alerts, Kind, Severity, Words
from tests import served_district as district


def alert(kind: Kind = "calibration", severity: Severity = "broken", **subject: str) -> Alert:
    words = Words(f"{kind} 的发现", f"what {kind} found")
    return Alert(kind, severity, subject or {"sector": "all"}, 0.3, 0.15, words, ("penalties:P1",), words, "某所")


def alerts(*told: Alert) -> Alerts:
    return Alerts(district.AS_OF, district.AS_OF.replace(year=2023), "release", "snapshot", told)


def save_alerts(folder: Path, *told: Alert) -> Path:
    """A directory that holds them."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(alerts(*told).to_json(), ensure_ascii=False)
    (folder / ALERTS_FILE).write_text(text, encoding="utf-8")
    return folder
