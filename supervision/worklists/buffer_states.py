"""A buffer before a listing (信用惩戒缓冲, R12) as a state machine: none -> open -> corrected | expired.

An enterprise found away from its registered address, reachable otherwise and without another violation, gets time to
change the address or to file for dormancy. The plan gives no length; Kunming gives seven days.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from records.errors import DataError

State = Literal["none", "open", "corrected", "expired"]
NthWorkingDay = Callable[[date, int], date]
"""The n-th working day after a date."""


@dataclass(frozen=True)
class Buffer:
    """One buffer; `due_on` is exclusive: what is corrected on that day comes too late. Not set: not yet."""

    state: State = "none"
    opened_on: date | None = None
    due_on: date | None = None
    closed_on: date | None = None


NO_BUFFER = Buffer()


def opened(buffer: Buffer, on: date, due_on: date) -> Buffer:
    """none -> open. DataError where one was opened before, or no day would be left to correct anything."""
    _require("opened", buffer, "none")
    if due_on <= on:
        raise DataError(f"A buffer must leave a day to correct, got opened {on}, due {due_on}; set a later end.")
    return Buffer("open", on, due_on)


def corrected(buffer: Buffer, on: date) -> Buffer:
    """open -> corrected, by an address change or dormancy filing on a day from `opened_on` until before `due_on`."""
    opened_on, due_on = _span("corrected", buffer)
    if not opened_on <= on < due_on:
        raise DataError(f"A buffer is corrected from {opened_on} until before {due_on}, got {on}; let it expire.")
    return replace(buffer, state="corrected", closed_on=on)


def expired(buffer: Buffer, on: date) -> Buffer:
    """open -> expired, seen on a day not before `due_on`; it closes on `due_on`, whenever that is seen."""
    _, due_on = _span("expired", buffer)
    if on < due_on:
        raise DataError(f"A buffer expires on {due_on}, got {on}; wait until then.")
    return replace(buffer, state="expired", closed_on=due_on)


def as_seen_on(buffer: Buffer, as_of: date, corrected_on: date | None) -> Buffer:
    """What a buffer has become at 00:00 of `as_of`, given the first correction since it was opened (null: none).

    A correction counts if it happened before both `due_on` and `as_of`; without one the buffer expires when `due_on`
    is reached. Closed buffers, and those never opened, stay as they are.
    """
    if buffer.state != "open":
        return buffer
    opened_on, due_on = _span("looked at", buffer)
    if corrected_on is not None and opened_on <= corrected_on < min(due_on, as_of):
        return corrected(buffer, corrected_on)
    return expired(buffer, as_of) if due_on <= as_of else buffer


def due_on(opened_on: date, length: int, unit: Literal["days", "working_days"], working_day: NthWorkingDay) -> date:
    """The day before which a buffer opened on `opened_on` must be corrected.

    The day of opening is not counted (民法典 Art. 201); the last of `length` days or working days is still in time.
    A last day on a holiday is not moved on (project decision).
    """
    last = opened_on + timedelta(days=length) if unit == "days" else working_day(opened_on, length)
    return last + timedelta(days=1)


def _require(change: str, buffer: Buffer, state: State) -> None:
    if buffer.state != state:
        raise DataError(f"A buffer can be {change} only while its state is {state}, got {buffer.state}; check it.")


def _span(change: str, buffer: Buffer) -> tuple[date, date]:
    _require(change, buffer, "open")
    assert buffer.opened_on is not None
    assert buffer.due_on is not None, "an open buffer has both"
    return buffer.opened_on, buffer.due_on
