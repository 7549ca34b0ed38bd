"""One fact that two systems tell of: a listing that both the publicity system and the platform know is one listing.

Records of different systems have different ids, so both would count. The one that came first is kept: a row that says
the same says nothing new, and one that says something else is quarantined, since nobody here can say who is right.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from records.systems.declaration import Row
from records.systems.delivery import Delivery
from records.systems.versions import History, Values

_OWN = ("record_id", "source", "known_at", "producer", "provider", "responsible", "use_until")
"""Columns in which two systems may differ about one fact."""


def settle_elsewhere(delivery: Delivery, history: History, others: Iterable[Values]) -> frozenset[int]:
    """The rows, by number, that say of a fact what another system's record says; those that differ are refused.

    `others` are versions of the subject's records that did not come under this layout.
    """
    same_as = delivery.layout.same_as
    found = _by_fact(others, same_as)
    settled = set()
    for number, row in zip(delivery.numbers, delivery.rows, strict=True):
        if row.faults or not found or history.has(row.values):
            continue
        known = _in_force(found.get(_fact(row.values, same_as), ()), row)
        if any(_agrees(row, one, delivery.stated) for one in known):
            row.flag("known_elsewhere", "record_id")
            settled.add(number)
        elif known:
            row.refuse("contradicts_elsewhere", "", known[0]["record_id"])
    return frozenset(settled)


def _by_fact(others: Iterable[Values], same_as: Sequence[str]) -> dict[tuple[Any, ...], list[Values]]:
    found: dict[tuple[Any, ...], list[Values]] = defaultdict(list)
    for one in sorted(others, key=lambda one: one["known_at"]):
        if all(one[name] is not None for name in same_as):
            found[_fact(one, same_as)].append(one)
    return found


def _fact(values: Values, same_as: Sequence[str]) -> tuple[Any, ...]:
    return tuple(values.get(name) for name in same_as)


def _in_force(versions: Iterable[Values], row: Row) -> list[Values]:
    """The latest version of each record that was known when the row became known, unless it was withdrawn."""
    latest = {one["record_id"]: one for one in versions if one["known_at"] <= row.values["known_at"]}
    return [one for one in latest.values() if one["withdrawn_at"] is None]


def _agrees(row: Row, one: Values, stated: frozenset[str]) -> bool:
    """Whether the other record says the same of all that the row says itself."""
    told = [name for name in stated & one.keys() if name not in _OWN and row.get(name) is not None]
    return all(row.values[name] == one[name] for name in told)
