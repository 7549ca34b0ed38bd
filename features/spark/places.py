"""Places among peers where the population is spread: quantiles of each sector from how often each value stands."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from features.catalogue.everything import INDICATORS
from features.comparisons import PLACE_STEPS, placed_indicators
from features.peers import places_table
from features.pipeline import COMPARED
from features.spark.session import Spark


def measure_places(spark: Spark) -> pa.Table:
    """PLACES, equal to what `numpy.quantile` takes from the values themselves (method "lower").

    Few values are different, so their counts are few where the values are not.
    """
    quantiles: dict[str, dict[str, NDArray[np.float64]]] = {}
    for name in placed_indicators(INDICATORS):
        counts = spark.frame(f"SELECT sector, {name}, count(*) AS rows FROM {COMPARED} GROUP BY sector, {name}")
        for sector, own in _quantiles(counts.toPandas(), name):
            quantiles.setdefault(sector, {})[name] = own
    return places_table({sector: quantiles[sector] for sector in sorted(quantiles)})


def _quantiles(counts: pd.DataFrame, name: str) -> Iterator[tuple[str, NDArray[np.float64]]]:
    for sector, own in counts.sort_values(name).groupby("sector"):
        last = own["rows"].to_numpy().cumsum()
        position = np.floor(np.linspace(0, 1, PLACE_STEPS) * (last[-1] - 1))
        yield str(sector), own[name].to_numpy(dtype=float)[np.searchsorted(last, position, side="right")]
