"""Dates as systems write them: read right where there is one reading, refused where there are two."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.systems.values.cell import Broken, Read, Unreadable
from records.systems.values.dates import EXCEL_EPOCH, read_date, read_end_date, read_timestamp

MAY_DAY = date(2023, 5, 1)
DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("cell", "flags"),
    [
        ("2023-05-01", ()),
        ("2023-5-1", ()),
        ("2023/5/1", ("slash_date",)),
        ("2023.05.01", ("slash_date",)),
        ("20230501", ("compact_date",)),
        (20230501, ("compact_date",)),
        ("2023年5月1日", ("chinese_date",)),
        ("２０２３－０５－０１", ("full_width",)),
        ("２０２３年５月１日", ("full_width", "chinese_date")),
        (" 2023-05-01 ", ()),
        ("2023-05-01 00:00:00", ()),
        ("2023-05-01T00:00:00", ()),
        ("2023-05-01 10:30", ("time_dropped",)),
        (45047, ("serial_date",)),
        (45047.0, ("serial_date",)),
        ("45047", ("serial_date",)),
        (45047.4375, ("serial_date", "time_dropped")),
        (1682870400000, ("epoch_date",)),
        ({"time": 1682870400000}, ("epoch_date",)),
        (MAY_DAY, ()),
        (datetime(2023, 5, 1, 8, 30), ("time_dropped",)),  # noqa: DTZ001 - as a spreadsheet gives it
        ("2023-04-30T16:00:00Z", ("zone_converted",)),
    ],
)
def test_the_first_of_may_however_it_is_written(cell: object, flags: tuple[str, ...]) -> None:
    assert read_date(cell) == Read(MAY_DAY, flags)


@pytest.mark.parametrize("cell", ["5/6/2023", "05-06-2023", "1.2.2023"])
def test_a_day_and_a_month_that_could_change_places_are_refused(cell: str) -> None:
    with pytest.raises(Unreadable, match="ambiguous_date"):
        read_date(cell)


@pytest.mark.parametrize(
    ("cell", "day"),
    [("25/12/2023", date(2023, 12, 25)), ("12/25/2023", date(2023, 12, 25)), ("5/5/2023", date(2023, 5, 5))],
)
def test_a_year_at_the_end_is_read_where_only_one_order_is_a_day(cell: str, day: date) -> None:
    assert read_date(cell) == Read(day, ("year_last_date",))


@pytest.mark.parametrize(
    "cell",
    [
        *("2023-02-30", "2023-13-01", "20230230", "2023年5月", "2023-05", "2023", "23-5-1", "5/1/23", "yesterday"),
        *("123", "99999", "17000", "31/31/2023", "2023-05-01 25:00", "2023-05-01 10:61", 3.5, 10**18),
    ],
)
def test_what_is_no_day_is_refused(cell: object) -> None:
    with pytest.raises(Unreadable, match="unreadable_date"):
        read_date(cell)


@pytest.mark.parametrize(("cell", "reason"), [(True, "unexpected_type"), ([], "unexpected_type")])
def test_what_is_of_another_type_is_refused(cell: object, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read_date(cell)


def test_a_cell_that_its_file_could_not_give_says_so() -> None:
    with pytest.raises(Unreadable, match="excel_error"):
        read_date(Broken("excel_error", "#VALUE!"))


@pytest.mark.parametrize("cell", ["", None, "  ", "-", "无", "NULL", "N/A", float("nan")])
def test_nothing_is_null(cell: object) -> None:
    assert read_date(cell).value is None


@pytest.mark.parametrize("cell", ["长期", "永久", "9999-12-31", "9999/12/31", date(9999, 12, 31)])
def test_something_without_an_end_has_no_end_date(cell: object) -> None:
    assert read_end_date(cell) == Read(None, ("open_ended",))


def test_the_first_day_of_a_workbook_of_1904_is_another_one() -> None:
    assert read_date(45047 - 1462, date(1904, 1, 1)).value == MAY_DAY


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2023-05-01 10:30:15", datetime(2023, 5, 1, 10, 30, 15)),  # noqa: DTZ001
        ("2023/5/1 9:05", datetime(2023, 5, 1, 9, 5)),  # noqa: DTZ001
        ("20230501103015", datetime(2023, 5, 1, 10, 30, 15)),  # noqa: DTZ001
        ("2023-05-01T10:30:15.25", datetime(2023, 5, 1, 10, 30, 15, 250_000)),  # noqa: DTZ001
        ("2023-05-01T02:30:15Z", datetime(2023, 5, 1, 10, 30, 15)),  # noqa: DTZ001
        ("2023-05-01 10:30:15+08:00", datetime(2023, 5, 1, 10, 30, 15)),  # noqa: DTZ001
        (datetime(2023, 5, 1, 2, 30, 15, tzinfo=UTC), datetime(2023, 5, 1, 10, 30, 15)),  # noqa: DTZ001
        (45047.4376736111, datetime(2023, 5, 1, 10, 30, 15)),  # noqa: DTZ001
    ],
)
def test_a_moment_is_local_time(cell: object, moment: datetime) -> None:
    assert read_timestamp(cell).value == moment


@given(DAYS)
def test_every_way_to_write_a_day_gives_that_day(day: date) -> None:
    written = [
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        (day - EXCEL_EPOCH).days,
        day,
        datetime.combine(day, datetime.min.time()),
    ]
    assert [read_date(cell).value for cell in written] == [day] * len(written)


@given(DAYS)
def test_a_year_at_the_end_is_never_read_as_another_day(day: date) -> None:
    is_ambiguous = day.day <= 12 and day.day != day.month
    for text in (f"{day.day}/{day.month}/{day.year}", f"{day.month}/{day.day}/{day.year}"):
        if is_ambiguous:
            with pytest.raises(Unreadable, match="ambiguous_date"):
                read_date(text)
        else:
            assert read_date(text).value == day


@given(st.datetimes(datetime(1992, 1, 1), datetime(2099, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001 - no summer time
def test_a_moment_of_another_zone_is_moved_to_ours(moment: datetime, hours: int) -> None:
    there = moment.replace(microsecond=0) - timedelta(hours=8 - hours)
    assert read_timestamp(f"{there.isoformat()}{hours:+03d}:00").value == moment.replace(microsecond=0)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.text())))
def test_any_cell_is_read_or_refused_and_nothing_else_happens(cell: object) -> None:
    for reader in (read_date, read_end_date, read_timestamp):
        try:
            read = reader(cell)
        except Unreadable:
            continue
        assert read.value is None or isinstance(read.value, date)
