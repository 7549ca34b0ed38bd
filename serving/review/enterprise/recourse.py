"""Recourse: the smallest set of lawful steps that lowers an enterprise's tier, or that none does."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from serving.results import Result
from serving.review.enterprise.actions import Frames
from serving.review.enterprise.lawful import Step
from serving.review.enterprise.rebuild import rebuild
from serving.scorer import Scorer

Steps = tuple[Step, ...]

MOST_SETS = 255
"""How many sets of steps are tried: all of up to eight steps, the smaller ones of more (project decision)."""
MOST_FILINGS = 4
"""Up to so many missing reports, every choice of them is tried with all other steps; beyond, all or none of them."""


@dataclass(frozen=True)
class Recourse:
    """What was found among the steps that are open now.

    `steps` are the smallest set that lowers the tier, empty if none does; of several of one size the one with the
    lowest margin. `before`, `after` and `at_best` are the results as they stand, under `steps` (as they stand if there
    are none), and under the most that could be done. `later` are steps that open only on a later day. Where
    `is_complete` is false, there may be a smaller set, or one at all, among those that were not tried.
    """

    steps: Steps
    before: Result
    after: Result
    at_best: Result
    open_steps: Steps
    later: Steps
    tried: int
    is_complete: bool


def find_recourse(scorer: Scorer, enterprise_id: str, sector: str, frames: Frames, steps: Sequence[Step]) -> Recourse:
    """Search the sets of open steps in the order of their size; each holds whatever its steps require.

    First the most that can be done is tried. No repair, removal or payment ever raises the risk (the direction
    promise), so where all of them together do not lower the tier, no part of them does; of reports that are filed
    nothing is promised, and they are tried in every choice.
    """
    as_of = scorer.snapshot.as_of
    open_steps = tuple(step for step in steps if step.possible_from <= as_of)
    later = tuple(step for step in steps if step.possible_from > as_of)

    def results_of(sets: Sequence[Steps]) -> tuple[Result, ...]:
        return rebuild(scorer, enterprise_id, sector, frames, [[step.action for step in one] for one in sets]).results

    largest, is_complete = _largest_sets(open_steps)
    before, *best = results_of([(), *largest])
    at_best = min(best, key=_standing)
    if _rank(at_best) >= _rank(before):
        return Recourse((), before, before, at_best, open_steps, later, len(largest), is_complete)
    chosen, is_complete = _closed_sets(open_steps)
    tried, outcomes = [*chosen, *largest], [*results_of(chosen), *best]
    lower = [
        (len(one), _standing(result), number)
        for number, (one, result) in enumerate(zip(tried, outcomes, strict=True))
        if _rank(result) < _rank(before)
    ]
    number = min(lower)[-1]
    after = outcomes[number]
    return Recourse(tried[number], before, after, at_best, open_steps, later, len(tried), is_complete)


def _largest_sets(steps: Sequence[Step]) -> tuple[list[Steps], bool]:
    """All steps with every choice of the reports to be filed, and whether every choice is there."""
    filings = [step for step in steps if step.action.do == "file"]
    is_complete = len(filings) <= MOST_FILINGS
    sizes = range(len(filings) + 1) if is_complete else (0, len(filings))
    sets = []
    for chosen in (set(some) for size in sizes for some in combinations(filings, size)):
        kept = [step for step in steps if step.action.do != "file" or step in chosen]
        done = {step.action for step in kept}
        sets.append(tuple(step for step in kept if step.requires <= done))
    return sets, is_complete


def _closed_sets(steps: Sequence[Step]) -> tuple[list[Steps], bool]:
    """The sets of steps that hold whatever each step requires, the smaller ones first; and whether these are all.

    Steps go together with what they require from the start, so that few sets are looked at in vain. A step that
    requires something which is not among the steps is in no set.
    """
    by_action = {step.action: step for step in steps}
    units = [
        frozenset({step, *(by_action[one] for one in step.requires)})
        for step in steps
        if step.requires <= by_action.keys()
    ]
    joined = (frozenset[Step]().union(*some) for size in range(1, len(units) + 1) for some in combinations(units, size))
    found = list(islice(joined, MOST_SETS))
    ordered = sorted({tuple(sorted(one, key=lambda step: step.action)) for one in found}, key=len)
    return ordered, 2 ** len(units) - 1 <= MOST_SETS


def _standing(result: Result) -> tuple[int, float]:
    """The lower the better: tier, then margin."""
    return _rank(result), result["margin"] or 0.0


def _rank(result: Result) -> int:
    """The tier's rank; without a tier nothing is lower."""
    return result["tier_rank"] or 0
