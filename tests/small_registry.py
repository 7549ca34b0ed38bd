"""A registry for tests: MLflow's real store, and versions that hold no model but one file."""

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from training.registry import tracking
from training.registry.store import writing
from training.registry.versions import MODEL, SAVED, Registered

REFUSED = ("概率校准误差在允许范围内：The calibration error must be at most 0.020, got 0.210.",)


@cache
def _empty_store() -> Path:
    """MLflow's tables without content: making them takes seconds, so it is done once."""
    root = Path(tempfile.mkdtemp(prefix="fenji-empty-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    with writing(root):
        return root / "mlruns" / "mlflow.db"


def make_store(root: Path) -> Path:
    """An empty store under a folder that has none."""
    (root / "mlruns").mkdir(parents=True)
    shutil.copy(_empty_store(), root / "mlruns")
    return root


def register(root: Path, refusals: Mapping[str, Sequence[str]], by: str = "训练员") -> dict[str, Registered]:
    """One training that gave a version of each sector named, refused with these sentences."""
    with tempfile.TemporaryDirectory() as scratch:
        runs = [_run(Path(scratch), sector, said) for sector, said in refusals.items()]
        return tracking.log_training(root, "training", {}, {}, runs, by)


def _run(scratch: Path, sector: str, refusals: Sequence[str]) -> tracking.SectorRun:
    directory = scratch / sector
    (directory / MODEL / SAVED).mkdir(parents=True)
    (directory / MODEL / SAVED / "manifest.json").write_text("{}", encoding="utf-8")
    return tracking.SectorRun(sector, directory, refusals)
