"""Which delivered rows are new, which correct a record, and which say nothing new.

A version counts from its own `known_at`. A delivered row is compared with the version in force at that moment: if it
says the same it is no version at all, so that delivering a file again changes nothing; if it says something else it
becomes a version, but only after all that are there, so that no build at a past date changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.contract import Subject
from records.systems.delivery import Delivery

Values = dict[str, Any]
STATES = ("accepted", "superseded", "unchanged", "quarantined")
"""What becomes of a row: a record that was not there, a version that supersedes one, no version, quarantine."""

_ENDS = {"use_until", "listed_until"}
"""Ends that the rules set where nobody states one."""


@dataclass(frozen=True)
class Placed:
    """What becomes of each row, in the order of the delivery, and the versions to store."""

    states: list[str]
    versions: list[Values]


class History:
    """The versions that are there, of the records that a delivery is about."""

    def __init__(self, subject: Subject, rows: Iterable[Values]) -> None:
        """`rows` are versions of the contract's columns, in any order."""
        self._subject = subject
        self._versions: dict[tuple[Any, ...], list[Values]] = defaultdict(list)
        self._things: dict[Any, list[Values]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: row["known_at"]):
            self.add(row)

    def add(self, row: Values) -> None:
        self._versions[self._key(row)].append(row)
        self._things[self._thing(row)].append(row)

    def in_force(self, row: Values) -> Values | None:
        """The version of the same record that holds when `row` becomes known."""
        earlier = [one for one in self._versions[self._key(row)] if one["known_at"] <= row["known_at"]]
        return earlier[-1] if earlier else None

    def known_later(self, row: Values) -> bool:
        """Whether a version of the same record became known at the same time or later."""
        return any(one["known_at"] >= row["known_at"] for one in self._versions[self._key(row)])

    def base(self, row: Values) -> Values | None:
        """What a row is laid over: the version in force, or the enterprise's entry that holds just before it."""
        found = self.in_force(row)
        if found is not None or self._subject.is_event:
            return found
        earlier = [one for one in self._things[self._thing(row)] if one["known_at"] <= row["known_at"]]
        return max(earlier, key=lambda one: (one["valid_from"] <= row["valid_from"], one["valid_from"]), default=None)

    def has(self, row: Values) -> bool:
        """Whether anything is known of the record, or of the enterprise."""
        return bool(self._things[self._thing(row)])

    def _key(self, row: Values) -> tuple[Any, ...]:
        return tuple(row[name] for name in self._subject.versioned_by)

    def _thing(self, row: Values) -> Any:
        return row[self._subject.versioned_by[0]]


def place_rows(
    delivery: Delivery, history: History, closed: datetime | None, settled: frozenset[int] = frozenset()
) -> Placed:
    """Decide what becomes of every row.

    `history` gets the new versions as they are decided. New versions known before `closed`, the latest date of the
    deliveries so far, are refused (None: nothing is closed). Rows whose numbers are `settled` say nothing new.
    """
    rows = delivery.rows
    _refuse_contradictions(delivery, history)
    is_open = [not row.faults and number not in settled for row, number in zip(rows, delivery.numbers, strict=True)]
    states = ["quarantined" if row.faults else "unchanged" for row in rows]
    versions: list[Values] = []
    order = sorted(
        (position for position, is_placed in enumerate(is_open) if is_placed),
        key=lambda position: rows[position].values["known_at"],
    )
    for position in order:
        row = rows[position]
        was_there = history.has(row.values)
        if row.earlier is not None:
            versions += _placed_before(delivery, row.earlier, history, closed)
        values = _laid_over(delivery, row.values, history.base(row.values))
        current = history.in_force(values)
        if current is not None and _says_the_same(current, values):
            states[position] = "unchanged"
        elif history.known_later(values) or (closed is not None and values["known_at"] < closed):
            reason = "known_before_version" if history.known_later(values) else "past_is_closed"
            row.refuse(reason, "known_at", values["known_at"])
            states[position] = "quarantined"
        else:
            states[position] = "superseded" if was_there else "accepted"
            history.add(values)
            versions.append(values)
    return Placed(states, versions)


def _placed_before(delivery: Delivery, earlier: Values, history: History, closed: datetime | None) -> list[Values]:
    """The version that was known before that of the row, where it is new and changes nothing that is there."""
    values = _laid_over(delivery, earlier, history.base(earlier))
    current = history.in_force(values)
    is_known = current is not None and _says_the_same(current, values)
    if is_known or history.known_later(values) or (closed is not None and values["known_at"] < closed):
        return []
    history.add(values)
    return [values]


def _laid_over(delivery: Delivery, row: Values, base: Values | None) -> Values:
    """The whole version: what the delivery gives, and of the rest what was there.

    An end that was set earlier than the rules would set it (a repair, say) stays, as long as the delivery neither
    states another nor corrects what the end follows from.
    """
    under: Mapping[str, Any] = base or {}
    values = {
        column.name: _value(
            row.get(column.name) if column.name in delivery.given else under.get(column.name), column.type
        )
        for column in delivery.layout.subject.columns
    }
    if base is not None and all(values[name] == base[name] for name in delivery.stated & base.keys()):
        for name in _ENDS & delivery.given - delivery.stated:
            if base.get(name) is not None:
                values[name] = min(base[name], values[name] or base[name])
    return values


def _value(value: Any, kind: str) -> Any:
    return list(value or []) if kind == "list" else value


def _says_the_same(one: Values, other: Values) -> bool:
    return all(one[name] == value for name, value in other.items() if name != "known_at")


def _refuse_contradictions(delivery: Delivery, history: History) -> None:
    """Rows of one record, known at one time, that differ: nobody can say which of them is right."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for position, row in enumerate(delivery.rows):
        if not row.faults:
            groups[tuple(row.get(name) for name in delivery.layout.subject.key)].append(position)
    for positions in groups.values():
        if len(positions) == 1:
            continue
        rows = [delivery.rows[position].values for position in positions]
        whole = [_laid_over(delivery, values, history.base(values)) for values in rows]
        if any(values != whole[0] for values in whole):
            for position in positions:
                row = delivery.rows[position]
                row.refuse("contradiction", "", _named(delivery.layout.subject.key, row.values))


def _named(key: Sequence[str], values: Values) -> str:
    return "/".join(str(values[name]) for name in key)
