"""Credit repairs: applications, decisions, and what they do to the repaired records."""

import numpy as np
import pandas as pd

from simulation.clocks import Delay, days_after, known_later, waiting_after
from simulation.clues import enterprise_numbers
from simulation.history import DAY, Days
from simulation.penalties import REGIMES, by_regime
from simulation.population import Words
from simulation.rows import Origin, amended, day_of, days, events, instants, stack
from simulation.world import World

ORIGIN = Origin("RP", "信用修复一网通办系统", Delay(typical_days=2, spread=0.6), producer="信用风险监管股")
APPLIED_SHARE = 0.4
"""Repairable penalties for which repair is asked for."""
APPLICATION_MEAN_DAYS = 150
DECISIONS = ("granted", "refused", "pending")
DECISION_SHARES = (0.80, 0.12, 0.08)
DECISION_DAYS = (5, 21)
"""Fifteen working days, seven since the end of 2025."""
MARKED_SHARE = 0.5
"""Granted repairs after which the penalty's own record is marked, too (a version with an earlier use_until)."""


def repairs(world: World, penalties: pd.DataFrame, listings: pd.DataFrame, samplings: pd.DataFrame) -> pd.DataFrame:
    """All versions: as applied for (pending), and as decided.

    Penalties wait as their regime says; early removals from the serious list are repairs; samplings can be
    repaired only under the rules in force since 2025-12-25.
    """
    rng = world.rng("repairs")
    asked = pd.concat(
        [
            _penalty_applications(rng, penalties),
            _listing_applications(listings),
            _sampling_applications(rng, samplings),
        ],
        ignore_index=True,
    )
    applied = days(asked["applied"])
    asked = asked[world.happens(enterprise_numbers(world, asked), applied)].reset_index(drop=True)
    decision, effective = _decide(rng, world, asked)
    final = events(
        world, rng, "repairs", ORIGIN, enterprise_numbers(world, asked), days(asked["applied"]),
        target_subject=asked["subject"].to_numpy(),
        target_record_id=asked["record_id"].to_numpy(),
        decision=decision,
        effective_on=effective,
    )  # fmt: skip
    decided = days(final["effective_on"])
    known = known_later(
        rng,
        instants(final["known_at"]),
        np.where(np.isnat(decided), days(final["occurred_on"]) + 15 * DAY, decided),
        ORIGIN.delay,
    )
    closed = (final["decision"] != "pending").to_numpy()
    first = final.assign(decision="pending", effective_on=np.datetime64("NaT", "D"))
    return stack(first, amended(final, closed, known[closed]))


def _decide(rng: np.random.Generator, world: World, asked: pd.DataFrame) -> tuple[Words, Days]:
    """The decision and, where granted, the day it takes effect; what is not decided by the end is pending."""
    decision = rng.choice(np.array(DECISIONS, dtype=object), size=len(asked), p=DECISION_SHARES)
    decision[(asked["subject"] == "listings").to_numpy()] = "granted"
    effective = days_after(rng, days(asked["applied"]), *DECISION_DAYS)
    decision[effective >= world.history.end] = "pending"
    return decision, np.where(decision == "granted", effective, np.datetime64("NaT", "D"))


def _applications(targets: pd.DataFrame, subject: str, applied: Days) -> pd.DataFrame:
    frame = targets[["record_id", "enterprise_id"]].reset_index(drop=True)
    return frame.assign(subject=subject, applied=applied)


def _penalty_applications(rng: np.random.Generator, penalties: pd.DataFrame) -> pd.DataFrame:
    current = penalties.drop_duplicates("record_id", keep="last")
    current = current[current["withdrawn_at"].isna()]
    wait = by_regime(days(current["occurred_on"]), current["severity"].to_numpy(), "before_repair")
    asks = ~np.isnan(wait) & (rng.random(len(current)) < APPLIED_SHARE)
    current, wait = current[asks], wait[asks].astype(int)
    applied = waiting_after(rng, days(current["occurred_on"]) + wait, APPLICATION_MEAN_DAYS)
    in_use = applied < days(current["use_until"])
    return _applications(current[in_use], "penalties", applied[in_use])


def _listing_applications(listings: pd.DataFrame) -> pd.DataFrame:
    removed = listings[(listings["kind"] == "serious") & listings["removed_on"].notna()]
    return _applications(removed, "listings", days(removed["removed_on"]) - 10 * DAY)


def _sampling_applications(rng: np.random.Generator, samplings: pd.DataFrame) -> pd.DataFrame:
    new_rules = REGIMES[-1].since
    failed = samplings[samplings["result"] == "fail"].drop_duplicates("record_id", keep="last")
    failed = failed[rng.random(len(failed)) < APPLIED_SHARE / 2]
    earliest = np.maximum(days(failed["occurred_on"]) + 91 * DAY, new_rules)
    return _applications(failed, "samplings", waiting_after(rng, earliest, APPLICATION_MEAN_DAYS))


def marked_as_repaired(world: World, penalties: pd.DataFrame, repairs: pd.DataFrame) -> pd.DataFrame:
    """The penalties with, for half of the granted repairs, a later version whose use ends with the repair."""
    rng = world.rng("marked_as_repaired")
    granted = repairs[(repairs["decision"] == "granted") & (repairs["target_subject"] == "penalties")]
    granted = granted[rng.random(len(granted)) < MARKED_SHARE]
    granted = granted.assign(record_id=granted["target_record_id"])
    latest = penalties.sort_values("known_at", kind="stable").drop_duplicates("record_id", keep="last")
    repaired = latest["record_id"].isin(granted["record_id"]).to_numpy()
    effective = day_of(latest.loc[repaired, "record_id"], granted, "effective_on")
    known = known_later(rng, instants(latest.loc[repaired, "known_at"]), effective, ORIGIN.delay)
    return stack(penalties, amended(latest, repaired, known, use_until=effective))
