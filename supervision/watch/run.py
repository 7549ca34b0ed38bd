"""`fenji watch`: look, write the alerts and the report, and say the state by the exit code."""

import json
import tempfile
from pathlib import Path

from rich.console import Console

from model.alerts import ALERTS_FILE, Alerts, State
from records.errors import ConfigError
from records.progress import Report, silent
from records.source import Records
from supervision.report.page import to_html
from supervision.watch.findings import alerts_of
from supervision.watch.page import STATES, page_of
from supervision.watch.remembered import Remembered
from supervision.watch.watch import Answered, watch

PAGE_FILE = "watch.html"
EXIT_CODES: dict[State, int] = {"quiet": 0, "warning": 10, "broken": 20}
"""What a scheduler sees; errors of every kind have smaller codes (`records.errors`, and 2 for wrong arguments)."""


def write_watch(
    records: Records,
    answered: Answered,
    ledger: Remembered,
    out: Path,
    progress: Report = silent,
) -> Alerts:
    """Look at what was answered, and write `alerts.json` and `watch.html` into the directory `out`.

    Each file appears whole or not at all; those of an earlier run are replaced, the alerts last.

    Raises
    ------
    ConfigError
        If `out` is a file.
    ModelError
        If the ledger cannot be read.
    """
    if out.exists() and not out.is_dir():
        raise ConfigError(f"Alerts are written into a directory, got the file {out}; choose another place.")
    standards = {sector: model.standard for sector, model in answered.models.items()}
    found = watch(records, standards, answered, ledger, progress)
    alerts = alerts_of(found, standards, records)
    out.mkdir(parents=True, exist_ok=True)
    scored = found.scored.assign(as_of=found.scored["as_of"].astype("str")).astype(object)
    further = {"expected": found.expected, "scored": scored.where(scored.notna(), None).to_dict("records")}
    content = json.dumps(alerts.to_json() | further, ensure_ascii=False, indent=1, sort_keys=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".watch-") as temporary:
        (Path(temporary) / PAGE_FILE).write_text(to_html(page_of(found, alerts, standards)), encoding="utf-8")
        (Path(temporary) / ALERTS_FILE).write_text(content, encoding="utf-8")
        for name in (PAGE_FILE, ALERTS_FILE):
            (Path(temporary) / name).replace(out / name)
    return alerts


def print_state(console: Console, alerts: Alerts, out: Path) -> None:
    """One line for the state and one for each alert that is more than a notice."""
    state = STATES[alerts.state]
    notices = sum(alert.severity == "notice" for alert in alerts.alerts)
    console.print(
        f"{alerts.as_of} {state.zh} {state.en}; 等级骤变 jumps: {notices} → {out / PAGE_FILE}",
        highlight=False,
        markup=False,
    )
    for alert in alerts.alerts:
        if alert.severity != "notice":
            console.print(f"{alert.severity}: {alert.said.zh} {alert.said.en}", highlight=False, markup=False)
