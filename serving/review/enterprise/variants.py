"""Many variants of one enterprise through the one build, at the price of one.

What a build costs hardly depends on how many rows it has, so that what-if questions and the search for a recourse build
all their variants together: each under a name of its own, beside the population's stored comparison tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
from numpy.typing import NDArray

from features.build import Frame, build_frame
from features.comparisons import POPULATION
from features.peers import Peers
from records.contract import Subject
from records.scope import is_in_scope
from records.source import records_from_tables, table_schema
from records.subjects import SUBJECTS
from serving.review.enterprise.actions import Frames

_MARK = "\x1f"
"""Between an id and the number of its variant. No id has it, and it sorts before whatever an id may go on with, so that
records of one day stay in the order of their ids."""
_IDS = {"enterprise_id", "record_id", "target_record_id"}


@dataclass(frozen=True)
class Variants:
    """Rows of one enterprise under several sets of records: `number` says of which set each row of `frame` is."""

    frame: Frame
    number: NDArray[np.intp]

    def of_sector(self, sector: str) -> Frame:
        """The rows of one sector in the order of the variants; a variant that is not in the sector has none."""
        rows = np.flatnonzero((self.frame.keys["sector"] == sector).to_numpy())
        return replace(
            self.frame, keys=self.frame.keys.iloc[rows].reset_index(drop=True), values=self.frame.values[rows]
        )

    def numbers_of(self, sector: str) -> NDArray[np.intp]:
        """The variant of each row of `of_sector`."""
        return self.number[(self.frame.keys["sector"] == sector).to_numpy()]


def build_variants(enterprise_id: str, variants: Sequence[Frames], as_of: date, peers: Peers) -> Variants:
    """The indicators of an enterprise at 00:00 of `as_of` under each set of records, beside the same peers.

    Each row is bit for bit what a build of that set alone gives. `peers` are held fixed; tables of another date serve
    as though they were of `as_of`, which is how the part of the peers in a change of the margin is told apart.
    """
    tables = {subject: _all_variants(SUBJECTS[subject], variants) for subject in SUBJECTS}
    frame = build_frame(records_from_tables(tables), as_of, peers=_without(peers, enterprise_id, as_of))
    number = np.asarray(frame.keys["enterprise_id"].str.rpartition(_MARK)[2].astype("int64"), dtype=np.intp)
    # The unified code says whether its holder is classified, and the variants' names are none.
    scope = [is_in_scope(ent_type, enterprise_id) for ent_type in frame.keys["ent_type"]]
    keys = frame.keys.assign(enterprise_id=enterprise_id, in_scope=scope)
    return Variants(replace(frame, keys=keys, peers=peers), number)


def _all_variants(subject: Subject, variants: Sequence[Frames]) -> pa.Table:
    """The rows of a subject in every variant; those that variants share are converted once."""
    schema = table_schema(subject)
    tables: dict[int, pa.Table] = {}
    for one in variants:
        rows = one[subject.name]
        if id(rows) not in tables:
            tables[id(rows)] = pa.Table.from_pandas(rows, schema, preserve_index=False)
    own = [_renamed(tables[id(one[subject.name])], number) for number, one in enumerate(variants)]
    return pa.concat_tables(own).combine_chunks()


def _renamed(rows: pa.Table, number: int) -> pa.Table:
    """The rows as those of another enterprise, whose records have ids of their own."""
    for name in _IDS & set(rows.column_names):
        renamed = compute.binary_join_element_wise(rows[name], f"{number:06d}", _MARK)
        rows = rows.set_column(rows.column_names.index(name), name, renamed)
    return rows


def _without(peers: Peers, enterprise_id: str, as_of: date) -> Peers:
    """The tables without the enterprise's own place, so that no variant has the original for a neighbour."""
    population = peers.tables[POPULATION]
    others = population.filter(compute.not_equal(population["enterprise_id"], enterprise_id))
    return Peers(as_of, {**peers.tables, POPULATION: others})
