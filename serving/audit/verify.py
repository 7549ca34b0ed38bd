"""Is anything of the audit log changed, removed, exchanged or put in? The main chain and the workers' logs at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from records.errors import ConfigError
from serving.audit.chain import Fault, Head
from serving.audit.log_reading import check_log_file, logs_in
from serving.database.audit import AuditStore

MAIN = "main"
"""What the main chain is called where a fault is told."""


@dataclass(frozen=True)
class Verified:
    """The end of the main chain, the logs that were read, every fault by chain, and logs whose last line is torn."""

    head: Head
    logs: int
    faults: tuple[tuple[str, Fault], ...]
    torn: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed."""
        return not self.faults


def verify(store: AuditStore, folder: Path, known: Head | None = None) -> Verified:
    """Check the main chain, every log in `folder`, and that each holds what the other says of it.

    `known` is a head that was written down at an earlier check: it must be there still.
    """
    anchors = store.anchors()
    faults: list[tuple[str, Fault]] = []
    named: list[Head] = [] if known is None else [known]
    torn = []
    logs = logs_in(folder)
    for path in logs:
        found = check_log_file(path, anchors.get(path.name, {}))
        faults += [(path.name, fault) for fault in found.faults]
        named += found.named
        if found.is_torn:
            torn.append(path.name)
    faults += _missing_logs(anchors, {path.name for path in logs})
    # After the logs: an entry that one of them names is there by then.
    faults += [(MAIN, fault) for fault in store.faults(named)]
    return Verified(store.head(), len(logs), tuple(faults), tuple(torn))


def head_of(text: str) -> Head:
    """A head as `fenji audit verify` prints it; ConfigError for anything else."""
    head = Head.read(text)
    if head.number < 0 or len(head.digest) != 64:
        raise ConfigError(f"A head is NUMBER:DIGEST, as `fenji audit verify` prints it, got {text[:80]!r}; copy one.")
    return head


def _missing_logs(anchors: Mapping[str, Mapping[int, str]], there: set[str]) -> list[tuple[str, Fault]]:
    return [
        (name, Fault(1, f"the log was removed, it had at least {max(lines)} lines"))
        for name, lines in sorted(anchors.items())
        if name not in there
    ]
