"""Which data feed has fallen silent? Each source of each subject is measured by its own past.

Feeds have seasons: annual reports come in spring and hardly ever in autumn. So a silence is compared with those of the
same season in earlier years, and only a feed that has a past can fall silent.
"""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from records.source import Records
from records.subjects import EVENT_SUBJECTS

Days = NDArray[np.int64]

PAST_DAYS = 3 * 365
"""How far back a feed is looked at: what was usual long ago is not any more (project decision)."""
SEASON_DAYS = 45
"""So many days before and after the same day of an earlier year are the same season (project decision)."""
LONGER = 2.0
"""Silent is a feed that kept still so many times longer than ever before in the season (project decision)."""
LEAST_SILENCE = 14
"""No feed is called silent sooner: holidays last up to nine days (project decision)."""
LEAST_ARRIVALS = 24
"""Days on which something came in PAST_DAYS: of a feed that brought less nobody can say what is usual (project
decision)."""


def feeds(records: Records, as_of: date) -> pd.DataFrame:
    """One row per subject and source that anything was known from before `as_of`, by both.

    subject, source, arrivals (days on which anything came in the PAST_DAYS before), last_known (date), silent_days
    (since then), longest (the longest silence in this season of the past, in days), bound (the longest silence that is
    borne; null where the past is too thin to tell), is_silent, responsible (who answers for most of its last rows).
    """
    found = [
        _feed(subject.name, source, rows, as_of)
        for subject in EVENT_SUBJECTS
        for source, rows in _arrived(records, subject.name, as_of).groupby("source")
    ]
    columns = ["subject", "source", "arrivals", "last_known", "silent_days", "longest", "bound", "is_silent"]
    return pd.DataFrame(found, columns=[*columns, "responsible"])


def _arrived(records: Records, subject: str, as_of: date) -> pd.DataFrame:
    rows = records.tables[subject].select("source", "known_at", "responsible").to_pandas()
    return rows[rows["known_at"] < pd.Timestamp(as_of)]


def _feed(subject: str, source: object, rows: pd.DataFrame, as_of: date) -> tuple[object, ...]:
    today = int(np.datetime64(as_of, "D").astype(int))
    days = np.unique(rows["known_at"].to_numpy().astype("datetime64[D]").astype(np.int64))
    silent = today - int(days[-1])
    arrivals = int((days >= today - PAST_DAYS).sum())
    # The past ends where the present silence begins: it may not excuse itself.
    longest = _longest_in_season(days, today)
    bound = max(LEAST_SILENCE, LONGER * longest) if arrivals >= LEAST_ARRIVALS and longest is not None else np.nan
    last = rows.sort_values("known_at")["responsible"].tail(100).mode()
    return (
        subject, str(source), arrivals, pd.Timestamp(days[-1], unit="D").date(), silent,
        np.nan if longest is None else longest, bound, bool(silent > bound), str(last.iloc[0]) if len(last) else "",
    )  # fmt: skip


def _longest_in_season(days: Days, today: int) -> int | None:
    """The longest that nothing had come, on any day of this season of the past; null without a whole year of past."""
    back = [today - 365 * year + shift for year in (1, 2, 3) for shift in range(-SEASON_DAYS, SEASON_DAYS + 1)]
    asked = np.array([day for day in back if days[0] < day <= days[-1] and day >= today - PAST_DAYS - SEASON_DAYS])
    if not len(asked):
        return None
    latest = days[np.searchsorted(days, asked, side="right") - 1]
    return int((asked - latest).max())
