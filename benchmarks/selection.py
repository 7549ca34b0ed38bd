"""Do corrected tier rates keep to the truth where naive ones do not? Seeds of the simulated district, judged on it.

Of each seed the recipe learns before T, tiers the cohort of T and is judged on the year after. Beside every tier's mean
true risk stand the naive rate of all inspections, the corrected rate of all random draws, and that of the random draws
that came first, which is what a corrected rate would be if an earlier visit for cause could hide a draw.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from model.tiers import TIERS
from records.progress import progress_bars
from records.source import read_records
from simulation.district import simulate, truth_directory
from simulation.truth import true_rates
from training.backtest import backtest, judged_draws
from training.metrics import INTERVAL
from training.outcomes import is_drawn
from training.selection import QUALITY, selection_table

SEEDS = 10
ENTERPRISES = 3_000
YEARS = 6
AS_OF = date(2024, 1, 1)
SEVERITY, HORIZON_DAYS = "general", 365
"""What the simulator's true probability speaks of, whatever a sector's own standard says."""
RESULT = Path(__file__).parent / "results" / "selection.json"
METHODS = ("naive", "first_draws", "corrected")


def main(seeds: int = SEEDS, enterprises: int = ENTERPRISES) -> int:
    """Measure the seeds not yet measured, write `benchmarks/results/selection.json` and print the summary."""
    done = json.loads(RESULT.read_text(encoding="utf-8"))["rows"] if RESULT.exists() else []
    measured = {row["seed"] for row in done if row["enterprises"] == enterprises}
    with progress_bars(Console(stderr=True)) as report:
        for seed in sorted(set(range(seeds)) - measured):
            report("种子 seeds", seed, seeds)
            done += [{"seed": seed, "enterprises": enterprises, **row} for row in measure(seed, enterprises)]
            _write(done)
    Console().print_json(data=summary(done))
    return 0


def measure(seed: int, enterprises: int) -> list[dict[str, Any]]:
    """One row for the cohort and one per tier: truth, and for each method the rate with its interval."""
    with tempfile.TemporaryDirectory() as scratch:
        district = Path(scratch) / "district"
        simulate(district, enterprises, YEARS, seed, progress=False)
        truth = true_rates(truth_directory(district))
        records, standards = read_records(district), _standards()
        scores = backtest(records, standards, AS_OF).scores
        draws = judged_draws(records, standards, AS_OF)
    scores = scores.merge(truth[pd.to_datetime(truth["as_of"]) == pd.Timestamp(AS_OF)], on=["enterprise_id", "sector"])
    inspected = scores[scores["outcome"].notna()]
    answers = scores[["enterprise_id", "sector", "probability", "tier_rank"]]
    drawn = answers.merge(draws, on=["enterprise_id", "sector"])
    true_rate = {"overall": scores["true_probability"].mean(), **_by_tier(scores)}
    corrected = selection_table(inspected, drawn)
    first = selection_table(inspected, inspected[is_drawn(inspected)])
    return [
        {
            "group": row["figure"],
            "truth": float(true_rate[row["figure"]]),
            **_interval("naive", row, "naive"),
            **_interval("first_draws", other, "corrected"),
            **_interval("corrected", row, "corrected"),
        }
        for row, other in zip(corrected.to_dict("records"), first.to_dict("records"), strict=True)
        if row["figure"] not in QUALITY and row["corrected_n"] and other["corrected_n"]
    ]


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Per method, overall and within tiers: how many intervals hold the truth, and the mean bias over the seeds."""
    table = pd.DataFrame(rows)
    parts = {"overall": table[table["group"] == "overall"], "tiers": table[table["group"] != "overall"]}
    return {
        "interval": INTERVAL,
        "seeds": int(table["seed"].nunique()),
        **{part: {name: _kept(members, name) for name in METHODS} for part, members in parts.items()},
    }


def _kept(rows: pd.DataFrame, name: str) -> dict[str, float | int]:
    covered = (rows[f"{name}_low"] <= rows["truth"]) & (rows["truth"] <= rows[f"{name}_high"])
    bias = (rows[name] - rows["truth"]).groupby(rows["seed"]).mean()
    return {
        "intervals": len(rows),
        "hold_the_truth": int(covered.sum()),
        "mean_bias": round(float(bias.mean()), 4),
        "standard_error": round(float(bias.std() / len(bias) ** 0.5), 4) if len(bias) > 1 else 0.0,
    }


def _standards() -> dict[str, Standard]:
    shipped = read_standards(SHIPPED_STANDARDS)
    return {
        sector: replace(standard, outcome_severity=SEVERITY, horizon_days=HORIZON_DAYS)
        for sector, standard in shipped.items()
    }


def _by_tier(scores: pd.DataFrame) -> dict[str, float]:
    members = {tier.id: scores[scores["tier_rank"] == tier.rank] for tier in TIERS}
    return {name: float(rows["true_probability"].mean()) for name, rows in members.items()}


def _interval(name: str, row: Mapping[Any, Any], kind: str) -> dict[str, float]:
    return {f"{name}{end}": float(row[f"{kind}{end}"]) for end in ("", "_low", "_high")}


def _write(rows: list[dict[str, Any]]) -> None:
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps({"summary": summary(rows), "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:3])))
