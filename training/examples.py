"""The labelled examples: point-in-time frames of past snapshots beside what became of the enterprises."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.build import Frame, build_frames
from model.standard import GENERAL, Standard
from records.errors import DataError
from records.finding_subjects import SEVERITY_RANK
from records.progress import Report, silent
from records.source import Records
from training.outcomes import is_drawn, is_targeted, mature_dates, rated_inspections, taught_outcomes
from training.recipe import DESIGN_WEIGHT_CAP, RECENT_DAYS, SNAPSHOT_MONTHS, SNAPSHOTS, TARGETED_WEIGHT

FrameMaker = Callable[[Records, Mapping[date, Collection[str] | None]], Iterable[Frame]]
"""What `features.build.build_frames` does; whoever trains year after year may keep the frames of past dates."""


@dataclass(frozen=True)
class Examples:
    """One row per snapshot, enterprise and sector whose outcome has matured.

    `keys`: as_of, enterprise_id, sector, outcome and serious (0/1), basis, inclusion_probability (null outside
    probability draws), occurred_on, weight (training), is_targeted, is_recent (calibrates and judges).
    `values`: float32, one column per name.
    """

    keys: pd.DataFrame
    values: NDArray[np.float32]
    names: tuple[str, ...]

    def of(self, sector: str) -> NDArray[np.bool_]:
        """Which rows belong to a sector."""
        return (self.keys["sector"] == sector).to_numpy()


def standard_of(standards: Mapping[str, Standard], sector: str) -> Standard:
    """A sector's own standard, else the general one (routing: no module, no superior's indicators)."""
    return standards.get(sector, standards[GENERAL])


def collect_examples(
    records: Records,
    standards: Mapping[str, Standard],
    as_of: date,
    progress: Report = silent,
    frames: FrameMaker = build_frames,
) -> Examples:
    """Build every training snapshot whose outcomes had closed, matured and become known before `as_of`.

    Raises DataError if not a single outcome has matured.
    """
    inspections = rated_inspections(records, as_of)
    horizons = {sector: standard_of(standards, sector).horizon_days for sector in inspections["sector"].unique()}
    dates = _dates(inspections["sector"].map(lambda sector: _wait_days(standards, sector)), as_of)
    outcomes = {day: _matured(inspections, standards, horizons, day, as_of) for day in dates}
    outcomes = {day: found for day, found in outcomes.items() if len(found)}
    parts = []
    inspected = {day: found["enterprise_id"].tolist() for day, found in outcomes.items()}
    for done, frame in enumerate(frames(records, inspected)):
        progress("训练快照 training snapshots", done, len(outcomes))
        parts.append(_labelled(frame, outcomes[frame.as_of]))
    if not sum(len(keys) for keys, _ in parts):
        raise DataError(
            f"Training needs at least one inspection whose outcome window closed before {as_of}, found none; "
            "give a later --as-of date or a longer history of inspections."
        )
    keys = pd.concat([keys for keys, _ in parts], ignore_index=True)
    values = np.concatenate([values for _, values in parts])
    names = frame.names
    return Examples(_weighted(keys, standards), values, names)


def _dates(wait_days: pd.Series, as_of: date) -> list[date]:
    """Quarterly dates up to the last that most inspections have matured for, and later ones for sectors of less wait.

    `wait_days` holds the horizon and maturity of each inspection's sector. Dates that followed the shortest wait alone
    would cost all other sectors their latest quarter and many of their SNAPSHOTS.
    """
    if wait_days.empty:
        return []
    usual = mature_dates(as_of, int(wait_days.mode().iloc[0]), 0, SNAPSHOTS, SNAPSHOT_MONTHS)
    newest = mature_dates(as_of, int(wait_days.min()), 0, SNAPSHOTS, SNAPSHOT_MONTHS)
    return usual + [day for day in newest if day > usual[-1]]


def _wait_days(standards: Mapping[str, Standard], sector: str) -> int:
    standard = standard_of(standards, sector)
    return standard.horizon_days + standard.maturity_days


def _matured(
    inspections: pd.DataFrame, standards: Mapping[str, Standard], horizons: Mapping[str, int], day: date, as_of: date
) -> pd.DataFrame:
    """Outcomes of one snapshot, only of sectors whose window and maturity had closed by `as_of`."""
    ripe = [sector for sector in horizons if _wait_days(standards, sector) <= (as_of - day).days]
    return taught_outcomes(inspections[inspections["sector"].isin(ripe)], day, horizons)


def _labelled(frame: Frame, outcomes: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.float32]]:
    cohort = frame.keys.reset_index(names="row")[frame.in_cohort]
    keys = cohort[["row", "enterprise_id", "sector"]].merge(outcomes, on=["enterprise_id", "sector"])
    values = frame.values[keys["row"].to_numpy()]
    return keys.drop(columns=["row", "record_id"]).assign(as_of=pd.Timestamp(frame.as_of)), values


def _weighted(keys: pd.DataFrame, standards: Mapping[str, Standard]) -> pd.DataFrame:
    severity = {sector: standard_of(standards, sector).outcome_severity for sector in keys["sector"].unique()}
    least = keys["sector"].map(severity).map(SEVERITY_RANK)
    keys = keys.assign(
        outcome=(keys["severity_rank"] >= least).astype(float),
        serious=outcome_at(keys, "serious"),
        is_targeted=is_targeted(keys),
        # By sector: one with a long horizon has its last mature snapshot long before the others.
        is_recent=keys["as_of"] >= keys.groupby("sector")["as_of"].transform("max") - pd.Timedelta(days=RECENT_DAYS),
    )
    return keys.assign(weight=weights_of(keys))


def outcome_at(keys: pd.DataFrame, severity: str) -> NDArray[np.float64]:
    """1 where a problem of at least this severity was found, whatever the sector's own standard calls a problem."""
    return np.asarray(keys["severity_rank"] >= SEVERITY_RANK[severity], dtype=np.float64)


def weights_of(
    keys: pd.DataFrame, targeted_weight: float = TARGETED_WEIGHT, cap: float = DESIGN_WEIGHT_CAP
) -> NDArray[np.float64]:
    """The weight of each inspection: that of a targeted one, 1 / pi relative to the median draw and capped, else 1.

    `keys` has basis and inclusion_probability. A design weight lies in [1 / cap, cap]; with a cap of 1 all draws weigh
    the same.
    """
    inverse = (1 / keys["inclusion_probability"].astype(float)).where(is_drawn(keys))
    design = (inverse / inverse.median()).clip(1 / cap, cap).fillna(1.0)
    return np.where(is_targeted(keys), targeted_weight, design)
