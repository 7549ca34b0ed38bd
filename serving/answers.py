"""The answers of a snapshot as one table."""

import numpy as np
import pandas as pd

from serving.snapshot import Snapshot
from serving.verdicts import STATUSES


def answers_of(snapshot: Snapshot) -> pd.DataFrame:
    """One row per enterprise and sector that was scored: enterprise_id, sector, tier_rank, margin, probability.

    Margin and probability are null where a point table or another system answered; the rank is the one given, hard
    rules included.
    """
    keys = pd.read_parquet(snapshot.directory / "keys.parquet", columns=["enterprise_id", "sector"])
    columns = {"tier_rank": "tier", "margin": "margin", "probability": "probability"}
    answers = keys.assign(**{name: snapshot.columns[column] for name, column in columns.items()})
    is_scored = snapshot.columns["status"] == STATUSES.index("scored")
    return answers[np.asarray(is_scored)].reset_index(drop=True)
