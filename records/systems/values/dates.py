"""Days and moments, however a system writes them; what could mean two days is refused."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from records.contract import TIMEZONE
from records.systems.values.cell import Cell, Read, Unreadable, half_width, machine_text

EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's serial numbers, as they count after February 1900."""
FIRST_SERIAL, LAST_SERIAL = 18_264, 73_415
"""1950-01-01 to 2100-12-31: a five-digit number outside is no day that a record can have (project decision)."""

OPEN_ENDS = frozenset({"长期", "永久", "长期有效", "永续", "无固定期限", "9999-12-31", "9999-09-09", "2099-12-31"})
"""How systems write that something has no end."""

_ZONE = ZoneInfo(TIMEZONE)
_CLOCK = r"(?:[ T]*(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?P<zone> ?(?:Z|[+-]\d{2}:?\d{2}|[+-]\d{2}))?)?"
_FORMS = tuple(
    (re.compile(pattern + _CLOCK), flag)
    for pattern, flag in (
        (r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})", ""),
        (r"(?P<y>\d{4})[/.](?P<m>\d{1,2})[/.](?P<d>\d{1,2})", "slash_date"),
        (r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?", "chinese_date"),
        (r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", "compact_date"),
    )
)
_COMPACT_MOMENT = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})" + _CLOCK)
_MILLISECONDS = re.compile(r"\d{12,13}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")


def read_date(cell: Cell, epoch: date = EXCEL_EPOCH) -> Read:
    """The day that a cell names; a time of day is dropped, with the flag `time_dropped`.

    >>> read_date("2023/5/1")
    Read(value=datetime.date(2023, 5, 1), flags=('slash_date',))
    >>> read_date(45047)
    Read(value=datetime.date(2023, 5, 1), flags=('serial_date',))

    Raises
    ------
    Unreadable
        `ambiguous_date` for 5/6/2023, which is a day in May or in June; `unreadable_date` for anything else
        that is no day.
    """
    read = read_timestamp(cell, epoch)
    if read.value is None:
        return read
    day = read.value.date()
    return Read(day, read.flags if read.value.time() == time() else (*read.flags, "time_dropped"))


def read_end_date(cell: Cell, epoch: date = EXCEL_EPOCH) -> Read:
    """As `read_date`, for the end of something: `长期` and the like are null, with the flag `open_ended`."""
    if isinstance(cell, str) and half_width(cell).strip().replace("/", "-") in OPEN_ENDS:
        return Read(None, ("open_ended",))
    if isinstance(cell, date) and cell.year == 9999:
        return Read(None, ("open_ended",))
    return read_date(cell, epoch)


def read_timestamp(cell: Cell, epoch: date = EXCEL_EPOCH) -> Read:
    """The moment that a cell names, as naive Asia/Shanghai time; a day without a time is its 00:00."""
    if isinstance(cell, datetime):
        return Read(cell) if cell.tzinfo is None else Read(_local(cell), ("zone_converted",))
    if isinstance(cell, date):
        return Read(_midnight(cell))
    if isinstance(cell, dict) and isinstance(cell.get("time"), int):
        cell = cell["time"]  # how Java writes a moment as JSON
    text = machine_text(cell)
    if text.value is None:
        return text
    value, flags = _moment(text.value, epoch)
    return Read(value, (*text.flags, *flags))


def _moment(text: str, epoch: date) -> tuple[datetime, tuple[str, ...]]:
    for pattern, flag in _FORMS:
        if found := pattern.fullmatch(text):
            day = _day(int(found["y"]), int(found["m"]), int(found["d"]))
            return _with_clock(day, found, (flag,) if flag else ())
    if found := _COMPACT_MOMENT.fullmatch(text):
        return _clocked(_moment(found[1], epoch)[0], ":".join(found.groups()[1:])), ("compact_date",)
    if _SERIAL.fullmatch(text):
        return _serial(float(text), epoch), ("serial_date",)
    if _MILLISECONDS.fullmatch(text):
        return _local(datetime.fromtimestamp(int(text) / 1000, _ZONE)), ("epoch_date",)
    if found := _YEAR_LAST.fullmatch(text):
        return _with_clock(_year_last(*map(int, found.groups()[:3])), found, ("year_last_date",))
    raise Unreadable("unreadable_date")


def _year_last(first: int, second: int, year: int) -> date:
    """Day and month in either order, if only one order is a day."""
    days = set(_possible_days(year, (first, second), (second, first)))
    if len(days) > 1:
        raise Unreadable("ambiguous_date")
    if not days:
        raise Unreadable("unreadable_date")
    return days.pop()


def _possible_days(year: int, *orders: tuple[int, int]) -> Iterator[date]:
    for month, day in orders:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise Unreadable("unreadable_date") from error


def _with_clock(day: date, found: re.Match[str], flags: tuple[str, ...]) -> tuple[datetime, tuple[str, ...]]:
    moment = _clocked(_midnight(day), found["clock"])
    if not found["zone"]:
        return moment, flags
    try:
        zoned = datetime.fromisoformat(f"{moment.isoformat()}{found['zone'].strip()}")
    except ValueError as error:
        raise Unreadable("unreadable_date") from error
    return _local(zoned), (*flags, "zone_converted")


def _clocked(midnight: datetime, clock: str | None) -> datetime:
    if clock is None:
        return midnight
    hour, minute, *rest = clock.split(":")
    whole, _, fraction = (rest[0] if rest else "0").partition(".")
    try:
        at = time(int(hour), int(minute), int(whole), int(fraction[:6].ljust(6, "0")) if fraction else 0)
    except ValueError as error:
        raise Unreadable("unreadable_date") from error
    return datetime.combine(midnight.date(), at)


def _serial(number: float, epoch: date) -> datetime:
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise Unreadable("unreadable_date")
    moment = _midnight(epoch) + timedelta(days=number)
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(_ZONE).replace(tzinfo=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
