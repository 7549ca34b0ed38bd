"""Annual reports: filed in time, late or not at all; financial figures disclosed by choice."""

from typing import Any

import numpy as np
import pandas as pd

from simulation.clocks import Delay, known_after, known_later, waiting_after
from simulation.history import Days, month_start
from simulation.population import Ints
from simulation.risk import expit
from simulation.rows import Origin, amended, events, instants, stack
from simulation.world import World

ORIGIN = Origin("AR", "国家企业信用信息公示系统(广东)", Delay(typical_days=1, spread=0.5, late_share=0.005))
CORRECTION_DELAY = Delay(typical_days=25, spread=0.5, late_share=0.0)
MISSED_BASE = -2.7
MISSED_LOADING = 0.9
"""Log-odds of missing 30 June: some 9 percent miss it, more where business is badly run."""
ELUSIVE_LOADING = 0.5
DORMANT_PENALTY = 1.5
NEVER_BASE = -0.6
"""Log-odds that a report missed is never filed, at average temper."""
LATE_MEAN_DAYS = 110
DISCLOSING_SHARE = 0.45
"""Enterprises that show their financial figures; the others leave them null, which is not zero."""
EMPLOYEES_SHARE = 0.8
ALL_ZERO_BASE = -3.6
ALL_ZERO_LOADING = 0.5
"""Log-odds of filing zeros throughout, as idle firms do."""
CORRECTED_SHARE = 0.02
FINANCIAL = ("assets_yuan", "liabilities_yuan", "revenue_yuan", "profit_yuan", "tax_yuan")


def annual_reports(world: World) -> pd.DataFrame:
    """All versions of the report of every enterprise and year that fell due within the history."""
    rng = world.rng("annual_reports")
    enterprise, year = _due(world)
    state, day = _filing(rng, world, enterprise, year)
    keep = world.happens(enterprise, day)
    enterprise, year, state, day = enterprise[keep], year[keep], state[keep], day[keep]
    figures = _figures(rng, world, enterprise, year)
    for values in figures.values():
        values[state == "not_filed"] = np.nan
    final = events(world, rng, "annual_reports", ORIGIN, enterprise, day, year=year, state=state, **figures)
    final["employees"] = final["employees"].astype("Int64")
    noted, final = _noted_missing(rng, final)
    return stack(final, noted, _corrected(rng, final))


def _due(world: World) -> tuple[Ints, Ints]:
    """Enterprise and year reported on: those founded by the end of the year and there at the next 30 June."""
    first = world.history.start.astype("datetime64[Y]").astype(int) + 1970 - 1
    years = np.arange(first, first + world.history.years + 1)
    deadline = month_start(years + 1, 7)
    population = world.population
    founded = population.established[:, None] < month_start(years + 1, 1)
    due = founded & (population.gone[:, None] > deadline)
    enterprise, column = np.nonzero(due)
    return enterprise, years[column]


def _filing(rng: np.random.Generator, world: World, enterprise: Ints, year: Ints) -> tuple[np.ndarray, Days]:
    """State of each report, and the day it was filed (or 1 July, when it was found missing)."""
    count = len(enterprise)
    opened, closed = month_start(year + 1, 1), month_start(year + 1, 7)
    temper = world.temper_on(enterprise, closed)
    margin = MISSED_BASE + MISSED_LOADING * temper
    margin += ELUSIVE_LOADING * world.population.elusive[enterprise]
    margin += DORMANT_PENALTY * world.population.dormant_at(enterprise, closed)
    missed = rng.random(count) < expit(margin)
    never = missed & (rng.random(count) < expit(NEVER_BASE + 0.6 * temper))
    in_time = opened + np.floor(rng.beta(1.6, 1.1, count) * 180).astype(int)
    late = waiting_after(rng, closed, LATE_MEAN_DAYS, at_least=1)
    never |= missed & (late >= world.history.end)
    state = np.select([never, missed], ["not_filed", "late"], "on_time").astype(object)
    return state, np.where(never, closed, np.where(missed, late, in_time))


def _figures(rng: np.random.Generator, world: World, enterprise: Ints, year: Ints) -> dict[str, Any]:
    """Employees and financial figures; NaN where not disclosed."""
    count = len(enterprise)
    temper = world.temper_on(enterprise, month_start(year, 7))
    size = world.population.capital[enterprise] * np.exp(0.5 * rng.standard_normal(count))
    assets = 1.5 * size
    debt = np.clip(expit(-0.4 + 0.35 * temper + 0.6 * rng.standard_normal(count)) * 1.1, 0.02, 1.5)
    revenue = assets * np.exp(0.1 + 0.6 * rng.standard_normal(count) - 0.1 * temper)
    profit = revenue * (0.06 - 0.03 * temper + 0.08 * rng.standard_normal(count))
    tax = revenue * np.clip(0.02 + 0.01 * rng.standard_normal(count), 0, None)
    values = dict(zip(FINANCIAL, (assets, assets * debt, revenue, profit, tax), strict=True))
    figures: dict[str, Any] = {"employees": np.round(np.maximum(1, size**0.4 / 30))}
    figures |= {name: value.round(-2) for name, value in values.items()}
    zero = rng.random(count) < expit(ALL_ZERO_BASE + ALL_ZERO_LOADING * temper)
    shows = rng.random(world.population.size)[enterprise]
    for name, value in figures.items():
        share = EMPLOYEES_SHARE if name == "employees" else DISCLOSING_SHARE
        value[zero] = 0
        value[~zero & (shows >= share)] = np.nan
    return figures


def _noted_missing(rng: np.random.Generator, final: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Late reports have a first version: on 1 July they were found missing.

    Returns these versions, and the final ones with the late reports known at least a day after them.
    """
    late = (final["state"] == "late").to_numpy()
    closed = month_start(final.loc[late, "year"].to_numpy() + 1, 7)
    known = known_after(rng, closed, ORIGIN.delay)
    empty = dict.fromkeys(FINANCIAL, np.nan)
    noted = amended(final, late, known, occurred_on=closed, state="not_filed", employees=pd.NA, **empty)
    filed = instants(final["known_at"])
    filed[late] = np.maximum(filed[late], known + np.timedelta64(1, "D"))
    return noted, final.assign(known_at=filed)


def _corrected(rng: np.random.Generator, final: pd.DataFrame) -> pd.DataFrame:
    """Corrected versions of some reports filed in time: until 30 June the filer may correct."""
    chosen = (final["state"] == "on_time").to_numpy() & (rng.random(len(final)) < CORRECTED_SHARE)
    filed = final.loc[chosen, "occurred_on"].to_numpy().astype("datetime64[D]")
    known = known_later(rng, instants(final.loc[chosen, "known_at"]), filed, CORRECTION_DELAY)
    revenue = final.loc[chosen, "revenue_yuan"].to_numpy() * rng.uniform(0.5, 1.5, int(chosen.sum()))
    return amended(final, chosen, known, revenue_yuan=revenue.round(-2))
