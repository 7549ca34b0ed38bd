"""The out-of-fold answers that later inspections judged, each inspection once."""

import pandas as pd

from training.fitted import Training
from training.outcomes import INSPECTION


def judged_inspections(training: Training, rows: pd.DataFrame) -> pd.DataFrame:
    """One row per inspection, with its day `occurred_on`: that of the last snapshot before it.

    `rows` are out-of-fold rows (`training.fit.Fitted.rows`). Snapshots a quarter apart see the same inspection,
    sometimes in different tiers; the last one is what an inspector would have known.
    """
    named = ["as_of", "enterprise_id", "sector"]
    dated = rows.merge(training.examples.keys[[*named, "occurred_on"]], on=named, validate="one_to_one")
    last = dated.sort_values("as_of", kind="stable").drop_duplicates(INSPECTION, keep="last")
    return last.sort_index().reset_index(drop=True)
