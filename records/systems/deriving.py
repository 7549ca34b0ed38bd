"""What follows from the rows of a delivery: derived columns, the record's id, what was known before it ended."""

from typing import Any

from records.systems.declaration import Layout, Row, System, Terms
from records.systems.delivery import Delivery, moment_of
from records.systems.values.cell import half_width, squeezed


def derive_rows(delivery: Delivery, terms: Terms) -> None:
    """Work out what follows from each row, name its record, and say what was known of it before it ended."""
    for row in delivery.rows:
        if row.is_broken:
            continue
        for derivation in delivery.derivations:
            empty = [column for column in derivation.columns if column in delivery.stated and row.get(column) is None]
            derivation.derive(row, terms)
            for column in empty:
                if row.get(column) is not None:
                    row.flag("derived", column)
        if "record_id" in delivery.layout.subject.column_names:
            _identify(row, delivery.system, delivery.layout)
        if terms.is_history and not row.faults:
            is_entry = not delivery.layout.subject.is_event
            row.earlier = _since_its_founding(row) if is_entry else _before_it_ended(row, delivery.layout)


def _since_its_founding(row: Row) -> dict[str, Any] | None:
    """The entry of an enterprise from its founding to the approval that the row tells of (project decision).

    The register gives the last approval alone. Without this, whoever was struck off would never have been there, and a
    model would learn from survivors. What else changed since is not known: the entry has the other values of the row.
    """
    founded_on, valid_from = row.get("established_on"), row.get("valid_from")
    if founded_on is None or valid_from is None or founded_on >= valid_from:
        return None
    row.flag("since_founding", "valid_from")
    return {**row.values, "valid_from": founded_on, "known_at": moment_of(founded_on), "state": "active"}


def _before_it_ended(row: Row, layout: Layout) -> dict[str, Any] | None:
    """The version of a record of old that was known before its end was; null where nothing has ended."""
    ended_on = row.get(layout.ends[0]) if layout.ends else None
    begun = [row.values[name] for name in layout.stamps if name not in layout.ends and row.get(name) is not None]
    if ended_on is None or not begun or moment_of(ended_on) != row.values["known_at"]:
        return None
    earlier = {**row.values, **dict.fromkeys(layout.ends), "known_at": max(map(moment_of, begun))}
    return earlier if earlier["known_at"] < row.values["known_at"] else None


def _identify(row: Row, system: System, layout: Layout) -> None:
    missing = [column for column in layout.identity if not column.endswith("?") and row.get(column) is None]
    for column in missing:
        if not row.is_faulty_in(column):
            row.refuse("no_identity", column)
    values = [row.get(column.removesuffix("?")) for column in layout.identity]
    parts = "|".join("" if value is None else squeezed(half_width(str(value))) for value in values)
    # A row without its identity is refused above; the contract's own rules need not say so again.
    row.values["record_id"] = f"{system.id}:{layout.id}:{parts}"
