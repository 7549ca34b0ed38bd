"""What ten times the data would add, and how far the true risk is away: the simulated district, judged on one cohort.

A tenth of a simulated district's enterprises is a district of its own; the recipe learns once from that tenth and once
from everyone, on what was known before T. Both then score everyone at T and are judged on the same first inspections
of the year after. Beside them stands the true probability, which no model can know fully.
"""

import json
import sys
import time
import zlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from benchmarks.tables import write_tables
from features.build import Frame, build_frame
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from records.progress import progress_bars
from records.source import read_records
from simulation.district import simulate, truth_directory
from simulation.truth import true_rates
from training.backtest import judged_outcomes, score_cohort
from training.fit import fit_models
from training.metrics import evaluate

ENTERPRISES = 100_000
SHARE = 10
YEARS = 6
SEED = 7
AS_OF = date(2024, 1, 1)
WORKSPACE = Path("var") / "simulated"
RESULT = Path(__file__).parent / "results" / "simulated.json"


def main(enterprises: int = ENTERPRISES) -> int:
    """Measure and write `benchmarks/results/simulated.json`."""
    district, tenth = WORKSPACE / str(enterprises), WORKSPACE / f"{enterprises}-tenth"
    simulate(district, enterprises, YEARS, SEED)
    write_tenth(district, tenth)
    standards = read_standards(SHIPPED_STANDARDS)
    frame = build_frame(read_records(district), AS_OF)
    rows = judged_outcomes(read_records(district), standards, AS_OF)
    truth = true_rates(truth_directory(district))
    truth = truth[pd.to_datetime(truth["as_of"]) == pd.Timestamp(AS_OF)].drop(columns="as_of")
    rows = rows.merge(truth, on=["enterprise_id", "sector"])
    report: dict[str, Any] = {"enterprises": enterprises, "as_of": AS_OF.isoformat(), "n": len(rows)}
    for name, records in (("tenth", tenth), ("whole", district)):
        started = time.perf_counter()
        report[name] = judge(records, standards, frame, rows)
        report[name]["seconds"] = round(time.perf_counter() - started, 1)
    figures = evaluate(rows["outcome"].to_numpy(), rows["true_probability"].to_numpy())
    report["truth"] = {"auc": figures["auc"], "log_loss": figures["log_loss"]}
    report["auc_lost_to_ten_times_the_data"] = report["whole"]["auc"] - report["tenth"]["auc"]
    report["auc_below_truth"] = report["truth"]["auc"] - report["tenth"]["auc"]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    Console().print_json(data=report)
    return 0


def write_tenth(district: Path, out: Path) -> None:
    """The records of every tenth enterprise, chosen by its id."""
    tables = {}
    for path in sorted(district.glob("*.parquet")):
        table = pd.read_parquet(path)
        chosen = table["enterprise_id"].map(lambda one: zlib.crc32(one.encode()) % SHARE == 0)
        tables[path.stem] = table[chosen]
    write_tables(out, tables)


def judge(location: Path, standards: Mapping[str, Standard], frame: Frame, rows: pd.DataFrame) -> dict[str, Any]:
    """Learn from the records at `location` before T and answer for everyone's frame at T."""
    with progress_bars(Console(stderr=True)) as report:
        training = fit_models(read_records(location), standards, AS_OF, report)
    scores = score_cohort(frame, {sector: fitted.model for sector, fitted in training.models.items()})
    answers = rows.merge(scores, on=["enterprise_id", "sector"]).dropna(subset=["probability"])
    figures = evaluate(answers["outcome"].to_numpy(), answers["probability"].to_numpy())
    return {"examples": len(training.examples.keys), "auc": figures["auc"], "log_loss": figures["log_loss"]}


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:2])))
