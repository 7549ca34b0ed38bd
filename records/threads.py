"""How many threads one process may use."""

import os


def allowed_threads() -> int:
    """What OMP_NUM_THREADS says, as for other libraries: two processes on two cores must not take both each.

    Where that says nothing, one thread a processor.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    return int(told) if told.isdecimal() and int(told) else os.cpu_count() or 1
