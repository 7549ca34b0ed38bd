"""Live one district under one policy, or under several from the same day, and measure every year."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from loop.alarm import notice
from loop.measures import measure
from loop.policies import POLICIES, Policy
from loop.years import Start, start, years_of
from records.errors import ConfigError
from records.progress import Report, silent

Result = dict[str, Any]
"""One district under one policy: seed, policy, seconds, and per year `years` (measures) and `notices` (alarms)."""

FEWEST_ENTERPRISES = 200
"""Smaller districts find too few problems in the warm-up for a model."""


def run_district(
    seed: int, enterprises: int, years: int, policies: Sequence[Policy] = POLICIES, progress: Report = silent
) -> Iterator[Result]:
    """One result per policy, as soon as it is there; all begin on the same day with the same records.

    Raises ConfigError for a district without years or with fewer than FEWEST_ENTERPRISES enterprises.
    """
    if years < 1:
        raise ConfigError(f"A loop lasts at least 1 year, got {years}; ask for one or more.")
    if enterprises < FEWEST_ENTERPRISES:
        raise ConfigError(
            f"A loop needs at least {FEWEST_ENTERPRISES} enterprises to learn from, got {enterprises}; ask for more."
        )
    progress("起始年份 warm-up", 0, 1)
    begin = start(seed, enterprises, years)
    for policy in policies:
        yield _live(policy, begin, seed, years, progress)


def _live(policy: Policy, begin: Start, seed: int, years: int, progress: Report) -> Result:
    measured, notices = [], []
    label, started = f"{policy.zh} {policy.en}", time.process_time()
    progress(label, 0, years)
    for year in years_of(policy, begin):
        measured.append(measure(policy, year))
        notices.append(notice(year))
        progress(label, year.number, years)
    seconds = round(time.process_time() - started, 1)
    return {"seed": seed, "policy": policy.id, "seconds": seconds, "years": measured, "notices": notices}
