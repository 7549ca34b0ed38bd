"""Write a list extract: which entries of both lists were known and in force at an as-of date."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pyarrow as pa

from features.visible import visible_rows
from records.errors import ConfigError
from records.list_purposes import KINDS
from records.list_rules import list_ends_on
from records.source import Records
from serving.digests import SHORT, digests_below, write_json
from serving.id_column import id_bytes
from serving.lists.entry import EndsBy, Entry
from serving.lists.extract import ENTRIES_FILE, EXTRACT_FILE

_REASONS: tuple[EndsBy, ...] = get_args(EndsBy)
_SCHEMA = pa.schema(
    {
        "enterprise_id": pa.string(),
        "record_id": pa.string(),
        "kind": pa.string(),
        "cause": pa.string(),
        "decision_no": pa.string(),
        "listed_on": pa.date32(),
        "ends_on": pa.date32(),
        "ends_by": pa.string(),
        "responsible": pa.string(),
    }
)


def write_extract(records: Records, as_of: date, folder: Path, today: date) -> Path:
    """Extract the lists at 00:00 of `as_of` (Asia/Shanghai) into `folder`/<as-of date>-<digest>, and return that.

    An entry is in it if it was known and had begun before `as_of` and was then neither removed, withdrawn, repaired nor
    ended by its term; the rules of the list give the term where the record has none. The same lists give the same
    directory, which is then left as it is.

    Raises ConfigError for a date after `today`: what ends in between would be missing.
    """
    if as_of > today:
        raise ConfigError(f"Lists are extracted as of today ({today}) or earlier, got {as_of}; give such a date.")
    visible = visible_rows(records, as_of, ("enterprises", "listings", "repairs"))
    register = visible["enterprises"].column("enterprise_id").to_pylist()
    entries = sorted(entries_of(visible["listings"].to_pylist(), visible["repairs"].to_pylist(), as_of), key=_order)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as temporary:
        building = Path(temporary) / "extract"
        building.mkdir()
        digest = _write(building, as_of, register, entries)
        directory = folder / f"{as_of}-{digest[:SHORT]}"
        try:
            building.rename(directory)
        except OSError:
            # Whoever was first, now or long ago, wrote the same content under this name.
            if not directory.is_dir():
                raise
    return directory


def entries_of(
    listings: Iterable[Mapping[str, Any]], repairs: Iterable[Mapping[str, Any]], as_of: date
) -> Iterator[Entry]:
    """The entries in force at `as_of`, each with the first day on which it no longer is, as far as that is known.

    Both tables hold rows that count at `as_of` (`features.visible`): a repair that has taken effect by
    then has already taken its listing out of them.
    """
    repaired: dict[tuple[str, str], date] = {}
    for repair in repairs:
        if repair["target_subject"] == "listings" and repair["decision"] == "granted" and repair["effective_on"]:
            key = repair["enterprise_id"], repair["target_record_id"]
            repaired[key] = min(repair["effective_on"], repaired.get(key, date.max))
    for row in listings:
        ends_on, ends_by = _end(row, repaired.get((row["enterprise_id"], row["record_id"])))
        if ends_on is None or ends_on > as_of:
            yield Entry(
                enterprise_id=row["enterprise_id"],
                record_id=row["record_id"],
                kind=row["kind"],
                cause=row["cause"],
                decision_no=row["decision_no"],
                listed_on=row["occurred_on"],
                ends_on=ends_on,
                ends_by=ends_by,
                responsible=row["responsible"],
            )


def _end(row: Mapping[str, Any], repaired_on: date | None) -> tuple[date | None, EndsBy | None]:
    """The earliest of all known ends, and what brings it; the record's own term goes before that of the rules."""
    has_term = row["listed_until"] is not None
    days: dict[EndsBy, date | None] = {
        "removal": row["removed_on"],
        "listed_until": row["listed_until"],
        "list_rules": None if has_term else list_ends_on(row["kind"], row["occurred_on"]),
        "repair": repaired_on,
        "use_until": row["use_until"],
        "withdrawal": row["withdrawn_at"],
    }
    known = [(day, _REASONS.index(reason)) for reason, day in days.items() if day is not None]
    if not known:
        return None, None
    day, reason = min(known)
    return day, _REASONS[reason]


def _order(entry: Entry) -> tuple[bytes, str, date, str]:
    return entry.enterprise_id.encode(), entry.kind, entry.listed_on, entry.record_id


def _write(building: Path, as_of: date, register: Sequence[str], entries: Sequence[Entry]) -> str:
    """Write the files of an extract and return its digest."""
    listed, first = np.unique(id_bytes([entry.enterprise_id for entry in entries]), return_index=True)
    columns = {
        "register": np.sort(id_bytes(register)),
        "listed": listed,
        "first_entry": np.append(first, len(entries)).astype(np.int64),
    }
    for name, values in columns.items():
        np.save(building / f"{name}.npy", values)
    table = pa.Table.from_pylist([asdict(entry) for entry in entries], schema=_SCHEMA)
    with pa.ipc.new_file(building / ENTRIES_FILE, _SCHEMA) as file:
        file.write_table(table)
    kinds = [entry.kind for entry in entries]
    counts = {"register": len(register)} | {kind: kinds.count(kind) for kind in KINDS}
    content = {"as_of": as_of.isoformat(), "counts": counts, "files": digests_below(building)}
    return write_json(building / EXTRACT_FILE, content)
