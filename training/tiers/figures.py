"""What each tier turned out to be, as JSON values."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from training.metrics import tier_table


def tier_figures(rows: pd.DataFrame, drawn: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """By tier id, ascending: n, mean_probability, observed and design (each with rate, low and high, or null).

    `rows` are the judged enterprises and `drawn` the probability draws that the design rates rest on, both with the
    columns of `training.metrics.tier_table`, which says what the figures mean.
    """
    design = [f"design{end}" for end in ("", "_low", "_high")]
    table = tier_table(rows).assign(**tier_table(drawn)[design])
    return {str(row["tier"]): _intervals(row) for row in table.to_dict("records")}


def _intervals(row: Mapping[Any, Any]) -> dict[str, Any]:
    clean = {name: None if value is None or pd.isna(value) else value for name, value in row.items()}
    nested = {
        name: None
        if clean[name] is None
        else {"rate": clean[name], "low": clean[f"{name}_low"], "high": clean[f"{name}_high"]}
        for name in ("observed", "design")
    }
    return {"n": clean["n"], "mean_probability": clean["mean_probability"], **nested}
