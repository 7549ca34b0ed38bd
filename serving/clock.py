"""The moment of a request, as the bureau's clocks show it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from records.contract import TIMEZONE


def now() -> datetime:
    """This moment in Asia/Shanghai, with its zone; its date is the day that decides what still counts."""
    return datetime.now(ZoneInfo(TIMEZONE))
