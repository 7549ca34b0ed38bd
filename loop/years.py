"""The whole circle, year by year: records, training, tiers, draw, inspections, and the records of the next year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from loop.answers import KeptFrames, answers
from loop.policies import Policy
from records.source import records_from_tables
from simulation.course import Course, begun, lived
from simulation.district import DEFAULT_END
from simulation.draws import Draw, draw_with, pool_on
from simulation.history import history_until
from simulation.sectors import SECTOR_IDS
from simulation.world import World, make_world, random_stream

WARM_UP_YEARS = 4
"""Years drawn by the visible history before a policy takes over: enough for the recipe's calibration and a gate."""
EFFORT = 0.10
"""Inspections by the policy in a year, as a share of the pool: routine plans draw 1 to 10 percent (handbook 4.2)."""


@dataclass(frozen=True)
class Year:
    """One year of a policy.

    `pool` has one row per unit that could be drawn: unit, enterprise_id, sector, probability, tier, points_tier.
    `before` and `after` are the course at the start and the end of the year.
    """

    number: int
    before: Course
    pool: pd.DataFrame
    draw: Draw
    after: Course

    @property
    def world(self) -> World:
        return self.before.world


@dataclass(frozen=True)
class Start:
    """A district at the end of its warm-up, with what is known then; every policy begins here."""

    course: Course
    answers: pd.DataFrame
    frames: KeptFrames


def start(seed: int, enterprises: int, years: int) -> Start:
    """A district whose last `years` years are still to be lived, and its first models."""
    world = make_world(enterprises, history_until(DEFAULT_END, WARM_UP_YEARS + years), seed)
    course = begun(world)
    for _ in range(WARM_UP_YEARS):
        course = lived(course, course.usual_draw())
    frames = KeptFrames()
    return Start(course, _known_answers(course, frames), frames)


def years_of(policy: Policy, begin: Start) -> Iterator[Year]:
    """Live the remaining years of the district under a policy, trained anew at the start of each."""
    course, known, frames = begin.course, begin.answers, begin.frames.parting(_date(begin.course))
    while True:
        pool = _pool(course, known)
        draw = _draw(policy, course, pool)
        after = lived(course, draw)
        yield Year(course.years - WARM_UP_YEARS + 1, course, pool, draw, after)
        if after.years == after.world.history.years:
            return
        course = after
        known = _known_answers(course, frames)


def _known_answers(course: Course, frames: KeptFrames) -> pd.DataFrame:
    return answers(records_from_tables(course.known()), _date(course), frames)


def _date(course: Course) -> date:
    day: date = course.today.astype("datetime64[D]").item()
    return day


def _pool(course: Course, known: pd.DataFrame) -> pd.DataFrame:
    """Who can be drawn: in scope, on the register, not dormant, and known to the bureau."""
    risk, population = course.world.risk, course.world.population
    unit = pool_on(course.world, course.today)
    rows = pd.DataFrame(
        {
            "unit": unit,
            "enterprise_id": population.ids[risk.unit_enterprise[unit]].astype(str),
            "sector": [SECTOR_IDS[number] for number in risk.unit_sector[unit]],
        }
    )
    return rows.merge(known, on=["enterprise_id", "sector"], validate="one_to_one")


def _draw(policy: Policy, course: Course, pool: pd.DataFrame) -> Draw:
    chances = policy.chances(pool, round(EFFORT * len(pool)))
    # The same numbers decide the draws of all policies, so that their differences are their own.
    stream = random_stream(course.world.seed, f"draw {course.today}")
    unit, tier = pool["unit"].to_numpy(), pool[policy.tier].to_numpy(dtype=int) - 1
    return draw_with(stream, course.world, course.today, unit, tier, chances, policy.basis)
