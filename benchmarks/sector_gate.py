"""Did the gate choose well? Each sector's model against the general one on outcomes that came later.

The command behind `make bench-gate`: for Toronto's kinds of establishment (both outcomes), Chicago's and the
simulator's twenty sectors, the models are trained on what was known before T and answer for the enterprises inspected
after T, once as the gate chose and once with the general model alone. A sector is worse when its mean paired
difference in log-loss exceeds noise; since many sectors are asked at once, the 5 % are shared among them (Bonferroni).
Noise is the sampling of outcomes and the step that a sector's level takes from year to year, which no gate can know.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from scipy.stats import norm

from benchmarks.comparison import row_losses
from benchmarks.quality_sets import QualitySet, chosen_sets, shipped_sets
from features.build import build_frame
from model.calibration import margin_of
from model.standard import GENERAL, read_standards
from records.errors import FenjiError
from records.progress import progress_bars
from records.source import read_records
from training.backtest import judged_outcomes, score_cohort
from training.fit import fit_models
from training.fitted import Fitted, Training
from training.tiers.rates import YEARLY_DRIFT

RESULT = Path(__file__).parent / "results" / "sector_gate.json"
LEAST_ROWS = 30
LEAST_OF_EACH = 5
"""Sectors with fewer judged enterprises, or fewer with or without a problem, are listed, not judged: where no problem
was found, any lower probability wins with certainty."""
ERROR = 0.05
KEYS = ["enterprise_id", "sector"]


def judge(data: QualitySet) -> dict[str, Any]:
    """Train and answer twice on one set; returns the table of `by_sector` and what it adds up to."""
    location, directory = data.locate()
    records, standards = read_records(location), read_standards(directory)
    with progress_bars(Console(stderr=True)) as report:
        training = fit_models(records, standards, data.as_of, report)
        frame = build_frame(records, data.as_of)
    models = {sector: fitted.model for sector, fitted in training.models.items()}
    chosen = score_cohort(frame, models)
    alone = {sector: replace(models[GENERAL], components=training.general.in_sector(sector)) for sector in models}
    general = score_cohort(frame, alone)
    outcomes = judged_outcomes(records, standards, data.as_of)[[*KEYS, "outcome"]]
    rows = chosen.merge(general, on=KEYS, suffixes=("", "_general")).merge(outcomes, on=KEYS)
    table = by_sector(rows.dropna(subset=["probability", "outcome"]))
    sectors = [{**row, **gate_evidence(training, str(row["sector"]))} for row in table.to_dict("records")]
    return {"as_of": data.as_of.isoformat(), "summary": summary(table), "sectors": sectors}


def by_sector(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per sector: n, problems, log_loss and general_log_loss, difference, standard_error, verdict.

    `rows`: sector, outcome, probability, probability_general, one row per enterprise. `difference` is the chosen
    model's mean loss minus the general model's (below 0: better), verdict one of better, worse, level and few.
    """
    outcome = rows["outcome"].to_numpy(dtype=float)
    losses = rows[["sector", "outcome"]].assign(
        own=row_losses(outcome, rows["probability"].to_numpy(dtype=float)),
        general=row_losses(outcome, rows["probability_general"].to_numpy(dtype=float)),
    )
    losses["difference"] = losses["own"] - losses["general"]
    losses["drift"] = _moved_by_a_step(rows)
    groups = losses.groupby("sector")
    table = pd.DataFrame(
        {
            "n": groups.size(),
            "problems": groups["outcome"].sum().astype(int),
            "log_loss": groups["own"].mean(),
            "general_log_loss": groups["general"].mean(),
            "difference": groups["difference"].mean(),
            "standard_error": np.hypot(groups["difference"].sem().fillna(0.0), groups["drift"].mean()),
        }
    ).reset_index()
    rarer = np.minimum(table["problems"], table["n"] - table["problems"])
    is_judged = (table["n"] >= LEAST_ROWS) & (rarer >= LEAST_OF_EACH)
    asked = int(is_judged.sum())
    bound = norm.ppf(1 - ERROR / max(asked, 1)) * table["standard_error"]
    verdict = np.select(
        [~is_judged, table["difference"] > bound, table["difference"] < -bound],
        ["few", "worse", "better"],
        "level",
    )
    return table.assign(verdict=verdict)


def _moved_by_a_step(rows: pd.DataFrame) -> pd.Series:
    """How far one standard step of a sector's level (YEARLY_DRIFT) moves each row's expected difference."""
    own, general = (rows[name].to_numpy(dtype=float) for name in ("probability", "probability_general"))
    return pd.Series(YEARLY_DRIFT * (margin_of(own) - margin_of(general)) * general * (1 - general), index=rows.index)


def summary(table: pd.DataFrame) -> dict[str, Any]:
    """How many sectors came out how, and both log-losses over all judged enterprises."""
    counts = table["verdict"].value_counts()
    return {
        "verdicts": {verdict: int(counts.get(verdict, 0)) for verdict in ("better", "level", "worse", "few")},
        "log_loss": float(np.average(table["log_loss"], weights=table["n"])),
        "general_log_loss": float(np.average(table["general_log_loss"], weights=table["n"])),
    }


def gate_evidence(training: Training, sector: str) -> dict[str, Any]:
    """What was chosen, the runner-up, its difference to the best and the standard error; null without a gate."""
    fitted: Fitted = training.models.get(sector, training.models[GENERAL])
    others = sorted((rated for rated in fitted.gate if not rated.chosen), key=lambda rated: rated.log_loss)
    runner_up = vars(others[0]) if others else {}
    return {
        "choice": fitted.model.lineage.get("choice"),
        "runner_up": runner_up.get("name"),
        "runner_up_difference": runner_up.get("difference"),
        "runner_up_standard_error": runner_up.get("standard_error"),
    }


def picture(name: str, result: Mapping[str, Any]) -> Table:
    """The sectors of one set that were judged."""
    table = Table(
        "领域 sector", "n", "选用 choice", "对数损失 log-loss", "通用 general", "差 difference", "结论 verdict"
    )
    table.title = f"{name}: {result['summary']['verdicts']}"
    for row in result["sectors"]:
        if row["verdict"] != "few":
            difference = f"{row['difference']:+.4f} ± {row['standard_error']:.4f}"
            losses = (f"{row['log_loss']:.4f}", f"{row['general_log_loss']:.4f}")
            table.add_row(row["sector"], f"{row['n']:,}", row["choice"], *losses, difference, row["verdict"])
    return table


def main(wanted: list[str]) -> int:
    """Judge the named sets (all without names), print each and write `benchmarks/results/sector_gate.json`."""
    console, results = Console(), {}
    try:
        for data in chosen_sets(shipped_sets(), wanted):
            results[data.name] = judge(data)
            console.print(picture(data.name, results[data.name]))
    except FenjiError as error:
        console.print(str(error), markup=False)
        return error.exit_code
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
