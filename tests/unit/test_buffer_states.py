"""The states of a buffer: each transition, at each of its borders."""

from datetime import date

import pytest

from records.calendar import working_days_after
from records.errors import DataError
from supervision.worklists.buffer_states import NO_BUFFER, Buffer, as_seen_on, corrected, due_on, expired, opened

OPENED, DUE = date(2024, 6, 10), date(2024, 6, 18)
BUFFER = Buffer("open", OPENED, DUE)


def june(day: int) -> date:
    return date(2024, 6, day)


def test_a_buffer_is_opened_once() -> None:
    assert opened(NO_BUFFER, OPENED, DUE) == BUFFER
    with pytest.raises(DataError, match="opened only while its state is none, got open"):
        opened(BUFFER, OPENED, DUE)


def test_a_buffer_must_leave_a_day_to_correct() -> None:
    assert opened(NO_BUFFER, OPENED, june(11)).due_on == june(11)
    with pytest.raises(DataError, match="must leave a day"):
        opened(NO_BUFFER, OPENED, OPENED)


@pytest.mark.parametrize("day", [10, 11, 17])
def test_it_is_corrected_from_the_day_of_opening_until_before_its_end(day: int) -> None:
    assert corrected(BUFFER, june(day)) == Buffer("corrected", OPENED, DUE, june(day))


@pytest.mark.parametrize("day", [9, 18, 19])
def test_it_is_not_corrected_before_it_opens_or_from_its_end_on(day: int) -> None:
    with pytest.raises(DataError, match="from 2024-06-10 until before 2024-06-18"):
        corrected(BUFFER, june(day))


def test_it_expires_on_its_end_and_not_before() -> None:
    with pytest.raises(DataError, match="expires on 2024-06-18, got 2024-06-17"):
        expired(BUFFER, june(17))
    assert expired(BUFFER, june(18)) == expired(BUFFER, june(30)) == Buffer("expired", OPENED, DUE, DUE)


@pytest.mark.parametrize("state", ["none", "corrected", "expired"])
def test_only_an_open_buffer_is_corrected_or_expires(state: str) -> None:
    buffer = Buffer(state, OPENED, DUE)
    with pytest.raises(DataError, match=f"corrected only while its state is open, got {state}"):
        corrected(buffer, june(12))
    with pytest.raises(DataError, match=f"expired only while its state is open, got {state}"):
        expired(buffer, june(20))
    assert as_seen_on(buffer, june(20), june(12)) == buffer


@pytest.mark.parametrize(
    ("as_of", "correction", "state"),
    [
        (june(17), None, "open"),
        (june(18), None, "expired"),
        (june(12), june(12), "open"),
        (june(13), june(12), "corrected"),
        (june(18), june(17), "corrected"),
        (june(30), june(17), "corrected"),
        (june(19), june(18), "expired"),
        (june(30), june(9), "expired"),
    ],
)
def test_what_it_is_at_midnight_rests_on_what_happened_before(as_of: date, correction: date | None, state: str) -> None:
    assert as_seen_on(BUFFER, as_of, correction).state == state


def test_the_day_of_opening_is_not_counted_and_the_last_day_is_in_time() -> None:
    assert due_on(OPENED, 7, "days", working_days_after) == DUE
    assert corrected(opened(NO_BUFFER, OPENED, DUE), june(17)).state == "corrected"


def test_working_days_leave_out_holidays() -> None:
    # 29 and 30 April 2024 and 6 to 8 May are worked; 1 to 5 May are not.
    assert due_on(date(2024, 4, 28), 3, "working_days", working_days_after) == date(2024, 5, 7)
    assert due_on(date(2024, 4, 28), 3, "days", working_days_after) == date(2024, 5, 2)
