"""What a table of enterprises is searched, filtered and sorted by: prepared once for each snapshot."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from serving.snapshot import Snapshot
from serving.verdicts import SOURCES

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

NO_STATION = 0
"""The code of enterprises that belong to no station."""


@dataclass(frozen=True)
class TableColumns:
    """The rows of one snapshot, one per enterprise and sector.

    What is not memory-mapped already is worked out when it is first asked for and kept: a few bytes a row.
    """

    snapshot: Snapshot

    @cached_property
    def owner(self) -> NDArray[np.int32]:
        """The position of each row's enterprise in the snapshot's ids."""
        first = self.snapshot.first_row
        return np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))

    @cached_property
    def stations(self) -> tuple[str, ...]:
        """The stations by their codes; the first, which is empty, stands for none."""
        return ("", *self._stations[0])

    @cached_property
    def station(self) -> NDArray[np.int32]:
        """Each row's station as a position in `stations`."""
        return self._stations[1]

    @cached_property
    def _stations(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        table = parquet.read_table(self.snapshot.directory / "keys.parquet", columns=["station"])
        encoded = table["station"].combine_chunks().dictionary_encode()
        names = encoded.dictionary.to_pylist()
        order = sorted(range(len(names)), key=lambda code: str(names[code]))
        place = np.zeros(len(names) + 1, dtype=np.int32)
        place[[code + 1 for code in order]] = np.arange(1, len(names) + 1)
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return tuple(str(names[code]) for code in order), place[codes + 1]

    @cached_property
    def by_probability(self) -> Rows:
        """Every row, the likeliest problem first; what has no probability comes last."""
        return np.argsort(-np.nan_to_num(self.snapshot.columns["probability"], nan=-1.0), kind="stable")

    def with_id(self, text: str) -> Mask:
        """Which rows are of enterprises whose id has this text in it, whatever its case."""
        lower = np.strings.lower(self.snapshot.ids)
        found = np.strings.find(lower, text.lower().encode("utf-8", "surrogatepass")) >= 0
        return np.asarray(found[self.owner])

    def in_sectors(self, sectors: Collection[str]) -> Mask:
        """Which rows are of these sectors."""
        is_in = np.array([name in sectors for name in self.snapshot.sectors])
        return np.asarray(is_in[self.snapshot.columns["sector"]])

    def in_stations(self, stations: Collection[str]) -> Mask:
        """Which rows are of enterprises of these stations."""
        is_in = np.array([bool(name) and name in stations for name in self.stations])
        return np.asarray(is_in[self.station])

    def from_source(self, source: str) -> Mask:
        """Which rows the snapshot answers from this source; none where there is no such source."""
        if source not in SOURCES:
            return np.zeros(len(self.owner), dtype=np.bool_)
        return np.asarray(self.snapshot.columns["source"] == SOURCES.index(source))

    def row_of(self, enterprise_id: str, sector: str) -> int | None:
        """The row of an enterprise in a sector; null where the snapshot has none."""
        position = int(self.snapshot.positions([enterprise_id])[0])
        if position < 0 or sector not in self.snapshot.sectors:
            return None
        code = self.snapshot.sectors.index(sector)
        first, last = self.snapshot.first_row[position], self.snapshot.first_row[position + 1]
        found = np.flatnonzero(self.snapshot.columns["sector"][first:last] == code)
        return int(first + found[0]) if len(found) else None

    def key_of(self, row: int) -> tuple[str, str]:
        """The enterprise and the sector of a row."""
        sector = self.snapshot.sectors[self.snapshot.columns["sector"][row]]
        return self.snapshot.ids[self.owner[row]].decode(), sector
