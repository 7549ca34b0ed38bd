"""Run a month in a process of its own that is killed again and again, always where it was told to, until it ends.

Run as a program; the arguments are a folder that has `records`, `release` and `deliveries`, and the places of KILLS at
which to die, if any. Each run is a fork of one process that has imported everything: starting anew would take seconds.
"""

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import fenji
from features.build import build_frame
from records.check import check_records
from records.source import read_records

AS_OF = date(2024, 7, 1)
MONTH = ("month", "records", "--as-of", str(AS_OF), "--release", "release", "--deliveries", "deliveries")
WRITTEN_DOWN = "supervision.month.run:write_protocol"

MIDDLES = {
    "import": "records.systems.journal:Journal._publish",  # in the journal, not yet among the records
    "check": "pandas:DataFrame.to_csv",  # the quarantine is written, not yet the rest
    "build": "supervision.month.steps:write_population",
    "score": "serving.scoring.workspace:_store",  # the comparison tables are made, not yet named
    "watch": "supervision.watch.remembered:Remembered.remember",
    "report": "supervision.report.monthly:write_workbook",  # the page is written
    "release": "serving.current:write_current_alerts",  # the snapshot is in service, without what monitoring said
}
"""By step, the function just before whose call a run is killed in the middle of it."""
KILLS = {
    **{f"{step}, {when}": place for step, middle in MIDDLES.items()
       for when, place in (("in the middle", middle), ("done and not written down", WRITTEN_DOWN))},
    "before the summary": "supervision.month.run:write_summary",
}  # fmt: skip
"""Where each run in turn is killed; what it finds is what the one before left."""


def run(*arguments: str) -> int:
    """The exit code of a run of the command in this process."""
    sys.argv = ["fenji", *arguments]
    try:
        fenji.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def killed_before(place: str) -> None:
    """Have this process killed before it calls a function; of a month's protocol the first writing is let pass."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    holder: Any = importlib.import_module(module)
    for owner in owners:
        holder = getattr(holder, owner)
    function, left = getattr(holder, name), [1 if place == WRITTEN_DOWN else 0]

    def die(*arguments: Any, **options: Any) -> Any:
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return function(*arguments, **options)

    setattr(holder, name, die)


def forked(work: Callable[[], int]) -> int:
    """What came of a run in a process of its own: its exit code, or minus the signal that killed it."""
    child = os.fork()
    if not child:
        code = 70
        try:
            code = work()
        finally:
            sys.stdout.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(kills: list[str]) -> None:
    """Write the exit code of each run into `codes.json`: of those that are killed, then of the one that ends."""
    # What the engine's questions compile to is kept by a process, and so by its forks. Nothing of LightGBM may run
    # before a fork: its threads would be missing afterwards.
    build_frame(check_records(read_records("records")).accepted, AS_OF)
    codes = []
    for kill in kills:

        def killed(place: str = KILLS[kill]) -> int:
            killed_before(place)
            return run(*MONTH)

        codes.append(forked(killed))
    codes.append(forked(lambda: run(*MONTH)))
    Path("codes.json").write_text(json.dumps(codes), encoding="utf-8")


if __name__ == "__main__":
    os.chdir(Path(sys.argv[1]))
    main(sys.argv[2:])
