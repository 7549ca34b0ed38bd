"""The district that all notebooks look at: simulated once, and trained on once with what was known a year ago.

What is made lies under var/notebooks, in a folder named by the code that made it: changed code makes its own.
"""

import fcntl
import hashlib
import shutil
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

from rich.console import Console

from model.standard import SHIPPED_STANDARDS, read_standards
from records.check import load_records
from simulation.district import simulate

LAST_YEAR, TODAY = date(2024, 1, 1), date(2025, 1, 1)
"""Two as-of dates: what the first was told, the year up to the second has judged."""
ENTERPRISES, YEARS, SEED = 2_000, 6, 1
CODE = ("records", "features", "model", "training", "simulation", "sectors")

PROJECT = Path(__file__).resolve().parents[1]
PLACE = PROJECT / "var" / "notebooks"

# MLflow's own progress bars, which we do not use, would ask for widgets when it is imported.
warnings.filterwarnings("ignore", message="IProgress not found")


def district() -> Path:
    """The folder of the district's records; the truth lies beside it."""
    folder = _home()
    _once(folder, "simulated", lambda: simulate(folder / "records", ENTERPRISES, YEARS, SEED, progress=False))
    return folder / "records"


def trained_district() -> Path:
    """The folder whose mlruns/ holds what was trained a year ago, at LAST_YEAR."""
    # MLflow takes seconds to import, and most notebooks do without.
    from training.run import train

    records, folder = district(), _home()
    standards = read_standards(SHIPPED_STANDARDS)
    _once(folder, "trained", lambda: train(load_records(records), standards, LAST_YEAR, folder, Console(quiet=True)))
    return folder


def plain_console() -> Console:
    """A console that writes text into a cell, without the widgets that a terminal's progress bars would ask for."""
    return Console(force_jupyter=False, force_terminal=False, width=120)


def _home() -> Path:
    digest = hashlib.sha256()
    sources = [path for name in CODE for path in (PROJECT / name).rglob("*") if path.suffix in (".py", ".toml")]
    for path in sorted([*sources, Path(__file__).resolve()]):
        digest.update(path.relative_to(PROJECT).as_posix().encode() + path.read_bytes())
    return PLACE / digest.hexdigest()[:12]


def _once(folder: Path, step: str, make: Callable[[], object]) -> None:
    """Make what is missing; whoever asks while it is being made waits. What older code made is thrown away."""
    if (folder / step).exists():
        # Another step may be being made, for which nobody who wants this one need wait.
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    with (PLACE / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / step).exists():
            for old in [path for path in PLACE.iterdir() if path.is_dir() and path != folder]:
                shutil.rmtree(old)
            folder.mkdir(exist_ok=True)
            make()
            (folder / step).touch()
