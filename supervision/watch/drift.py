"""Which indicators, and which sectors' margins, are not spread as they were? How much of the model rests on them?

A stability index over classes alone cries wolf: a rate of a region that rose by a thousandth everywhere takes every
value out of its class. So an index counts only as far as the values went: for two normal distributions it is the square
of their distance in standard deviations, and more than that square is never said. With thousands of enterprises every
test is significant, with few chance makes an index: so a test must bear it out, under false-discovery control over all
that is asked at once (Benjamini and Hochberg, 1995).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from features.build import Frame
from features.catalogue.everything import INDICATORS
from features.indicator import GroupRate
from model.stability import class_borders, class_counts, stability_index

Array = NDArray[np.float64]

FALSE_DISCOVERIES = 0.05
"""The share of false ones that is borne among the findings of a run (project decision)."""
LEAST_ROWS = 100
"""With fewer enterprises on either side chance would speak (project decision)."""
MOST_ROWS = 50_000
"""So many rows of either side tell as much as all."""
ALL = "all"
"""All sectors together."""

_GROUP_RATES = frozenset(one.name for one in INDICATORS if isinstance(one.measure, GroupRate))


@dataclass(frozen=True)
class Side:
    """The indicators of one date: a row per enterprise and sector of the cohort, a column per name; NaN is null."""

    enterprise_ids: pd.Series
    values: NDArray[np.floating]
    names: Sequence[str]

    def column(self, name: str) -> Array:
        """An indicator of every row."""
        return np.asarray(self.values[:, list(self.names).index(name)], dtype=np.float64)


def side_of(frame: Frame) -> Side:
    """At most MOST_ROWS of a frame's cohort, spread evenly over all of it; only those are read."""
    rows = np.flatnonzero(frame.in_cohort)
    if len(rows) > MOST_ROWS:
        rows = rows[np.linspace(0, len(rows) - 1, MOST_ROWS).astype(int)]
    ids = frame.keys["enterprise_id"].iloc[rows].reset_index(drop=True)
    return Side(ids, np.asarray(frame.values[rows]), frame.names)


def input_drift(before: Side, after: Side, use: Mapping[str, float]) -> pd.DataFrame:
    """One row per indicator of `use`: index, p, q, distance, nulls_before, nulls_after, use; those most used first.

    `use` is the share of the model's contributions that each indicator has. `index` is the smaller of the stability
    index over classes, nulls a class of their own, and the square of `distance`: Wasserstein's between the values, in
    standard deviations of those before, plus how much the share of nulls moved. `p` is that of a chi-squared test over
    the classes; enterprises of several sectors count once, and of a rate that a whole group has the groups. `q` is `p`
    under false-discovery control. Empty where either side has fewer than LEAST_ROWS enterprises.
    """
    ids = (before.enterprise_ids, after.enterprise_ids)
    names = use if _enough(*ids) else {}
    rows = {}
    for name in names:
        columns = before.column(name), after.column(name)
        # All of a group have its rate, which moved once.
        counted = map(pd.Series, columns) if name in _GROUP_RATES else ids
        rows[name] = _compared(*columns, _sizes(*counted))
    table = _table(rows)
    table = table.assign(use=pd.Series(use, dtype=float).reindex(table.index))
    return _controlled(table).sort_values("use", ascending=False)


def margin_drift(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The same of the margins: one row per sector with enough enterprises at both dates, and one of `all`.

    Both have enterprise_id, sector and margin (null where no model answered).
    """
    rows = {}
    for sector in [ALL, *sorted(set(after["sector"]))]:
        own = [_with_margin(side, sector) for side in (before, after)]
        ids = [side["enterprise_id"] for side in own]
        if _enough(*ids):
            margins = [side["margin"].to_numpy(dtype=float) for side in own]
            rows[sector] = _compared(margins[0], margins[1], _sizes(*ids))
    return _controlled(_table(rows))


def is_drifted(table: pd.DataFrame, index: float) -> pd.Series:
    """Which rows lie beyond the index, and significantly so."""
    return (table["index"] > index) & (table["q"] <= FALSE_DISCOVERIES)


_FIGURES = ("index", "p", "distance", "nulls_before", "nulls_after")


def _table(rows: Mapping[str, tuple[float, ...]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows.values()), index=list(rows), columns=list(_FIGURES), dtype=float)


def _enough(*ids: pd.Series) -> bool:
    return min(one.nunique() for one in ids) >= LEAST_ROWS


def _with_margin(rows: pd.DataFrame, sector: str) -> pd.DataFrame:
    return rows[rows["margin"].notna() & ((rows["sector"] == sector) | (sector == ALL))]


def _sizes(*counted: pd.Series) -> Array:
    """What a row of each side counts for in the test, so that each known value of these (ids, say) counts once."""
    return np.array([one.nunique() / max(len(one), 1) for one in counted])


def _compared(before: Array, after: Array, sizes: Array) -> tuple[float, ...]:
    known = [values[~np.isnan(values)] for values in (before, after)]
    nulls = [1 - len(part) / max(len(values), 1) for part, values in zip(known, (before, after), strict=True)]
    borders = class_borders(known[0]) if len(known[0]) else np.empty(0)
    counts = [
        np.append(class_counts(part, borders), len(values) - len(part))
        for part, values in zip(known, (before, after), strict=True)
    ]
    distance = _distance(*known) + abs(nulls[1] - nulls[0])
    index = min(stability_index(*counts), distance**2)
    return index, _p_value(counts[0], counts[1], sizes), distance, nulls[0], nulls[1]


def _p_value(before: Array, after: Array, sizes: Array) -> float:
    """That of the chi-squared test of two rows of counts, of the classes that anybody is in."""
    table = np.array([before, after]) * sizes[:, None]
    table = table[:, table.sum(axis=0) > 0]
    return float(stats.chi2_contingency(table).pvalue) if table.shape[1] > 1 else 1.0


def _distance(before: Array, after: Array) -> float:
    if not len(before) or not len(after):
        return 0.0
    apart = float(stats.wasserstein_distance(before, after))
    spread = float(before.std())
    return apart / spread if spread > 0 else float(apart > 0)


def _controlled(table: pd.DataFrame) -> pd.DataFrame:
    """With `q`: p under false-discovery control over all that is asked at once."""
    adjusted = stats.false_discovery_control(table["p"]) if len(table) else table["p"]
    return table.assign(q=np.asarray(adjusted, dtype=float))
