"""What MLflow keeps of a training: one run with one below it per sector, and a version of each sector's model.

A registered version is our saved directory beside an `MLmodel` file that names the module which loads it, so nothing
is ever pickled.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from platform import python_version

from mlflow.entities import Metric, Param
from mlflow.models import Model
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID, MLFLOW_RUN_NOTE

from training.registry.store import Client, experiment_of, open_store, quiet, writing
from training.registry.versions import MODEL, SAVED, Registered, add_version, settle

_LOADER = "training.registry.logged_model"
_IN_TRAINING = ("auc", "log_loss", "calibration_error", "low_tier_rate")
"""The figures of every sector that the training's own run repeats, so that two trainings can be compared."""

Figures = Mapping[str, float | int | None]


@dataclass(frozen=True)
class SectorRun:
    """What is kept of one sector: `directory` holds card, tables and plots, and the saved model in `model/saved`.

    `refusals` is what its failed blocking checks said, empty where it may answer. Metrics that are null are left out.
    """

    sector: str
    directory: Path
    refusals: Sequence[str] = ()
    note: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    metrics: Figures = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


def saved_directory(run_directory: Path) -> Path:
    """Where a sector's saved model belongs inside the directory that is going to be logged."""
    return run_directory / MODEL / SAVED


def log_training(
    root: Path, name: str, tags: Mapping[str, str], parameters: Mapping[str, object], runs: Iterable[SectorRun], by: str
) -> dict[str, Registered]:
    """Log one training and register its models; returns what the registry then holds of them, by sector.

    `tags` (data hash, code version ...) go on every run, `parameters` (the recipe) on the training's own. `runs` may
    be made one by one while they are logged. `by` is who trains.
    Every model is registered. A sector's first that no blocking check refused becomes champion at once; any other
    waits as challenger. A training that is broken off leaves the registry as it was (`training.registry.versions`).
    """
    with writing(root) as client:
        experiment = experiment_of(client, root)
    with quiet():
        client = open_store(root)
        with _running(client, experiment, name, {**tags, "kind": "training"}) as (training, _):
            client.log_batch(training, params=_parameters(parameters))
            logged = [(run, *_log_sector(client, experiment, training, tags, run)) for run in runs]
            client.log_batch(training, metrics=_metrics(_compared([run for run, *_ in logged])))
            known = _register(root, training, logged, by)
    return {run.sector: known[run.sector] for run, *_ in logged}


def _register(
    root: Path, training: str, logged: Sequence[tuple[SectorRun, str, str]], by: str
) -> dict[str, Registered]:
    with writing(root) as client:
        settle(client)
        for run, run_id, source in logged:
            add_version(client, run.sector, run_id, source, training, run.refusals, by, run.tags)
        # From here on the versions count: before, a killed training leaves nothing, after, settling finishes it.
        client.set_terminated(training)
        return settle(client)


def _log_sector(
    client: Client, experiment: str, training: str, tags: Mapping[str, str], run: SectorRun
) -> tuple[str, str]:
    """Log one sector's run; returns its id and the address of the model in it."""
    own_tags = {**tags, **run.tags, "kind": "sector", "sector": run.sector}
    own_tags |= {MLFLOW_PARENT_RUN_ID: training, MLFLOW_RUN_NOTE: run.note}
    with _running(client, experiment, run.sector, own_tags) as (run_id, artifacts):
        client.log_batch(run_id, metrics=_metrics(run.metrics), params=_parameters(run.parameters))
        _write_mlmodel(run.directory / MODEL, run_id)
        client.log_artifacts(run_id, str(run.directory))
    return run_id, f"{artifacts}/{MODEL}"


@contextmanager
def _running(client: Client, experiment: str, name: str, tags: dict[str, str]) -> Iterator[tuple[str, str]]:
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
    described.add_flavor("python_function", loader_module=_LOADER, data=SAVED, python_version=python_version())
    described.save(str(directory / "MLmodel"))


def _compared(runs: Sequence[SectorRun]) -> dict[str, float | int | None]:
    """The training's own figures: how many models there are and may answer, and every sector's main figures."""
    accepted = sum(not run.refusals for run in runs)
    figures = {f"{name}.{run.sector}": run.metrics.get(name) for run in runs for name in _IN_TRAINING}
    return {"sectors": len(runs), "accepted": accepted, **figures}


def _metrics(values: Figures) -> list[Metric]:
    now = int(time.time() * 1000)
    return [Metric(key, float(value), now, 0) for key, value in values.items() if value is not None]


def _parameters(values: Mapping[str, object], prefix: str = "") -> list[Param]:
    """One parameter per value; a mapping is one per entry, so that two trainings differ only where the recipe does."""
    found: list[Param] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            found += _parameters(value, f"{prefix}{key}.")
        else:
            found.append(Param(prefix + key, str(value)))
    return found
