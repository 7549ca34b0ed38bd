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
from rich.cells import cell_len
from rich.console import Console

from model.saved import load_model
from model.standard import SHIPPED_STANDARDS, read_standards
from records.errors import ModelError
from records.source import records_from_frames
from tests.small_registry import make_store
from tests.small_training import BORROWED, NAMES, OWN, POINTS, small_training, with_rows
from training import run
from training.registry import store as mlflow_store
from training.registry import tracking
from training.registry.versions import champions

SECTORS = ["general", OWN, BORROWED, POINTS]

# Importing mlflow.pyfunc warns about type hints of MLflow's own chat models.
pytestmark = pytest.mark.filterwarnings("ignore:.*Any type hint is inferred as AnyType:UserWarning")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_store(tmp_path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A root in which the small training was run once, and what was printed."""
    root = tmp_path_factory.mktemp("trained") / "new"
    return root, _train(root, small_training(), width=120)


def _train(root: Path, training, width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "fit_models", lambda *_: training)
        run.train(records_from_frames({}), read_standards(SHIPPED_STANDARDS), date(2024, 7, 1), root, console)
    return console.file.getvalue()


def _client(root: Path) -> mlflow.MlflowClient:
    return mlflow.MlflowClient(mlflow_store.tracking_uri(root), mlflow_store.tracking_uri(root))


def _runs(root: Path) -> dict[str, mlflow.entities.Run]:
    client = _client(root)
    found = client.search_runs([client.get_experiment_by_name(mlflow_store.EXPERIMENT).experiment_id])
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
    assert "<html" in (artifacts / "card.html").read_text(encoding="utf-8")


def test_champions_are_saved_models_with_card_and_lineage(trained) -> None:
    found = champions(trained[0])
    assert sorted(found) == sorted(SECTORS)
    model = load_model(found[OWN])
    assert model.sector == OWN
    assert model.lineage["as_of"] == "2024-07-01"
    assert model.lineage["choice"] == "sector booster"
    assert model.card.startswith("# 模型卡")
    matrix = small_training().examples.values[:5].astype(float)
    assert model.margins(matrix) == pytest.approx(small_training().models[OWN].model.margins(matrix))


def test_a_champion_loads_by_alias_and_finds_columns_by_name(trained) -> None:
    mlflow.set_tracking_uri(mlflow_store.tracking_uri(trained[0]))
    loaded = mlflow.pyfunc.load_model(f"models:/fenji.{OWN}@champion")
    matrix = small_training().examples.values[:5].astype(float)
    table = pd.DataFrame(matrix, columns=NAMES)[list(reversed(NAMES))].assign(unused=1.0)
    answer = loaded.predict(table)
    assert answer["margin"].to_numpy() == pytest.approx(small_training().models[OWN].model.margins(matrix))
    assert set(answer["tier"]) <= {"low", "medium", "medium_high", "high"}
    with pytest.raises(ModelError, match="penalties_count_365d is missing"):
        loaded.predict(table.drop(columns="penalties_count_365d"))


def test_a_point_table_loads_by_alias_and_has_tiers_only(trained) -> None:
    mlflow.set_tracking_uri(mlflow_store.tracking_uri(trained[0]))
    loaded = mlflow.pyfunc.load_model(f"models:/fenji.{POINTS}@champion")
    names = small_training().models[POINTS].model.standard.rule_indicators
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
    assert printed.count("现任 v1") == len(SECTORS)
    assert "enough_outcomes" in printed
    assert "average" in printed
    # The runner-up of the invented gate is its best candidate, 0.01 better with an error of 0.02: within the rule.
    assert "-0.0100 ± 0.0200" in printed


def test_the_summary_fits_into_120_columns(trained) -> None:
    lines = trained[1].splitlines()
    head = next(number for number, line in enumerate(lines) if "──" in line)
    rows = [line for line in lines[head:] if line.startswith(tuple(SECTORS))]
    assert len(rows) == len(SECTORS)
    assert all("现任 v1" in row for row in rows)
    assert max(cell_len(line) for line in lines) <= 120


def test_the_training_repeats_every_sectors_main_figures_so_that_two_can_be_compared(trained) -> None:
    runs = _runs(trained[0])
    logged = runs["2024-07-01"].data
    assert logged.tags["kind"] == "training"
    assert logged.metrics["sectors"] == logged.metrics["accepted"] == 4
    for name in ("auc", "log_loss", "calibration_error", "low_tier_rate"):
        assert logged.metrics[f"{name}.{OWN}"] == runs[OWN].data.metrics[name]
    assert float(logged.params["booster.learning_rate"]) > 0


def test_a_sectors_run_has_its_tiers_calibration_and_runner_up_as_figures(trained) -> None:
    metrics = _runs(trained[0])[OWN].data.metrics
    assert metrics["n.low"] + metrics["n.medium"] + metrics["n.medium_high"] + metrics["n.high"] == metrics["n"]
    assert metrics["low_tier_rate"] == metrics["design.low"]
    assert metrics["calibration_slope"] == small_training().models[OWN].model.calibration.slope
    assert (metrics["runner_up_difference"], metrics["runner_up_standard_error"]) == (pytest.approx(-0.01), 0.02)


def test_what_failed_is_the_note_of_a_run_and_a_version(trained) -> None:
    note = _runs(trained[0])[OWN].data.tags["mlflow.note.content"]
    assert "可学习的问题结果足够：A model needs at least" in note
    version = _client(trained[0]).get_model_version(f"fenji.{OWN}", "1")
    assert "It passed every blocking check" in version.description
    assert version.tags["check.time_leakage"] == "passed"


def test_a_moved_folder_still_has_its_champions_but_takes_no_training(trained, tmp_path: Path) -> None:
    shutil.copytree(trained[0] / "mlruns", tmp_path / "mlruns")
    assert {path.is_relative_to(tmp_path) for path in champions(tmp_path).values()} == {True}
    with pytest.raises(ModelError, match="writes only where it was made"):
        _train(tmp_path, small_training())


def test_a_training_that_breaks_off_registers_nothing(root: Path) -> None:
    def runs():
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        tracking.log_training(root, "broken", {}, {}, runs(), "root")
    assert _runs(root)["broken"].info.status == "FAILED"
    with pytest.raises(ModelError, match="all of them"):
        champions(root)


def test_a_later_version_waits_and_one_that_fails_a_blocking_check_is_refused_in_a_sentence(root: Path) -> None:
    def backwards(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(probability=1 - rows["probability"])

    only_own = replace(small_training(), models={OWN: small_training().models[OWN]})
    _train(root, only_own)
    before = champions(root)[OWN]
    printed = _train(root, with_rows(only_own, OWN, backwards))
    assert "拒绝 v2" in printed
    assert "阻止 blocking food_operation: 不劣于固定问题率。 A model must not be worse than the constant" in printed
    assert "待晋升 v3" in _train(root, _answering_by_itself(only_own))
    assert champions(root)[OWN] == before
    aliases = _client(root).get_registered_model(f"fenji.{OWN}").aliases
    assert {alias: int(version) for alias, version in aliases.items()} == {"champion": 1, "challenger": 3}
    refusals = _client(root).get_model_version(f"fenji.{OWN}", "2").tags["refusals"]
    assert "不劣于固定问题率：A model must not be worse" in refusals


def _answering_by_itself(training):
    """The training with its own model's margins, as a champion trained alike gives them, instead of invented ones."""
    matrix = training.examples.values[training.examples.of(OWN)].astype(float)
    margins = training.models[OWN].model.margins(matrix)
    return with_rows(training, OWN, lambda rows: rows.assign(margin=margins))


def test_a_later_training_is_compared_with_the_champion(root: Path) -> None:
    only_own = replace(small_training(), models={OWN: small_training().models[OWN]})
    _train(root, only_own)
    training = with_rows(only_own, OWN, lambda rows: rows.assign(margin=rows["margin"] + 3))
    printed = _train(root, training)
    assert "风险等级稳定。 The stability index of the tiers against the champion of 2024-07-01" in printed


def test_a_general_model_without_a_champion_is_said_with_what_helps(root: Path) -> None:
    def backwards(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(probability=1 - rows["probability"])

    only_general = replace(small_training(), models={"general": small_training().models["general"]})
    printed = _train(root, with_rows(only_general, "general", backwards))
    assert "通用模型没有现任版本" in printed
    assert "`fenji release` will stop" in printed


def test_without_a_training_there_are_no_champions(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="run `fenji train` there first"):
        champions(tmp_path)


def test_a_champion_whose_files_are_gone_is_named(root: Path) -> None:
    _train(root, replace(small_training(), models={POINTS: small_training().models[POINTS]}))
    path = champions(root)[POINTS]
    path.rename(path.with_name("elsewhere"))
    with pytest.raises(ModelError, match=POINTS):
        champions(root)
