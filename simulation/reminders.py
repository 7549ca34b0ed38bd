"""Reminders (R11) to those who are late, idle, buffered, graded high, or could apply for repair; and their replies."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from simulation.clocks import Delay, days_after, known_later
from simulation.clues import enterprise_numbers
from simulation.history import DAY, Days, month_start
from simulation.population import Words
from simulation.risk import expit
from simulation.rows import Origin, amended, days, events, instants, stack
from simulation.world import World

ORIGIN = Origin("RM", "金平区市场监督管理局信用监管台账", Delay(typical_days=1, spread=0.6, late_share=0.01))
CHANNELS = ("phone", "message", "letter", "visit")
CHANNEL_SHARES = (0.5, 0.3, 0.12, 0.08)
SHARES = {"annual_report": 0.5, "long_idle": 0.5, "penalty": 0.6, "buffer": 0.8, "high_tier": 0.4, "repair": 0.15}
"""How many of those whom a topic concerns are reminded."""
REPAIRABLE_AFTER_DAYS = 190
SILENT_BASE = -0.8
SILENT_LOADING = 0.9
"""Log-odds of no answer, growing with elusiveness."""
REPLIES = ("will_correct", "corrected", "disputes", "unreachable")
REPLY_SHARES = (0.55, 0.25, 0.08, 0.12)


def reminders(world: World, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """All versions: as sent, and with the reply; `frames` holds what the reminders are about."""
    rng = world.rng("reminders")
    parts = [
        _sent(rng, world, "annual_report", *_unfiled(rng, frames["annual_reports"])),
        _sent(rng, world, "long_idle", *_idle(rng, frames["listings"])),
        _sent(rng, world, "penalty", *_unpaid(rng, frames["penalties"])),
        _sent(rng, world, "buffer", *_buffered(rng, frames["buffers"])),
        _sent(rng, world, "high_tier", *_high(rng, frames["grades"])),
        _sent(rng, world, "repair", *_repairable(rng, frames["penalties"])),
    ]
    rows = pd.concat(parts, ignore_index=True)
    count = len(rows)
    frame = events(
        world, rng, "reminders", ORIGIN, rows["enterprise"].to_numpy(), days(rows["day"]),
        topic=rows["topic"].to_numpy(dtype=object),
        channel=rng.choice(np.array(CHANNELS, dtype=object), size=count, p=CHANNEL_SHARES),
        officer=np.array([f"JP{number:03d}" for number in rng.integers(1, 60, size=count)], dtype=object),
        replied_on=np.full(count, np.datetime64("NaT", "D")),
    )  # fmt: skip
    return stack(frame, _answered(rng, world, frame))


def _sent(rng: np.random.Generator, world: World, topic: str, concerned: pd.DataFrame, day: Days) -> pd.DataFrame:
    enterprise = enterprise_numbers(world, concerned)
    kept = world.happens(enterprise, day) & (rng.random(len(day)) < SHARES[topic])
    return pd.DataFrame({"enterprise": enterprise[kept], "day": day[kept], "topic": topic})


def _unfiled(rng: np.random.Generator, reports: pd.DataFrame) -> tuple[pd.DataFrame, Days]:
    """Those who will not file in time are reminded in the weeks before 30 June."""
    missed = reports[reports["state"] == "not_filed"].drop_duplicates("record_id")
    return missed, days_after(rng, month_start(missed["year"].to_numpy(dtype=int) + 1, 7), -40, -3)


def _idle(rng: np.random.Generator, listings: pd.DataFrame) -> tuple[pd.DataFrame, Days]:
    lost = listings[listings["cause"] == "unreachable"].drop_duplicates("record_id")
    return lost, days_after(rng, days(lost["occurred_on"]), 30, 120)


def _unpaid(rng: np.random.Generator, penalties: pd.DataFrame) -> tuple[pd.DataFrame, Days]:
    final = penalties.sort_values("known_at", kind="stable").drop_duplicates("record_id", keep="last")
    due, paid = days(final["due_on"]), days(final["performed_on"])
    day = days_after(rng, due, 5, 30)
    late = ~np.isnat(due) & ~(paid <= day)
    return final[late], day[late]


def _buffered(rng: np.random.Generator, buffers: pd.DataFrame) -> tuple[pd.DataFrame, Days]:
    opened = buffers.drop_duplicates("record_id")
    return opened, days_after(rng, days(opened["occurred_on"]), 0, 3)


def _high(rng: np.random.Generator, grades: pd.DataFrame) -> tuple[pd.DataFrame, Days]:
    high = grades[grades["tier_rank"] == 4].drop_duplicates("record_id")
    return high, days_after(rng, days(high["occurred_on"]), 10, 60)


def _repairable(rng: np.random.Generator, penalties: pd.DataFrame) -> tuple[pd.DataFrame, Days]:
    graver = penalties[penalties["severity"] != "minor"].drop_duplicates("record_id")
    return graver, days_after(rng, days(graver["occurred_on"]) + REPAIRABLE_AFTER_DAYS * DAY, 0, 60)


def _answered(rng: np.random.Generator, world: World, sent: pd.DataFrame) -> pd.DataFrame:
    elusive = world.population.elusive[enterprise_numbers(world, sent)]
    silent = rng.random(len(sent)) < expit(SILENT_BASE + SILENT_LOADING * elusive)
    replied = days_after(rng, days(sent["occurred_on"]), 0, 20)
    reply: Words = rng.choice(np.array(REPLIES, dtype=object), size=len(sent), p=REPLY_SHARES)
    told = ~silent & (replied < world.history.end)
    # Nobody answers who could not be reached: the officer notes the attempt.
    replied = np.where(reply == "unreachable", np.datetime64("NaT", "D"), replied)
    noted = np.where(np.isnat(replied), days(sent["occurred_on"]) + 7 * DAY, replied)
    known = known_later(rng, instants(sent.loc[told, "known_at"]), noted[told], ORIGIN.delay)
    return amended(sent, told, known, replied_on=replied[told], reply=reply[told])
