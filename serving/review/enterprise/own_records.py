"""The records of one enterprise as a snapshot keeps them: those that counted at its as-of date."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pyarrow as pa

from records.source import Records, records_from_tables
from records.subjects import SUBJECTS
from serving.review.enterprise.actions import Frames
from serving.snapshot import Snapshot


@dataclass(frozen=True)
class OwnRecords:
    """One enterprise's rows by subject, with the contract's columns; a subject without any is there, and empty."""

    enterprise_id: str
    tables: Mapping[str, pa.Table]

    @cached_property
    def frames(self) -> Frames:
        """The rows as Python holds them."""
        return {name: plain(table) for name, table in self.tables.items()}

    def loaded(self) -> Records:
        """The rows where the engine can look at them."""
        return records_from_tables(self.tables)


def own_records(snapshot: Snapshot, enterprise_id: str) -> OwnRecords:
    """The records of an enterprise that the snapshot keeps."""
    wanted = [("enterprise_id", "=", enterprise_id)]
    return OwnRecords(enterprise_id, {name: snapshot.read_records(name, wanted) for name in SUBJECTS})


def plain(table: pa.Table) -> pd.DataFrame:
    """The rows as Python holds them: dates, whole numbers also beside nulls, None for null."""
    return table.to_pandas(date_as_object=True, integer_object_nulls=True)
