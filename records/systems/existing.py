"""What the records already hold that a delivery has to be compared with."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from records.contract import Subject
from records.source import read_subjects
from records.subjects import SUBJECTS
from records.systems.declaration import Fill, Layout
from records.systems.delivery import Delivery
from records.systems.journal import Journal
from records.systems.judging import arrow_table
from records.systems.versions import History


class Existing:
    """The records in a journal's directory of every subject that a layout has to do with."""

    def __init__(self, journal: Journal, layout: Layout) -> None:
        """Raises DataError if the records there cannot be read."""
        subjects = [layout.subject, *(fill.subject for fill in layout.fills)]
        names = {"enterprises", *(subject.name for subject in subjects if subject.name in SUBJECTS)}
        read = read_subjects(journal.directory, sorted(names))
        self._tables = {name: table.to_pyarrow() for name, table in read.tables.items()}
        for subject in subjects:
            if subject.name not in SUBJECTS:
                files = sorted(journal.subject_folder(subject.name).glob("*.parquet"))
                self._tables[subject.name] = pa.concat_tables([arrow_table(subject, []), *map(pq.read_table, files)])

    def history(self, delivery: Delivery) -> History:
        """All versions of the records, or enterprises, that the delivery is about."""
        subject = delivery.layout.subject
        thing = subject.versioned_by[0]
        named = {row.values[thing] for row in delivery.rows if row.get(thing) is not None}
        return History(subject, self._rows(subject, thing, named))

    def others(self, delivery: Delivery) -> list[dict[str, Any]]:
        """All versions of records of the delivery's enterprises that did not come under its layout."""
        if not delivery.layout.same_as:
            return []
        named = {row.values["enterprise_id"] for row in delivery.rows if row.get("enterprise_id") is not None}
        prefix = f"{delivery.system.id}:{delivery.layout.id}:"
        rows = self._rows(delivery.layout.subject, "enterprise_id", named)
        return [row for row in rows if not row["record_id"].startswith(prefix)]

    def enterprises(self) -> set[str]:
        """The ids of the enterprises that are in the register."""
        return set(pc.unique(self._tables["enterprises"]["enterprise_id"]).to_pylist())

    def fill(self, delivery: Delivery) -> None:
        """Give rows what they leave empty and another record states, as far as it was known when they became known."""
        for fill in delivery.layout.fills:
            found = self._by_key(fill, delivery)
            for row in delivery.rows:
                if row.get("known_at") is None:
                    continue
                for stated in found.get(tuple(row.get(name) for name in fill.on), ()):
                    if stated["withdrawn_at"] is not None or stated["known_at"] > row.values["known_at"]:
                        continue
                    for column in fill.columns:
                        if row.get(column) is None and stated[column] is not None:
                            row.values[column] = stated[column]
                            row.flag("filled", column)

    def _by_key(self, fill: Fill, delivery: Delivery) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
        """Records of the other subject by what they have to be equal in, the latest known first."""
        last = fill.on[-1]
        named = {row.values[last] for row in delivery.rows if row.get(last) is not None}
        found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        rows = self._rows(fill.subject, last, named)
        for stated in sorted(rows, key=lambda row: row["known_at"], reverse=True):
            found.setdefault(tuple(stated[name] for name in fill.on), []).append(stated)
        return found

    def _rows(self, subject: Subject, column: str, named: Iterable[Any]) -> list[dict[str, Any]]:
        table = self._tables[subject.name]
        return table.filter(pc.is_in(table[column], value_set=pa.array(sorted(named), pa.string()))).to_pylist()
