"""How many threads one process may use."""

import os


def told_threads() -> int | None:
    """What OMP_NUM_THREADS says, as for other libraries: two processes on two cores must not take both each.

    Null where it says nothing, or nothing that is a number of threads.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) or None if told.isdecimal() else None


def allowed_threads() -> int:
    """What the environment says, else one thread a processor."""
    return told_threads() or os.cpu_count() or 1
