"""Did training see only what had happened, and matured, by the as-of date?"""

import pandas as pd

from training.checks.check import Check
from training.fitted import Fitted, Training


def find(training: Training, fitted: Fitted) -> str | None:
    """Look at every example, whatever the sector: all models share the general margin.

    An outcome lies in [snapshot, snapshot + horizon) and before the as-of date; the window itself has closed and
    matured by then.
    """
    keys, as_of = training.examples.keys, pd.Timestamp(training.as_of)
    late = keys["occurred_on"] >= as_of
    early = keys["occurred_on"] < keys["as_of"]
    unripe = keys["as_of"] + _wait(training, keys["sector"]) > as_of
    wrong = int((late | early | unripe).sum())
    if not wrong:
        return None
    return (
        f"Every training outcome must lie between its snapshot and {training.as_of} in a window that has matured, "
        f"{wrong} of {len(keys)} do not ({int(late.sum())} later, {int(early.sum())} before their snapshot, "
        f"{int(unripe.sum())} in an open window); train with earlier snapshots."
    )


def _wait(training: Training, sectors: pd.Series) -> pd.Series:
    """Horizon and maturity of each row's sector; nothing for a sector that has no model to state it."""
    standards = {sector: fitted.model.standard for sector, fitted in training.models.items()}
    days = {sector: standard.horizon_days + standard.maturity_days for sector, standard in standards.items()}
    return pd.to_timedelta(sectors.map(days).fillna(0), unit="D")


CHECK = Check("time_leakage", "训练数据不越过基准日", "no outcome past the as-of date", "blocking", find)
