"""What the page of one enterprise costs: `python -m benchmarks.enterprise_page [COUNT]` on what is in service.

Prints medians over a few enterprises, after a first one that compiles what is compiled once: time by the clock, and
time of the processor, which does not depend on what else the machine does. Nothing is asserted.
"""

import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from rich.console import Console

from serving.current import read_current
from serving.places import current_path
from serving.review.enterprise.actions import Action
from serving.review.enterprise.examiner import Examiner, Found
from serving.scorer import Scorer

ENTERPRISES = 8
SEED = 1
SHOWN = ("reasons", "history", "comparable", "gaps", "feeds", "steps")
"""What the page asks the examiner before anybody asks more."""

Times = dict[str, tuple[float, float]]
"""By part: milliseconds by the clock, and of the processor."""


def main(count: int = ENTERPRISES) -> None:
    """Time the parts on `count` enterprises drawn from those with a margin."""
    scorer = read_current(current_path()).load()
    scorer.warm_up()
    examiner = Examiner(scorer)
    first, *chosen = _chosen(scorer, count + 1)
    _times(examiner, first)
    measured = [_times(examiner, one) for one in chosen]
    say = partial(Console().print, highlight=False)
    say(f"{scorer.snapshot.counts['enterprises']:,} enterprises, {count} looked into; medians in milliseconds")
    say(f"{'part':<12}{'clock':>8}{'processor':>11}")
    for part in dict.fromkeys(part for one in measured for part in one):
        clock, processor = zip(*(one[part] for one in measured if part in one), strict=True)
        say(f"{part:<12}{median(clock):8.0f}{median(processor):11.0f}")


def _chosen(scorer: Scorer, count: int) -> list[tuple[str, str]]:
    snapshot = scorer.snapshot
    rows = np.flatnonzero(~np.isnan(snapshot.columns["margin"]))
    drawn = np.random.default_rng(SEED).choice(rows, count, replace=False)
    owners = np.searchsorted(snapshot.first_row, drawn, side="right") - 1
    sectors = [snapshot.sectors[code] for code in snapshot.columns["sector"][drawn]]
    return [(snapshot.ids[owner].decode(), sector) for owner, sector in zip(owners, sectors, strict=True)]


def _times(examiner: Examiner, key: tuple[str, str]) -> Times:
    """The times by part; `page` is all that the page shows before anything is asked, `again` the same once more."""
    taken: Times = {}

    def timed(part: str, work: Callable[..., Any], *arguments: Any) -> Any:
        clock, processor = time.perf_counter(), time.process_time()
        answer = work(*arguments)
        taken[part] = 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)
        return answer

    found: Found = timed("records", examiner.find, *key)
    for part in SHOWN:
        timed(part, getattr(examiner, part), found)
    clocks, processors = zip(*taken.values(), strict=True)
    taken["page"] = sum(clocks), sum(processors)
    timed("again", _page, examiner, key)
    history = examiner.history(found)
    timed("letter", examiner.letter, found, date(2026, 1, 5))
    reports = found.records.frames["annual_reports"]["record_id"]
    if len(reports):
        timed("what_if", examiner.what_if, found, [Action("withdraw", "annual_reports", reports.iloc[0])])
    timed("recourse", examiner.recourse, found)
    if len(history) > 1:
        timed("change", examiner.change, found, history[1].snapshot.digest)
    return taken


def _page(examiner: Examiner, key: tuple[str, str]) -> None:
    found = examiner.find(*key)
    for part in SHOWN:
        getattr(examiner, part)(found)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
