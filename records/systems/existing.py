"""What the records already hold that a delivery has to be compared with."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from records.contract import Subject
from records.source import read_subjects
from records.subjects import SUBJECTS
from records.systems.declaration import Fill
from records.systems.delivery import Delivery
from records.systems.journal import Journal
from records.systems.judging import arrow_table
from records.systems.versions import History


def history_of(journal: Journal, delivery: Delivery) -> History:
    """All versions of the records, or enterprises, that the delivery is about."""
    subject = delivery.layout.subject
    thing = subject.versioned_by[0]
    named = {row.values[thing] for row in delivery.rows if row.get(thing) is not None}
    return History(subject, _rows_of(journal, subject, thing, named))


def known_enterprises(journal: Journal) -> set[str]:
    """The ids of the enterprises that are in the register."""
    table = read_subjects(journal.directory, ("enterprises",)).tables["enterprises"]
    return set(table.select("enterprise_id").distinct().to_pyarrow()["enterprise_id"].to_pylist())


def fill_rows(journal: Journal, delivery: Delivery) -> None:
    """Give rows what they leave empty and another record states, as far as it was known when they became known."""
    for fill in delivery.layout.fills:
        found = _by_key(journal, fill, delivery)
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


def _by_key(journal: Journal, fill: Fill, delivery: Delivery) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """Records of the other subject by what they have to be equal in, the latest known first."""
    last = fill.on[-1]
    named = {row.values[last] for row in delivery.rows if row.get(last) is not None}
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    rows = _rows_of(journal, fill.subject, last, named)
    for stated in sorted(rows, key=lambda row: row["known_at"], reverse=True):
        found.setdefault(tuple(stated[name] for name in fill.on), []).append(stated)
    return found


def _rows_of(journal: Journal, subject: Subject, column: str, named: Iterable[Any]) -> list[dict[str, Any]]:
    wanted = pa.array(sorted(named), pa.string())
    table = _table(journal, subject)
    return table.filter(pc.is_in(table[column], value_set=wanted)).to_pylist()


def _table(journal: Journal, subject: Subject) -> pa.Table:
    if subject.name in SUBJECTS:
        return read_subjects(journal.directory, (subject.name,)).tables[subject.name].to_pyarrow()
    files = sorted(journal.subject_folder(subject.name).glob("*.parquet"))
    return pa.concat_tables([arrow_table(subject, []), *(pq.read_table(path) for path in files)])
