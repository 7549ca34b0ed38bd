"""The tiers that a report may rest on: those at the month's end, and earlier ones that inspections can be judged by."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from records.errors import ModelError
from supervision.report.month import Month


@dataclass(frozen=True)
class Tiering:
    """The tiers of one date.

    `answers` has one row per enterprise and sector that has a tier: enterprise_id, sector, tier_rank (1 to 4), margin
    and probability (null where a point table answered). `release` is the digest of the models that gave them.
    """

    as_of: date
    release: str
    answers: pd.DataFrame

    def ranks_of(self, rows: pd.DataFrame) -> pd.Series:
        """The tier rank of each row's enterprise and sector, 0 where it had none; `rows` keep their index."""
        known = self.answers.set_index(["enterprise_id", "sector"])["tier_rank"]
        asked = pd.MultiIndex.from_frame(rows[["enterprise_id", "sector"]])
        return pd.Series(known.reindex(asked).fillna(0).astype(int).to_numpy(), index=rows.index)


@dataclass(frozen=True)
class Tierings:
    """`now`: the tiers at the month's end. `before`: earlier ones, at the latest those of its start.

    An inspection of the month may be judged by the earlier tiers only: a problem found in the month has already raised
    those at its end, which would make any tiering look right.
    """

    now: Tiering | None = None
    before: Tiering | None = None


def check_dates(month: Month, tierings: Tierings) -> None:
    """Raise ModelError where a snapshot is not of the date that a report of this month needs."""
    now, before = tierings.now, tierings.before
    if now is not None and now.as_of != month.end:
        raise ModelError(
            f"The snapshot of a report of {month} must be as of {month.end}, the end of the month, got {now.as_of}; "
            f"name another, or make one with `fenji score --as-of {month.end}`."
        )
    if before is not None and before.as_of > month.start:
        raise ModelError(
            f"The snapshot before must be as of {month.start}, the start of {month}, or earlier, got {before.as_of}; "
            "inspections of the month cannot be judged by tiers that were given after them."
        )
