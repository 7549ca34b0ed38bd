"""What a bureau knows at the start of a year: models trained on its records so far, and a tier for everyone."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import pandas as pd

from features.build import Frame, build_frames
from model.point_table import point_ranks, points_of
from model.standard import GENERAL, SHIPPED_STANDARDS, Standard, read_standards
from records.source import Records
from training.backtest import score_cohort
from training.fit import fit_without_intervals

SEVERITY, HORIZON_DAYS = "general", 365
"""What the simulator's truth speaks of, whatever a sector's own standard says."""


@dataclass(frozen=True)
class KeptFrames:
    """Snapshots of past dates, built once: what was known before a date stays what it was.

    Serves one course of records only. Courses that part on a day (`parting`) share what lies before it: `common` holds
    the frames up to `until`, `kept` a course's own.
    """

    common: dict[date, Frame] = field(default_factory=dict)
    until: date = date.max
    kept: dict[date, Frame] = field(default_factory=dict)

    def __call__(self, records: Records, wanted: Mapping[date, Collection[str] | None], *also: date) -> Iterator[Frame]:
        """The frames of everyone at the wanted dates, in their order; older ones of the course's own are forgotten.

        Dates of `also` are built with them, for less than they would cost alone, to be looked up.
        """
        for day in [day for day in self.kept if day < min(wanted, default=day)]:
            del self.kept[day]
        days = (*wanted, *also)
        missing: dict[date, Collection[str] | None] = {day: None for day in days if day not in self._of(day)}
        if missing:
            for frame in build_frames(records, missing):
                self._of(frame.as_of)[frame.as_of] = frame
        return (self[day] for day in wanted)

    def __getitem__(self, day: date) -> Frame:
        """The frame of everyone at a date that was built."""
        return self._of(day)[day]

    def _of(self, day: date) -> dict[date, Frame]:
        return self.common if day <= self.until else self.kept

    def parting(self, day: date) -> "KeptFrames":
        """For one of several courses that have the same records before a day and others from it on."""
        return KeptFrames(self.common, day)


@cache
def standards() -> Mapping[str, Standard]:
    """The shipped standards, all with the outcome that the truth speaks of; their cuts stay."""
    shipped = read_standards(SHIPPED_STANDARDS)
    return {
        sector: replace(standard, outcome_severity=SEVERITY, horizon_days=HORIZON_DAYS)
        for sector, standard in shipped.items()
    }


def answers(records: Records, as_of: date, frames: KeptFrames) -> pd.DataFrame:
    """Everyone in the cohort at `as_of`, answered by the recipe's general model, calibrated for each sector.

    One row per enterprise and sector: enterprise_id, sector, probability, tier (rank 1 to 4 by the sector's cuts) and
    points_tier (rank by the general point table). Sectors have no candidates of their own, and nothing has an interval:
    neither decides who is drawn.
    """
    training = fit_without_intervals(
        records, standards(), as_of, frames=lambda *wanted: frames(*wanted, as_of), is_general_only=True
    )
    frame = frames[as_of]
    scores = score_cohort(frame, {sector: fitted.model for sector, fitted in training.models.items()})
    scored = scores.loc[scores["probability"].notna(), ["enterprise_id", "sector", "probability", "tier_rank"]]
    return scored.rename(columns={"tier_rank": "tier"}).merge(_by_points(frame), on=["enterprise_id", "sector"])


def _by_points(frame: Frame) -> pd.DataFrame:
    table = standards()[GENERAL].point_table
    assert table is not None, "the shipped general standard has a point table"
    names = standards()[GENERAL].rule_indicators
    ranks = point_ranks(table, points_of(table, frame.columns(names), names))
    return frame.keys[["enterprise_id", "sector"]].assign(points_tier=ranks)
