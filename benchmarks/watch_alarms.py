"""How often does monitoring cry wolf, and does it cry when there is one? Simulated districts, with and without shocks.

Each district is learned from before LEARNED, then looked at every half year. Unshifted, nothing happens that did not
happen before (sectors drift by their usual yearly step), so every alert beyond a notice is a false one. In the others
something breaks on BROKEN: problems double in one sector, a feed dies, or amounts come in another unit.

Results are kept per district under a digest of the code, so that an interrupted run goes on where it stopped.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from benchmarks.truth import code_digest
from features.build import build_frame
from model.alerts import Alerts
from model.saved import SavedModel
from model.standard import SHIPPED_STANDARDS, read_standards
from records.progress import progress_bars
from records.source import read_records, records_from_frames
from simulation.district import simulate
from supervision.watch.findings import alerts_of
from supervision.watch.remembered import Remembered
from supervision.watch.watch import Answered, watch
from training.backtest import score_cohort
from training.fit import fit_models

DISTRICTS = 10
ENTERPRISES, YEARS = 3_000, 6
LEARNED = date(2023, 1, 1)
LOOKS = (date(2023, 7, 1), date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1))
BROKEN = date(2024, 1, 1)
UNSHIFTED = "unshifted"
SECTOR, FEED = "food_operation", "complaints"
CAPITAL, UNIT = "registered_capital_yuan", 10_000
"""From yuan to 万元."""
WORKSPACE = Path("var") / "watch_alarms"
RESULTS = Path(__file__).parent / "results"

Tables = Mapping[str, pd.DataFrame]
Shock = Callable[[dict[str, pd.DataFrame]], dict[str, pd.DataFrame]]


def main(districts: int = DISTRICTS) -> int:
    """Measure what is missing of so many districts; write `benchmarks/results/watch_alarms.json` and `.md`."""
    seeds = range(1, districts + 1)
    done = WORKSPACE / code_digest(Path(__file__), "supervision/watch")
    done.mkdir(parents=True, exist_ok=True)
    with progress_bars(Console(stderr=True)) as report:
        for number, seed in enumerate(seeds):
            report("模拟辖区 districts", number, len(seeds))
            if not (done / f"{seed}.json").exists():
                rows = look_at_district(seed)
                (done / f"{seed}.part").write_text(json.dumps(rows), encoding="utf-8")
                (done / f"{seed}.part").rename(done / f"{seed}.json")
    rows = [row for seed in seeds for row in json.loads((done / f"{seed}.json").read_text(encoding="utf-8"))]
    result = summarise(pd.DataFrame(rows))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "watch_alarms.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "watch_alarms.md").write_text(as_markdown(result), encoding="utf-8")
    Console().print(as_markdown(result), highlight=False, markup=False)
    return 0


def look_at_district(seed: int, enterprises: int = ENTERPRISES) -> list[dict[str, Any]]:
    """One row per variant and look: seed, variant, as_of, state, and the subjects of each kind of alert."""
    with tempfile.TemporaryDirectory() as scratch:
        simulate(Path(scratch) / "records", enterprises, YEARS, seed, progress=False)
        tables = {name: table.to_pandas() for name, table in read_records(Path(scratch) / "records").tables.items()}
        models = _learned(tables)
        rows = []
        for variant, shock in VARIANTS.items():
            ledger = Remembered(Path(scratch) / variant)
            looks: tuple[date, ...] = LOOKS
            if variant != UNSHIFTED:
                # Up to the shock nothing differs.
                shutil.copytree(Path(scratch) / UNSHIFTED, ledger.folder)
                looks = tuple(day for day in LOOKS if day > BROKEN)
            changed = shock(dict(tables))
            for as_of in looks:
                rows.append({"seed": seed, "variant": variant, **_told(_look(changed, models, as_of, ledger))})
    return rows


def _learned(tables: Tables) -> dict[str, SavedModel]:
    training = fit_models(records_from_frames(tables), read_standards(SHIPPED_STANDARDS), LEARNED)
    return {
        sector: replace(one.model, lineage={**one.model.lineage, "as_of": LEARNED.isoformat()})
        for sector, one in training.models.items()
    }


def _look(tables: Tables, models: Mapping[str, SavedModel], as_of: date, ledger: Remembered) -> Alerts:
    records = records_from_frames(tables)
    frame = build_frame(records, as_of)
    answers = score_cohort(frame, models)
    # Reasons take most of the time of scoring, and only say more of jumps, which are no alarms.
    answers["reasons"] = answers["contributions"] = [[] for _ in range(len(answers))]
    answered = Answered(frame, answers, models, "release", str(as_of))
    standards = {sector: model.standard for sector, model in models.items()}
    return alerts_of(watch(records, standards, answered, ledger), standards, records)


def _told(alerts: Alerts) -> dict[str, Any]:
    told: dict[str, list[list[str]]] = {}
    for alert in alerts.alerts:
        if alert.severity != "notice":
            told.setdefault(alert.kind, []).append([alert.severity, *map(str, alert.subject.values())])
    return {"as_of": alerts.as_of.isoformat(), "state": alerts.state, "alerts": told}


def _unshifted(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return tables


def _problems_doubled(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """As many clean inspections of a sector as there were problems find one, from BROKEN on."""
    rows = tables["inspections"].copy()
    since = (rows["sector"] == SECTOR) & (pd.to_datetime(rows["occurred_on"]) >= pd.Timestamp(BROKEN))
    bad = rows["severity"].isin(("general", "serious"))
    clean = since & rows["severity"].isin(("none", "minor"))
    share = (since & bad).sum() / max(clean.sum(), 1)
    chosen = clean & (np.random.default_rng(1).random(len(rows)) < share)
    rows.loc[chosen, "severity"] = "general"
    return {**tables, "inspections": rows}


def _feed_died(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    rows = tables[FEED]
    return {**tables, FEED: rows[rows["known_at"] < pd.Timestamp(BROKEN)].reset_index(drop=True)}


def _unit_changed(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The register is delivered anew with the capital in 万元, as though that were yuan."""
    rows = tables["enterprises"]
    again = rows.sort_values("valid_from").drop_duplicates("enterprise_id", keep="last")
    again = again[pd.to_datetime(again["valid_from"]) < pd.Timestamp(BROKEN)]
    again = again.assign(
        valid_from=pd.Timestamp(BROKEN), known_at=pd.Timestamp(BROKEN), registered_capital_yuan=again[CAPITAL] / UNIT
    )
    later = pd.to_datetime(rows["valid_from"]) >= pd.Timestamp(BROKEN)
    changed = rows[CAPITAL].where(~later, rows[CAPITAL] / UNIT)
    return {
        **tables,
        "enterprises": pd.concat([rows.assign(registered_capital_yuan=changed), again], ignore_index=True),
    }


