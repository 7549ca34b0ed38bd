"""The real MLflow with SQLite: what is logged, registered, found again and loaded by alias."""

import io
import pickletools
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from model.saved import load_model
from model.standard import SHIPPED_STANDARDS, read_standards
from records.errors import ModelError
from records.source import records_from_frames
from tests.small_training import BORROWED, NAMES, OWN, POINTS, small_training, with_rows
from training import run, tracking

SECTORS = ["general", OWN, BORROWED, POINTS]

# Importing mlflow.pyfunc warns about type hints of MLflow's own chat models.
pytestmark = pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType:UserWarning")


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MLflow's tables without content: making them takes seconds, so it is done once."""
    root = tmp_path_factory.mktemp("empty")
    with tracking._quiet():
        (root / "mlruns").mkdir()
        _client(root)
    return root / "mlruns" / "mlflow.db"


@pytest.fixture
def root(tmp_path: Path, empty_database: Path) -> Path:
    (tmp_path / "mlruns").mkdir()
    shutil.copy(empty_database, tmp_path / "mlruns")
    return tmp_path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A root in which the small training was run once, and what was printed."""
    root = tmp_path_factory.mktemp("trained") / "new"
    return root, _train(root, small_training())


def _train(root: Path, training) -> str:
    console = Console(file=io.StringIO(), width=200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "fit_models", lambda *_: training)
        run.train(records_from_frames({}), read_standards(SHIPPED_STANDARDS), date(2024, 7, 1), root, console)
    return console.file.getvalue()


def _client(root: Path) -> mlflow.MlflowClient:
    return mlflow.MlflowClient(tracking.tracking_uri(root), tracking.tracking_uri(root))


def _runs(root: Path) -> dict[str, mlflow.entities.Run]:
    client = _client(root)
    found = client.search_runs([client.get_experiment_by_name(tracking.EXPERIMENT).experiment_id])
    return {one.info.run_name: one for one in found}


def test_one_run_per_sector_lies_below_the_training(trained) -> None:
    runs = _runs(trained[0])
    assert sorted(runs) == sorted(["2024-07-01", *SECTORS])
    parent = runs["2024-07-01"].info.run_id
    assert {runs[sector].data.tags["mlflow.parentRunId"] for sector in SECTORS} == {parent}
    assert {one.info.status for one in runs.values()} == {"FINISHED"}


def test_a_run_holds_figures_choice_and_lineage(trained) -> None:
    logged = _runs(trained[0])[OWN].data
    assert logged.params["level"] == "sector"
    assert logged.params["choice"] == "sector booster"
    assert 0.5 < logged.metrics["auc"] < 1
    assert logged.metrics["captured_25"] > 0.25
    assert logged.tags["as_of"] == "2024-07-01"
    assert logged.tags["standard_version"] == small_training().models[OWN].model.standard.version
    assert {"data_hash", "code_version", "check.time_leakage"} <= set(logged.tags)


def test_plots_and_card_are_artefacts(trained) -> None:
    artifacts = trained[0] / "mlruns" / "artifacts" / _runs(trained[0])["general"].info.run_id / "artifacts"
    assert {path.name for path in (artifacts / "plots").iterdir()} == {
        "reliability.png",
        "tiers.png",
        "gains.png",
        "shap.png",
    }
    assert (artifacts / "card.md").read_text(encoding="utf-8").startswith("# 模型卡")


def test_champions_are_saved_models_with_card_and_lineage(trained) -> None:
    found = tracking.champions(trained[0])
    assert sorted(found) == sorted(SECTORS)
    model = load_model(found[OWN])
    assert model.sector == OWN
    assert model.lineage["as_of"] == "2024-07-01"
    assert model.lineage["choice"] == "sector booster"
    assert model.card.startswith("# 模型卡")
    matrix = small_training().examples.values[:5].astype(float)
    assert model.margins(matrix) == pytest.approx(small_training().models[OWN].model.margins(matrix))


def test_a_champion_loads_by_alias_and_finds_columns_by_name(trained) -> None:
    mlflow.set_tracking_uri(tracking.tracking_uri(trained[0]))
    loaded = mlflow.pyfunc.load_model(f"models:/fenji.{OWN}@champion")
    matrix = small_training().examples.values[:5].astype(float)
    table = pd.DataFrame(matrix, columns=NAMES)[list(reversed(NAMES))].assign(unused=1.0)
    answer = loaded.predict(table)
    assert answer["margin"].to_numpy() == pytest.approx(small_training().models[OWN].model.margins(matrix))
    assert set(answer["tier"]) <= {"low", "medium", "medium_high", "high"}
    with pytest.raises(ModelError, match="penalties_count_365d is missing"):
        loaded.predict(table.drop(columns="penalties_count_365d"))


def test_a_point_table_loads_by_alias_and_has_tiers_only(trained) -> None:
    mlflow.set_tracking_uri(tracking.tracking_uri(trained[0]))
    loaded = mlflow.pyfunc.load_model(f"models:/fenji.{POINTS}@champion")
    names = small_training().models[POINTS].model.standard.indicators
    answer = loaded.predict(pd.DataFrame(np.zeros((2, len(names))), columns=names))
    assert answer["margin"].isna().all()
    assert answer["tier"].notna().all()


def test_nothing_is_pickled(trained) -> None:
    files = [path for path in (trained[0] / "mlruns").rglob("*") if path.is_file() and path.name != "mlflow.db"]
    assert files
    assert not [path for path in files if path.suffix in (".pkl", ".pickle", ".joblib", ".skops", ".cloudpickle")]
    assert not [path for path in files if path.suffix != ".png" and _is_pickle(path)]


def _is_pickle(path: Path) -> bool:
    content = path.read_bytes()
    if not content.startswith(b"\x80"):
        return False
    try:
        list(pickletools.genops(content))
    except ValueError:
        return False
    return True


def test_the_summary_names_every_sector_and_its_verdict(trained) -> None:
    printed = trained[1]
    assert all(sector in printed for sector in SECTORS)
    assert "champion v1" in printed
    assert "enough_outcomes" in printed


def test_a_moved_folder_still_has_its_champions_but_takes_no_training(trained, tmp_path: Path) -> None:
    shutil.copytree(trained[0] / "mlruns", tmp_path / "mlruns")
    assert {path.is_relative_to(tmp_path) for path in tracking.champions(tmp_path).values()} == {True}
    with pytest.raises(ModelError, match="writes only where it was made"):
        _train(tmp_path, small_training())


def test_a_training_that_breaks_off_registers_nothing(root: Path) -> None:
    def runs():
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        tracking.log_training(root, "broken", {}, {}, runs())
    assert _runs(root)["broken"].info.status == "FAILED"
    with pytest.raises(ModelError, match="all of them"):
        tracking.champions(root)


def test_a_model_that_fails_a_blocking_check_does_not_replace_the_champion(root: Path) -> None:
    def backwards(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(probability=1 - rows["probability"])

    only_own = replace(small_training(), models={OWN: small_training().models[OWN]})
    _train(root, only_own)
    before = tracking.champions(root)[OWN]
    printed = _train(root, with_rows(only_own, OWN, backwards))
    assert tracking.champions(root)[OWN] == before
    assert "challenger v2" in printed
    assert "lower log-loss than the constant base rate" in printed
    aliases = _client(root).get_registered_model(f"fenji.{OWN}").aliases
    assert {alias: int(version) for alias, version in aliases.items()} == {"champion": 1, "challenger": 2}
    _train(root, only_own)
    assert tracking.champions(root)[OWN] != before


def test_without_a_training_there_are_no_champions(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="run `fenji train` there first"):
        tracking.champions(tmp_path)


def test_a_champion_whose_files_are_gone_is_named(root: Path) -> None:
    _train(root, replace(small_training(), models={POINTS: small_training().models[POINTS]}))
    path = tracking.champions(root)[POINTS]
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(ModelError, match=POINTS):
        tracking.champions(root)
