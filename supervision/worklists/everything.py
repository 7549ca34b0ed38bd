"""All worklists by name, in the order in which they are told."""

from records.errors import ConfigError
from supervision.worklists import (
    annual_reports,
    buffers,
    cleanup,
    commitments,
    dormancy,
    high_tiers,
    reminders,
    repair,
)
from supervision.worklists.worklist import Worklist

WORKLISTS: dict[str, Worklist] = {
    worklist.name: worklist
    for worklist in (
        annual_reports.DUE,
        reminders.DUE,
        buffers.CANDIDATES,
        buffers.OPENED,
        repair.ELIGIBLE,
        dormancy.CANDIDATES,
        dormancy.ENDINGS,
        cleanup.OUT_OF_REACH,
        cleanup.LONG_IDLE,
        commitments.MAKERS,
        high_tiers.PENDING,
    )
}


NAMES = ", ".join(WORKLISTS)


def worklist_named(name: str) -> Worklist:
    """The list of that name; ConfigError with the names there are for another one."""
    if name not in WORKLISTS:
        raise ConfigError(f"A worklist must be one of {NAMES}, got {name!r}; see fenji worklist --list.")
    return WORKLISTS[name]
