"""What became of an enterprise after an as-of date: its first regular inspection within the horizon, or its draw."""

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from records.finding_subjects import SEVERITY_RANK
from records.source import Records
from training.recipe import TARGETED_BASES

RATED = tuple(SEVERITY_RANK)
INSPECTION = ["enterprise_id", "sector", "occurred_on"]
"""What tells one inspection from another, however many snapshots see it."""


def counted_once(sightings: pd.DataFrame) -> pd.Series:
    """What each row counts for, so that an inspection counts once in all: 1 / the rows that tell of it.

    `sightings` has one row per inspection and snapshot, with the columns of INSPECTION.
    """
    return 1 / sightings.groupby(INSPECTION)["enterprise_id"].transform("size")


def is_targeted(inspections: pd.DataFrame) -> pd.Series:
    """Whether somebody aimed each inspection."""
    return inspections["basis"].isin(TARGETED_BASES)


def is_drawn(inspections: pd.DataFrame) -> pd.Series:
    """Whether each inspection is a probability draw: its chance was registered, and nobody aimed it."""
    return inspections["inclusion_probability"].notna() & ~is_targeted(inspections)


def rated_inspections(records: Records, known_before: date | None = None) -> pd.DataFrame:
    """Every inspection that says something about its enterprise, in the last version known before a date.

    One row per record: enterprise_id, sector, occurred_on, record_id, basis, inclusion_probability, severity_rank
    (0 none, 1 minor, 2 general, 3 serious). Left out are follow-ups (they re-visit a known problem), void and
    unreachable ones, and records withdrawn by `known_before` (that day included; None: withdrawn at all). A repair does
    not undo the inspection, so repaired ones stay: the outcome is what was found (project decision).
    """
    columns = ["enterprise_id", "sector", "occurred_on", "record_id", "basis", "inclusion_probability"]
    rows = records.tables["inspections"].to_pandas()
    if known_before is not None:
        rows = rows[rows["known_at"] < pd.Timestamp(known_before)]
    rows = rows.sort_values("known_at").drop_duplicates("record_id", keep="last")
    withdrawn = pd.to_datetime(rows["withdrawn_at"])
    undone = withdrawn.notna() if known_before is None else withdrawn <= pd.Timestamp(known_before)
    rows = rows[(rows["basis"] != "follow_up") & rows["severity"].isin(RATED) & ~undone]
    rows = rows.assign(
        occurred_on=pd.to_datetime(rows["occurred_on"]), severity_rank=rows["severity"].map(SEVERITY_RANK)
    )
    return rows.sort_values(["occurred_on", "record_id"], ignore_index=True)[[*columns, "severity_rank"]]


def first_outcomes(
    inspections: pd.DataFrame, as_of: date, horizon_days: Mapping[str, int], by: list[str]
) -> pd.DataFrame:
    """The first rated inspection in [as_of, as_of + horizon) of each enterprise, or of each enterprise and sector.

    `horizon_days` maps a sector to its standard's horizon. One row per distinct `by`; enterprises not inspected in time
    have no row: no record is not clean.
    """
    inside = _inside(inspections, as_of, horizon_days)
    return inspections[inside].drop_duplicates(by, keep="first").reset_index(drop=True)


def drawn_outcomes(inspections: pd.DataFrame, as_of: date, horizon_days: Mapping[str, int]) -> pd.DataFrame:
    """Every probability draw in [as_of, as_of + horizon), whatever other inspections came before it.

    A draw that counted only where it came first would miss those who were visited for cause before it, the riskier
    ones, and 1 / inclusion probability cannot know that: in simulated districts such rates were a twelfth too low.
    Two draws of one window are two rows: each speaks for the part of the window that its year covers.
    """
    inside = _inside(inspections, as_of, horizon_days) & is_drawn(inspections)
    return inspections[inside].reset_index(drop=True)


def taught_outcomes(inspections: pd.DataFrame, as_of: date, horizon_days: Mapping[str, int]) -> pd.DataFrame:
    """What an example learns: of each enterprise and sector the first probability draw in the window, else the first.

    One row per enterprise and sector inspected in time. Without probability draws this is `first_outcomes`; with them
    the weights stay those of the draw (see `drawn_outcomes`).
    """
    inside = inspections[_inside(inspections, as_of, horizon_days)]
    order = (~is_drawn(inside)).sort_values(kind="stable").index
    return inside.loc[order].drop_duplicates(["enterprise_id", "sector"]).sort_index().reset_index(drop=True)


def _inside(inspections: pd.DataFrame, as_of: date, horizon_days: Mapping[str, int]) -> pd.Series:
    start = pd.Timestamp(as_of)
    horizon = pd.to_timedelta(inspections["sector"].map(horizon_days), unit="D")
    return (inspections["occurred_on"] >= start) & (inspections["occurred_on"] < start + horizon)


def mature_dates(as_of: date, horizon_days: int, maturity_days: int, count: int, step_months: int = 3) -> list[date]:
    """The as-of dates of training snapshots, latest last: each outcome window has closed and matured by `as_of`.

    The latest is `as_of - horizon - maturity`, the others lie `step_months` apart before it.
    """
    last = pd.Timestamp(as_of - timedelta(days=horizon_days + maturity_days))
    return [(last - pd.DateOffset(months=step_months * back)).date() for back in reversed(range(count))]
