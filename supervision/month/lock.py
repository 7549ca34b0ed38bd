"""One month is run at a time in a folder of months: the operating system's lock, which a killed run lets go of."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from records.contract import TIMEZONE
from records.errors import BusyError

LOCK_FILE = "lock"


@contextmanager
def only_run(folder: Path, month: str) -> Iterator[None]:
    """Hold the folder's lock; while it is held the file says who does, and afterwards it is empty.

    Raises BusyError, with what the file says, while another run holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK_FILE).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise BusyError(
                f"One run at a time works in {folder}, another does ({_told(file.read())}); wait until it has ended."
            ) from None
        since = datetime.now(ZoneInfo(TIMEZONE)).isoformat(timespec="seconds")
        file.truncate(0)
        file.write(json.dumps({"month": month, "process": os.getpid(), "since": since}))
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _told(text: str) -> str:
    """Who holds it; a run that was just begun has not said so yet."""
    try:
        holder = json.loads(text)
    except ValueError:
        return "just begun"
    return f"{holder['month']} since {holder['since']}, process {holder['process']}"
