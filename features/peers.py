"""The comparison tables of one as-of date: rates of sectors and groups, places among peers, sums of the population.

They need the whole population. Each snapshot stores them, and a single build (records sent along, what-if) uses the
stored ones: the peers are held fixed, and another as-of date is refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends.duckdb import Backend
from numpy.typing import NDArray

from features.catalogue.everything import INDICATORS
from features.comparisons import (
    PLACE_STEPS,
    PLACES,
    POPULATION,
    RATES,
    Pair,
    groupings,
    placed_indicators,
    prior_column,
    rates_name,
)
from features.pipeline import placed_sql, population_step, totals_sql
from records.errors import ModelError

SECTOR_STRENGTH = 50.0
"""How many inspections' worth the population's rate weighs against a sector's own (project decision)."""

SUFFIX = ".arrow"
"""Of the files that hold the tables: they lie there as they do in memory."""


@dataclass(frozen=True)
class Peers:
    """The comparison tables by name, each as Arrow.

    RATES: one row, the population's rate per pair. `rates_name(grouping)`: `key` and one pulled rate per pair.
    PLACES: `sector` and, per indicator, 101 ascending quantiles. POPULATION: per enterprise its place and the sums
    that neighbours and relations are added up by.
    """

    as_of: date
    tables: dict[str, pa.Table]

    @cached_property
    def dated(self) -> dict[str, pa.Table]:
        """The tables as the steps read them: `as_of` says for which date each row is."""
        return {name: _with_date(table, self.as_of) for name, table in self.tables.items()}

    def save(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables.items():
            with pa.ipc.new_file(directory / f"{name}{SUFFIX}", table.schema) as file:
                file.write_table(table.combine_chunks())
        content = {"as_of": self.as_of.isoformat(), "tables": sorted(self.tables)}
        (directory / "peers.json").write_text(json.dumps(content), encoding="utf-8")


def load_peers(directory: Path) -> Peers:
    """The tables that `Peers.save` wrote, memory-mapped: a hundred bytes for everyone, which processes share.

    Raises ModelError where they lie there in the form of an earlier version.
    """
    content = json.loads((directory / "peers.json").read_text(encoding="utf-8"))
    if "tables" not in content:
        raise ModelError(
            f"The peer tables of a snapshot must be named in its peers.json, those in {directory} are of an earlier "
            "version; score the population with this one."
        )
    tables = {name: _mapped(directory / f"{name}{SUFFIX}") for name in content["tables"]}
    return Peers(date.fromisoformat(content["as_of"]), tables)


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def measure_peers(connection: Backend, dates: Sequence[date]) -> dict[date, Peers]:
    """Work the comparison tables out from the whole population's own indicators, which are in COMPARED, per date."""
    totals = {grouping: _found(connection, sql) for grouping, sql in totals_sql().items()}
    placed = _found(connection, placed_sql())
    population = _found(connection, population_step()[1])
    found = {}
    for day in dates:
        tables = measure_rates({grouping: _of_date(table, day).to_pandas() for grouping, table in totals.items()})
        tables[PLACES] = _places(_of_date(placed, day).to_pandas())
        tables[POPULATION] = _of_date(population, day)
        found[day] = Peers(day, tables)
    return found


def _found(connection: Backend, sql: str) -> pa.Table:
    return connection.con.execute(sql).to_arrow_table()


def _of_date(table: pa.Table, day: date) -> pa.Table:
    return table.filter(pc.equal(table["as_of"], pa.scalar(day, pa.date32()))).drop_columns(["as_of"])


def _with_date(table: pa.Table, day: date) -> pa.Table:
    return table.append_column("as_of", pa.repeat(pa.scalar(day, pa.date32()), table.num_rows))


def measure_rates(totals: Mapping[tuple[str, ...], pd.DataFrame]) -> dict[str, pa.Table]:
    """The population's rate per pair (RATES), and the pulled rates of each grouping, from the sums of its groups."""
    overall: dict[str, float] = {}
    tables = {}
    for grouping, pairs in groupings(INDICATORS).items():
        # Added up in one fixed order, so that two runs give the same bytes.
        sums = totals[grouping].sort_values("key", ignore_index=True)
        table = pd.DataFrame({"key": sums["key"]})
        for pair, strength in pairs.items():
            rate = _rate(sums, pair)
            overall[prior_column(pair, ())] = rate
            weight = SECTOR_STRENGTH if strength is None else strength
            table[prior_column(pair, grouping)] = (sums[pair[0]] + weight * rate) / (sums[pair[1]] + weight)
        tables[rates_name(grouping)] = pa.Table.from_pandas(table, preserve_index=False)
    tables[RATES] = pa.table({name: [rate] for name, rate in overall.items()})
    return tables


def _rate(sums: pd.DataFrame, pair: Pair) -> float:
    found, looked_at = float(sums[pair[0]].sum()), float(sums[pair[1]].sum())
    return found / looked_at if looked_at > 0 else 0.0


def _places(values: pd.DataFrame) -> pa.Table:
    names = placed_indicators(INDICATORS)
    steps = np.linspace(0, 1, PLACE_STEPS)
    quantiles = {
        str(sector): {name: np.quantile(own[name].to_numpy(dtype=float), steps, method="lower") for name in names}
        for sector, own in values.groupby("sector")
    }
    return places_table(quantiles)


def places_table(quantiles: Mapping[str, Mapping[str, NDArray[np.float64]]]) -> pa.Table:
    """PLACES from the ascending quantiles of each sector's indicators."""
    names = placed_indicators(INDICATORS)
    rows = [
        {"sector": sector, **{f"quantiles__{name}": own[name] for name in names}} for sector, own in quantiles.items()
    ]
    lists = {f"quantiles__{name}": pa.list_(pa.float64()) for name in names}
    return pa.Table.from_pylist(rows, schema=pa.schema({"sector": pa.string(), **lists}))
