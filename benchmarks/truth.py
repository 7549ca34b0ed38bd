"""Do the tiers' intervals hold the truth? Many small simulated districts, each trained before T and held against it.

For every district the product states, before anything after T is seen, a rate with a 95 % interval for each of the four
tiers (`training.tiers.rates`). The simulator knows the true risk of every enterprise of these tiers at T. An interval
that is worth its name holds their mean 19 times in 20.

The truth speaks of general or serious problems within 365 days, so all standards are held to that outcome; their cuts
stay. Results are kept per district under a digest of the code and standards, so that an interrupted run goes on where
it stopped and changed code starts anew.
"""

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from features.build import build_frame
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from model.tiers import TIERS
from records.progress import progress_bars
from records.source import read_records
from simulation.district import simulate, truth_directory
from simulation.truth import true_rates
from training.backtest import score_cohort
from training.fit import fit_models
from training.tiers.rates import predicted_rates, with_joint_calibrations

SEEDS = range(1, 21)
ENTERPRISES = 3_000
YEARS = 6
AS_OF = date(2024, 1, 1)
PROCESSES = 2
GOAL = 71
"""Of 80 intervals: independent ones at 95 % fall below it less than once in a hundred times (binomial)."""
PROJECT = Path(__file__).resolve().parents[1]
WORKSPACE = Path("var") / "truth"
RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Measure what is missing and write `benchmarks/results/truth.json` and `.md`."""
    done = WORKSPACE / code_digest(Path(__file__))
    done.mkdir(parents=True, exist_ok=True)
    missing = [seed for seed in SEEDS if not (done / f"{seed}.json").exists()]
    with progress_bars(Console(stderr=True)) as report:
        _measure(missing, done, lambda finished: report("模拟辖区 districts", finished, len(SEEDS)))
    result = summarise([json.loads((done / f"{seed}.json").read_text(encoding="utf-8")) for seed in SEEDS])
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "truth.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "truth.md").write_text(as_markdown(result), encoding="utf-8")
    Console().print(as_markdown(result), highlight=False, markup=False)
    return 0 if result["covered"] >= GOAL else 1


def judge_district(directory: Path, seed: int, enterprises: int = ENTERPRISES) -> pd.DataFrame:
    """Make a district, train before T and hold each tier's interval against the truth of its enterprises at T.

    One row per tier, ascending: tier, n, predicted, low, high (`training.tiers.rates.predicted_rates`), true (the mean
    true risk of these enterprises in their sectors) and is_covered; null rates and no cover for an empty tier.
    """
    simulate(directory, enterprises, YEARS, seed, progress=False)
    records = read_records(directory)
    training = with_joint_calibrations(fit_models(records, _standards(), AS_OF))
    models = {sector: fitted.model for sector, fitted in training.models.items()}
    scores = score_cohort(build_frame(records, AS_OF), models)
    truth = true_rates(truth_directory(directory))
    truth = truth[pd.to_datetime(truth["as_of"]) == pd.Timestamp(AS_OF)]
    known = scores.merge(truth, on=["enterprise_id", "sector"], validate="one_to_one")
    rates = predicted_rates(known, models)
    true = known.groupby("tier_rank")["true_probability"].mean().reindex([tier.rank for tier in TIERS])
    rates["true"] = true.to_numpy()
    return rates.assign(is_covered=rates["true"].between(rates["low"], rates["high"]))


def _standards() -> Mapping[str, Standard]:
    """The shipped standards, all with the outcome that the truth speaks of."""
    shipped = read_standards(SHIPPED_STANDARDS)
    return {
        sector: replace(standard, outcome_severity="general", horizon_days=365) for sector, standard in shipped.items()
    }


def _measure(seeds: Sequence[int], out: Path, tell: Callable[[int], None]) -> None:
    finished = len(SEEDS) - len(seeds)
    tell(finished)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for future in as_completed([pool.submit(_keep, seed, out) for seed in seeds]):
            future.result()
            finished += 1
            tell(finished)


def _keep(seed: int, out: Path) -> None:
    """Judge one district and write what came out; the file appears whole or not at all."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        tiers = judge_district(Path(scratch) / "records", seed)
    content = {"seed": seed, "seconds": round(time.perf_counter() - started, 1), "tiers": tiers.to_dict("records")}
    temporary = out / f"{seed}.part"
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.rename(out / f"{seed}.json")


def code_digest(benchmark: Path, *further: str) -> str:
    """Names the sources and standards that a benchmark's result rests on; `further` are folders beside those of all."""
    digest = hashlib.sha256()
    folders = (*further, "records", "features", "model", "training", "simulation", "sectors")
    sources = [path for folder in folders for path in (PROJECT / folder).rglob("*") if path.suffix in (".py", ".toml")]
    for path in sorted([*sources, benchmark]):
        digest.update(path.resolve().relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def summarise(districts: list[dict[str, Any]]) -> dict[str, Any]:
    """How many intervals held the truth, in all and by tier, and how far off and how wide they were.

    `deviation` is the mean, over the districts, of the true minus the predicted rate in half-widths of the interval:
    near 0 the errors have no direction.
    """
    rows = pd.concat(
        [pd.DataFrame(district["tiers"]).assign(seed=district["seed"]) for district in districts], ignore_index=True
    )
    half = (rows["high"] - rows["low"]) / 2
    rows = rows.assign(width=2 * half, deviation=(rows["true"] - rows["predicted"]) / half)
    tiers = rows.groupby("tier", sort=False).agg(
        n=("n", "mean"),
        predicted=("predicted", "mean"),
        true=("true", "mean"),
        width=("width", "mean"),
        deviation=("deviation", "mean"),
        covered=("is_covered", "sum"),
        intervals=("low", "count"),
    )
    return {
        "districts": len(districts),
        "enterprises": ENTERPRISES,
        "as_of": AS_OF.isoformat(),
        "intervals": int(rows["low"].notna().sum()),
        "covered": int(rows["is_covered"].sum()),
        "goal": GOAL,
        "seconds": round(float(np.sum([district["seconds"] for district in districts])), 1),
        "tiers": json.loads(tiers.round(4).to_json(orient="index")),
        "rows": json.loads(rows.round(4).to_json(orient="records")),
    }


def as_markdown(report: Mapping[str, Any]) -> str:
    """The summary as a table, for the reader."""
    lines = [
        "# 已知真相下的等级区间 Tier intervals against known truth",
        "",
        f"{report['districts']} simulated districts of {report['enterprises']:,} enterprises, as of {report['as_of']}: "
        f"{report['covered']} of {report['intervals']} intervals at 95 % hold the mean true risk of their tier "
        f"(goal: at least {report['goal']} of 80). All districts took {report['seconds'] / 60:.0f} minutes of process "
        "time.",
        "",
        "| tier | n | predicted | true | width | deviation (half-widths) | held |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {tier} | {row['n']:.0f} | {row['predicted']:.1%} | {row['true']:.1%} | {row['width']:.1%} "
        f"| {row['deviation']:+.2f} | {row['covered']} of {row['intervals']} |"
        for tier, row in report["tiers"].items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    # One thread a process: two districts are made at a time, and threads that wait for a core only spin.
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.exit(main())
