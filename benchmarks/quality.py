"""Judge the product beside its peers on every data set: the command behind `make bench-quality`.

Each model learns from the same rows before T and answers for the same enterprises after it. Peers' answers are kept
under `var/quality/cache`, so a run after a change of our recipe fits only ours, and a stopped run goes on.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks.comparison import compare, figures
from benchmarks.peers.cache import Answer, cached_answer
from benchmarks.peers.everything import PEERS
from benchmarks.peers.peer import NotApplicable, Peer
from benchmarks.quality_report import write_report
from benchmarks.quality_sets import WORKSPACE, QualitySet, chosen_sets, own_sets, shipped_sets
from benchmarks.quality_verdict import METRIC, OURS, PLACES, place, summarise, with_ranks
from benchmarks.split import Split, make_split
from model.standard import read_standards
from model.tiers import tier_ranks
from records.check import load_records
from records.errors import ConfigError, FenjiError
from records.progress import Report, progress_bars
from training.examples import standard_of

RESULTS = Path(__file__).parent / "results"
CACHE = WORKSPACE / "cache"


def run(
    sets: Sequence[QualitySet], peers: Sequence[Peer], cache: Path, out: Path, console: Console
) -> Mapping[str, Any]:
    """Judge every set and write the report into `out`; its figures are also returned.

    Raises ConfigError when a peer's library is not installed.
    """
    missing = sorted({library for peer in peers for library in peer.missing})
    if missing:
        raise ConfigError(
            f"The comparison needs the peers' libraries, {', '.join(missing)} are not installed; "
            "call make bench-quality, which installs them beside the product's own."
        )
    results = {}
    for number, one in enumerate(sets, start=1):
        console.print(f"[{number}/{len(sets)}] {one.name}, T = {one.as_of}", markup=False, highlight=False)
        results[one.name] = judge_set(one, peers, cache, console)
        _say(results[one.name], console)
    libraries = sorted({"lightgbm", "scikit-learn", *(library for peer in peers for library in peer.libraries)})
    report = {
        "sets": results,
        "summary": summarise(results),
        "versions": {library: version(library) for library in libraries},
    }
    write_report(report, out)
    return report


def judge_set(one: QualitySet, peers: Sequence[Peer], cache: Path, console: Console) -> dict[str, Any]:
    """Figures of ours and of every peer on one set."""
    location, directory = one.locate()
    with progress_bars(console) as progress:
        started = time.perf_counter()
        progress("读取与校验 reading and checking", 0, 1)
        split = make_split(load_records(location), read_standards(directory), one.as_of, progress)
        ours = Answer(split.judged["probability"].to_numpy(dtype=float), time.perf_counter() - started)
        return judge(split, ours, peers, cache, progress)


def judge(split: Split, ours: Answer, peers: Sequence[Peer], cache: Path, progress: Report) -> dict[str, Any]:
    """Let every peer answer and hold it against ours; a peer without an answer is named with its reason."""
    models = {OURS: {"zh": "本系统", "en": "Fenji", **_figures(split, ours), "difference": None}}
    refusals = {}
    for done, peer in enumerate(peers):
        progress(f"同类模型 peers: {peer.en}", done, len(peers))
        try:
            answer = cached_answer(peer, split, cache, progress)
        except NotApplicable as reason:
            refusals[peer.name] = str(reason)
            continue
        models[peer.name] = {
            "zh": peer.zh,
            "en": peer.en,
            **_figures(split, answer),
            "difference": _difference(split, ours, answer),
        }
    return {
        "as_of": split.as_of.isoformat(),
        "n": len(split.judged),
        "base_rate": float(split.judged["outcome"].mean()),
        "left_out": split.left_out,
        "fitted_rows": len(split.fitted),
        "snapshots": int(split.fitted["as_of"].nunique()),
        "indicators": len(split.names),
        "models": with_ranks(models),
        "not_applicable": refusals,
    }


def _figures(split: Split, answer: Answer) -> dict[str, Any]:
    judged, ranks = split.judged, np.zeros(len(split.judged), dtype=int)
    for sector, rows in judged.groupby("sector").indices.items():
        ranks[rows] = tier_ranks(answer.probability[rows], standard_of(split.standards, str(sector)).cuts)
    outcome = judged["outcome"].to_numpy(dtype=float)
    return {"seconds": round(answer.seconds, 1), **figures(outcome, answer.probability, ranks, judged["enterprise_id"])}


def _difference(split: Split, ours: Answer, answer: Answer) -> dict[str, Any]:
    outcome = split.judged["outcome"].to_numpy(dtype=float)
    found = compare(outcome, ours.probability, answer.probability, split.judged["enterprise_id"])
    return {metric: vars(difference) for metric, difference in found.items()}


def _say(result: Mapping[str, Any], console: Console) -> None:
    for metric, name in METRIC.items():
        placed = place(result, metric)
        own, best = result["models"][OURS][metric], result["models"][placed["leader"]]
        text = f"  {name} {own:.4f} {PLACES[placed['place']]}; {best['zh']} {best['en']} {best[metric]:.4f}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=[], help="only these sets, by name")
    parser.add_argument("--name", nargs="*", default=[], help="names of added sets")
    parser.add_argument("--records", nargs="*", default=[], help="their records, as for fenji backtest")
    parser.add_argument("--standards", nargs="*", default=[], type=Path, help="their directories of standards")
    parser.add_argument("--as-of", nargs="*", default=[], type=date.fromisoformat, help="their as-of dates")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where to write quality.json, .md and .png")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Run what is asked for; 0 when all ran, whether or not the goal is met, else the error's exit code."""
    chosen, console = _arguments(given), Console(stderr=True)
    try:
        added = own_sets(chosen.name, chosen.records, chosen.standards, chosen.as_of)
        sets = chosen_sets([*shipped_sets(), *added], chosen.sets)
        report = run(sets, PEERS, CACHE, chosen.out, console)
    except FenjiError as error:
        console.print(str(error), markup=False)
        return error.exit_code
    for part in report["summary"]["goal"]:
        console.print(
            ("达到 met: " if part["is_met"] else "未达到 not met: ") + f"{part['zh']}; {part['en']}", markup=False
        )
    console.print(f"→ {chosen.out / 'quality.md'}", markup=False, highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
