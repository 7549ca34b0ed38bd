"""Listings: abnormal (经营异常名录) for unfiled reports and unreachable firms, and the rare serious list."""

from dataclasses import replace

import numpy as np
import pandas as pd

from simulation.clocks import Delay, days_after, known_later, waiting_after
from simulation.clues import enterprise_numbers
from simulation.history import DAY, Days
from simulation.inspections import Inspected
from simulation.population import Flags
from simulation.rows import Origin, amended, day_of, days, events, instants, stack
from simulation.world import World

ORIGIN = Origin(
    "LS", "国家企业信用信息公示系统(广东)", Delay(typical_days=3, spread=0.6, late_share=0.02),
    responsible="信用风险监管股",
)  # fmt: skip
LISTED_WHEN_UNFILED = 0.85
"""Enterprises without a report that are listed in the weeks after 30 June."""
LISTED_WHEN_UNREACHABLE = 0.5
CONTACT_RESTORED_SHARE = 0.5
CONTACT_MEAN_DAYS = 200
OTHER_YEARLY_RATE = {"falsehood": 0.0015, "disclosure_order": 0.002}
OTHER_LOADING = 0.6
OTHER_REMOVED_SHARE = 0.5
OTHER_MEAN_DAYS = 250
REASONS = {
    "annual_report": "补报年度报告",
    "unreachable": "恢复联系",
    "falsehood": "更正公示信息",
    "disclosure_order": "履行公示义务",
    "serious_violation": "提前移出",
}
"""Why an enterprise is removed, by the cause of its listing."""
SERIOUS_LISTING_SHARE = 0.15
"""Serious penalties that lead onto the serious list."""
SERIOUS_YEARS_DAYS = 3 * 365
EARLY_REMOVAL_SHARE = 0.15


def report_listings(world: World, reports: pd.DataFrame) -> pd.DataFrame:
    """Listings because of annual reports, and of other causes that need no inspection; all versions."""
    rng = world.rng("report_listings")
    missing = reports[reports["state"] == "not_filed"]
    missing = missing[rng.random(len(missing)) < LISTED_WHEN_UNFILED]
    listed = days_after(rng, days(missing["occurred_on"]), 4, 50)
    final = reports[reports["state"] == "late"].drop_duplicates("record_id", keep="last")
    filed = day_of(missing["record_id"], final, "occurred_on")
    still = ~(filed <= listed)
    causes = [(enterprise_numbers(world, missing)[still], listed[still], filed[still] + 10 * DAY, "annual_report")]
    everyone = np.arange(world.population.size)
    for cause, rate in OTHER_YEARLY_RATE.items():
        enterprise, day = world.scatter(rng, rate * np.exp(OTHER_LOADING * world.risk.temper), everyone)
        removed = _some(rng, OTHER_REMOVED_SHARE, waiting_after(rng, day, OTHER_MEAN_DAYS, at_least=20))
        causes.append((enterprise, day, removed, cause))
    return stack(*(_listed(world, rng, "LS" + entry[-1][0].upper(), *entry) for entry in causes))


def unreachable_listings(world: World, inspected: Inspected) -> pd.DataFrame:
    """Listings of enterprises that inspectors did not find; all versions."""
    rng = world.rng("unreachable_listings")
    lost = (inspected.severity == "unreachable") & (rng.random(len(inspected.severity)) < LISTED_WHEN_UNREACHABLE)
    enterprise = world.risk.unit_enterprise[inspected.visits.unit[lost]]
    day = days_after(rng, inspected.visits.day[lost], 20, 60)
    removed = _some(rng, CONTACT_RESTORED_SHARE, waiting_after(rng, day, CONTACT_MEAN_DAYS, at_least=10))
    return _listed(world, rng, "LSU", enterprise, day, removed, "unreachable")


def serious_listings(world: World, penalties: pd.DataFrame) -> pd.DataFrame:
    """Serious listings after serious penalties, for three years, some ended early after one; all versions."""
    rng = world.rng("serious_listings")
    grave = penalties.drop_duplicates("record_id", keep="last")
    grave = grave[(grave["severity"] == "serious") & grave["withdrawn_at"].isna()]
    grave = grave[rng.random(len(grave)) < SERIOUS_LISTING_SHARE]
    day = days_after(rng, days(grave["occurred_on"]), 20, 90)
    removed = _some(rng, EARLY_REMOVAL_SHARE, days_after(rng, day, 370, 800))
    return _listed(
        world,
        rng,
        "LSS",
        enterprise_numbers(world, grave),
        day,
        removed,
        "serious_violation",
        day + SERIOUS_YEARS_DAYS * DAY,
    )


def _some(rng: np.random.Generator, share: float, day: Days) -> Days:
    """The days of a random share; NaT for the others."""
    return np.where(rng.random(len(day)) < share, day, np.datetime64("NaT", "D"))


def _listed(
    world: World,
    rng: np.random.Generator,
    prefix: str,
    enterprise: np.ndarray,
    day: Days,
    removed: Days,
    cause: str,
    until: Days | None = None,
) -> pd.DataFrame:
    """Versions of listings of one cause: as listed, and as removed if that happens within the history."""
    kept = world.happens(enterprise, day)
    never = np.full(len(day), np.datetime64("NaT", "D"))
    frame = events(
        world, rng, "listings", replace(ORIGIN, prefix=prefix), enterprise[kept], day[kept],
        kind=np.full(int(kept.sum()), "serious" if cause == "serious_violation" else "abnormal", dtype=object),
        cause=np.full(int(kept.sum()), cause, dtype=object),
        removed_on=removed[kept],
        listed_until=(never if until is None else until)[kept],
    )  # fmt: skip
    removal = days(frame["removed_on"])
    frame["removed_on"] = never[kept]
    over: Flags = ~np.isnat(removal) & (removal < world.history.end)
    known = known_later(rng, instants(frame.loc[over, "known_at"]), removal[over], ORIGIN.delay)
    ended = amended(frame, over, known, removed_on=removal[over], removal_reason=REASONS[cause])
    return stack(frame, ended)
