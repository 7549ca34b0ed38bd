"""Where MLflow keeps things: `mlflow.db` (SQLite) and `artifacts/` under `mlruns/` of a root folder."""

import fcntl
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A bureau's training must not call home; MLflow reads this when it is imported.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

from mlflow import MlflowClient as Client

from records.errors import ModelError

EXPERIMENT = "fenji"


@contextmanager
def reading(root: Path) -> Iterator[Client]:
    """A client of a store that is there. Raises ModelError if nothing was ever trained under `root`."""
    _refuse_missing(root)
    with quiet():
        yield open_store(root)


@contextmanager
def changing(root: Path) -> Iterator[Client]:
    """As `writing`, in a store that is there; raises ModelError if nothing was ever trained under `root`."""
    _refuse_missing(root)
    with writing(root) as client:
        yield client


@contextmanager
def writing(root: Path) -> Iterator[Client]:
    """A client that makes the store where there is none, and that no other process writes the registry beside.

    The lock is the operating system's: whoever holds it and is killed lets go of it.
    """
    folder = _folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock, quiet():
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield open_store(root)


def experiment_of(client: Client, root: Path) -> str:
    """The experiment's id. MLflow keeps its address for good, so a store that was moved can be read, not written."""
    artifacts = str(_folder(root) / "artifacts")
    known = client.get_experiment_by_name(EXPERIMENT)
    if known is None:
        return client.create_experiment(EXPERIMENT, artifact_location=artifacts)
    if known.artifact_location != artifacts:
        raise ModelError(
            f"An MLflow store writes only where it was made, in {known.artifact_location}, not in {artifacts}; "
            "move it back, or train in a folder without mlruns."
        )
    return known.experiment_id


def has_store(root: Path) -> bool:
    """Whether anything was ever trained under `root`."""
    return _database(root).is_file()


def tracking_uri(root: Path) -> str:
    """The address to give to `mlflow.set_tracking_uri` and `mlflow ui --backend-store-uri`."""
    return f"sqlite:///{_database(root)}"


def artifacts_of(root: Path, run_id: str) -> Path:
    """A run's artefacts, wherever the root lies now."""
    return _folder(root) / "artifacts" / run_id / "artifacts"


def open_store(root: Path) -> Client:
    """A client of the tracking store and the registry, which are one database."""
    return Client(tracking_uri(root), tracking_uri(root))


def _refuse_missing(root: Path) -> None:
    if not has_store(root):
        raise ModelError(f"There are no registered models in {root}; run `fenji train` there first.")


def _folder(root: Path) -> Path:
    return root.resolve() / "mlruns"


def _database(root: Path) -> Path:
    return _folder(root) / "mlflow.db"


@contextmanager
def quiet() -> Iterator[None]:
    """Without MLflow's and Alembic's notes on how they make a new database, and one warning about MLflow's own code."""
    loggers = [logging.getLogger(name) for name in ("mlflow", "alembic")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            # MLflow 3.17 maps its tables with an option that SQLAlchemy 2.1 means to remove.
            warnings.filterwarnings("ignore", message="The ``noload`` loader strategy is deprecated")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
