"""What MLflow keeps: one run per training with one below it per sector, and the registry. The one home of MLflow.

Everything lies under `mlruns/` of a root folder: `mlflow.db` (SQLite) and `artifacts/`. A registered version is our
saved directory beside an `MLmodel` file that names the module which loads it, so nothing is ever pickled.
"""

import fcntl
import logging
import os
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from platform import python_version
from typing import Literal

# A bureau's training must not call home; MLflow reads this when it is imported.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, ErrorCode
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from records.errors import ModelError

EXPERIMENT = "fenji"
Alias = Literal["champion", "challenger"]
CHAMPION: Alias = "champion"
CHALLENGER: Alias = "challenger"

_PREFIX = "fenji."
_MODEL, _SAVED = "model", "saved"
"""Inside a run's artefacts: `model/MLmodel` and the saved model in `model/saved/`."""
_LOADER = "training.logged_model"


@dataclass(frozen=True)
class SectorRun:
    """What is kept of one sector: `directory` holds card, tables and plots, and the saved model in `model/saved`.

    `is_accepted` says that no blocking check failed. Metrics that are null are left out.
    """

    sector: str
    directory: Path
    is_accepted: bool
    parameters: Mapping[str, object] = field(default_factory=dict)
    metrics: Mapping[str, float | int | None] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Registered:
    """A version in the registry: `fenji.<sector>`, its number, and the alias that it got."""

    name: str
    version: str
    alias: Alias


def saved_directory(run_directory: Path) -> Path:
    """Where a sector's saved model belongs inside the directory that is going to be logged."""
    return run_directory / _MODEL / _SAVED


def log_training(
    root: Path, name: str, tags: Mapping[str, str], parameters: Mapping[str, object], runs: Iterable[SectorRun]
) -> dict[str, Registered]:
    """Log one training and register its models; returns what was registered, by sector.

    `tags` (data hash, code version ...) go on every run, `parameters` (the recipe) on the training's own. `runs` may
    be made one by one while they are logged.
    A model whose blocking checks passed becomes champion; any other becomes challenger.
    """
    with _quiet():
        client, experiment = _open_for_writing(root)
        with _running(client, experiment, name, dict(tags)) as (parent, _):
            client.log_batch(parent, params=_parameters(parameters))
            logged = [(run, *_log_sector(client, experiment, parent, tags, run)) for run in runs]
            # Only now: a training that breaks off in the middle leaves the registry as it was.
            done = {run.sector: _register(client, run, run_id, source) for run, run_id, source in logged}
            accepted = sum(run.is_accepted for run, *_ in logged)
            client.log_batch(parent, metrics=_metrics({"sectors": len(logged), "accepted": accepted}))
    return done


def champions(root: Path) -> dict[str, Path]:
    """The saved directory of every sector's champion, by sector.

    Raises ModelError if nothing was ever registered here or an artefact has gone.
    """
    if not _database(root).is_file():
        raise ModelError(f"There are no registered models in {root}; run `fenji train` there first.")
    with _quiet():
        client, found = _open(root), {}
        for registered in client.search_registered_models(filter_string=f"name LIKE '{_PREFIX}%'", max_results=1000):
            if CHAMPION in registered.aliases:
                version = client.get_model_version(registered.name, registered.aliases[CHAMPION])
                # By the run's id, not by the stored address: a folder that was moved still holds its models.
                found[registered.name.removeprefix(_PREFIX)] = _artifacts(root, str(version.run_id)) / _MODEL / _SAVED
    gone = [f"{sector} ({path})" for sector, path in found.items() if not path.is_dir()]
    if gone or not found:
        raise ModelError(
            f"Every champion must have its saved model, missing: {', '.join(gone) or 'all of them'}; train again."
        )
    return dict(sorted(found.items()))


def tracking_uri(root: Path) -> str:
    """The address to give to `mlflow.set_tracking_uri` and `mlflow ui --backend-store-uri`."""
    return f"sqlite:///{_database(root)}"


def _log_sector(
    client: MlflowClient, experiment: str, parent: str, tags: Mapping[str, str], run: SectorRun
) -> tuple[str, str]:
    """Log one sector's run; returns its id and the address of the model in it."""
    own_tags = {**tags, **run.tags, "sector": run.sector, MLFLOW_PARENT_RUN_ID: parent}
    with _running(client, experiment, run.sector, own_tags) as (run_id, artifacts):
        client.log_batch(run_id, metrics=_metrics(run.metrics), params=_parameters(run.parameters))
        _write_mlmodel(run.directory / _MODEL, run_id)
        client.log_artifacts(run_id, str(run.directory))
    return run_id, f"{artifacts}/{_MODEL}"


@contextmanager
def _running(client: MlflowClient, experiment: str, name: str, tags: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A run's id and its artefacts' address; it ends as FAILED if anything is raised inside."""
    info = client.create_run(experiment, run_name=name, tags=tags).info
    try:
        yield info.run_id, info.artifact_uri
    except BaseException:
        client.set_terminated(info.run_id, "FAILED")
        raise
    client.set_terminated(info.run_id)


def _write_mlmodel(directory: Path, run_id: str) -> None:
    described = Model(run_id=run_id)
    described.add_flavor("python_function", loader_module=_LOADER, data=_SAVED, python_version=python_version())
    described.save(str(directory / "MLmodel"))


def _register(client: MlflowClient, run: SectorRun, run_id: str, source: str) -> Registered:
    name = _PREFIX + run.sector
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != ErrorCode.Name(RESOURCE_ALREADY_EXISTS):
            raise
    # A model that failed a blocking check never answers, not even as the first of its sector.
    alias: Alias = CHAMPION if run.is_accepted else CHALLENGER
    tags = {"accepted": str(run.is_accepted).lower(), **run.tags}
    version = str(client.create_model_version(name, source, run_id, tags=tags).version)
    client.set_registered_model_alias(name, alias, version)
    return Registered(name, version, alias)


def _open_for_writing(root: Path) -> tuple[MlflowClient, str]:
    """The store and the experiment's id, made where there are none; one process at a time, as making them races."""
    folder = _folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        client = _open(root)
        return client, _experiment(client, str(folder / "artifacts"))


def _open(root: Path) -> MlflowClient:
    return MlflowClient(tracking_uri(root), tracking_uri(root))


def _experiment(client: MlflowClient, artifacts: str) -> str:
    """The experiment's id. MLflow keeps its address for good, so a store that was moved can be read, not written."""
    known = client.get_experiment_by_name(EXPERIMENT)
    if known is None:
        return client.create_experiment(EXPERIMENT, artifact_location=artifacts)
    if known.artifact_location != artifacts:
        raise ModelError(
            f"An MLflow store writes only where it was made, in {known.artifact_location}, not in {artifacts}; "
            "move it back, or train in a folder without mlruns."
        )
    return known.experiment_id


def _folder(root: Path) -> Path:
    return root.resolve() / "mlruns"


def _database(root: Path) -> Path:
    return _folder(root) / "mlflow.db"


def _artifacts(root: Path, run_id: str) -> Path:
    return _folder(root) / "artifacts" / run_id / "artifacts"


def _metrics(values: Mapping[str, float | int | None]) -> list[Metric]:
    now = int(time.time() * 1000)
    return [Metric(key, float(value), now, 0) for key, value in values.items() if value is not None]


def _parameters(values: Mapping[str, object]) -> list[Param]:
    return [Param(key, str(value)) for key, value in values.items()]


@contextmanager
def _quiet() -> Iterator[None]:
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