VARIANTS: dict[str, Shock] = {
    UNSHIFTED: _unshifted,
    "problems doubled": _problems_doubled,
    "feed died": _feed_died,
    "unit changed": _unit_changed,
}
"""What happens on BROKEN."""


def is_raised(variant: str, alerts: Mapping[str, list[list[str]]]) -> bool:
    """Whether the alerts of a look name what was broken."""
    match variant:
        case "problems doubled":
            return any(SECTOR in one for kind in ("calibration", "promise") for one in alerts.get(kind, ()))
        case "feed died":
            return any(FEED in one for one in alerts.get("silence", ()))
        case "unit changed":
            return any("capital" in "".join(one) for one in alerts.get("input_drift", ()))
    return bool(alerts)


def summarise(rows: pd.DataFrame) -> dict[str, Any]:
    """False alarms of the unshifted looks by kind, and by variant how many districts were told of in each look."""
    quiet = rows[rows["variant"] == UNSHIFTED]
    kinds = sorted({kind for told in quiet["alerts"] for kind in told})
    false = {kind: float(np.mean([kind in told for told in quiet["alerts"]])) for kind in kinds}
    raised = {}
    for variant in [name for name in VARIANTS if name != UNSHIFTED]:
        own = rows[(rows["variant"] == variant) & (rows["as_of"] > BROKEN.isoformat())]
        found = own.assign(found=[is_raised(variant, told) for told in own["alerts"]])
        raised[variant] = {str(day): int(group["found"].sum()) for day, group in found.groupby("as_of")}
    return {
        "districts": int(rows["seed"].nunique()),
        "enterprises": ENTERPRISES,
        "looks": len(quiet),
        "warning": float((quiet["state"] == "warning").mean()),
        "broken": float((quiet["state"] == "broken").mean()),
        "false_by_kind": false,
        "raised": raised,
    }


def as_markdown(result: Mapping[str, Any]) -> str:
    """The summary for the reader."""
    days = [str(day) for day in LOOKS if day > BROKEN]
    lines = [
        "# 监测的误报与灵敏 False alarms and power of monitoring",
        "",
        f"{result['districts']} simulated districts of {result['enterprises']:,} enterprises, learned from before "
        f"{LEARNED}, looked at twice a year. Unshifted, of {result['looks']} looks {result['warning']:.0%} ended with "
        f"a warning and {result['broken']:.0%} as broken.",
        "",
        "| false alarms by kind | looks |",
        "| --- | --- |",
        *(f"| {kind} | {share:.0%} |" for kind, share in result["false_by_kind"].items()),
        "",
        f"| broken on {BROKEN}: districts told of it, of {result['districts']} | {' | '.join(days)} |",
        f"| --- | {' | '.join('---' for _ in days)} |",
        *(
            f"| {variant} | {' | '.join(str(found.get(day, 0)) for day in days)} |"
            for variant, found in result["raised"].items()
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.exit(main(*map(int, sys.argv[1:])))
