"""A saved model gives the same bits again, notices every changed file, and loads on its own."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.booster import BoosterBag, fit_bag
from model.saved import MANIFEST, Component, SavedModel, load_model
from model.scorecard import Scorecard, ScorecardRow
from records.errors import ModelError
from tests.small_training import DIRECTIONS, NAMES, OWN, POINTS, small_training

CARD = Scorecard(-1.0, (ScorecardRow(NAMES[1], (1.0, 3.0), (-0.2, 0.1, 0.7), -0.05, 0.01),))


def mixed() -> SavedModel:
    """Trees and a scorecard, half and half."""
    trees = small_training().models[OWN].model
    (bag,) = trees.components
    return replace(trees, components=(Component(0.5, bag.part), Component(0.5, CARD)), card="# 模型卡\n")


def matrix() -> np.ndarray:
    """The training's rows with some nulls everywhere."""
    values = small_training().examples.values[:200].astype(float)
    values[::9, 1] = np.nan
    return values


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    mixed().save(tmp_path / "model")
    return tmp_path / "model"


def test_a_loaded_model_answers_with_the_same_bits(saved: Path) -> None:
    before, after = mixed(), load_model(saved)
    assert after.margins(matrix()).tobytes() == before.margins(matrix()).tobytes()
    (start, added), (again, added_again) = before.contributions(matrix()), after.contributions(matrix())
    assert (again, added_again.tobytes()) == (start, added.tobytes())
    assert after.calibration == before.calibration
    assert after.standard == before.standard
    assert (after.indicators, after.level, after.card) == (before.indicators, before.level, before.card)


def test_a_model_saved_again_after_loading_has_the_same_digest(saved: Path, tmp_path: Path) -> None:
    digest = load_model(saved).save(tmp_path / "again")
    assert digest == mixed().save(tmp_path / "fresh")


def test_another_model_has_another_digest(tmp_path: Path) -> None:
    other = replace(mixed(), card="# 另一张\n")
    assert other.save(tmp_path / "other") != mixed().save(tmp_path / "one")


def test_a_model_is_never_written_over_another(saved: Path) -> None:
    with pytest.raises(FileExistsError, match="model"):
        mixed().save(saved)


FILES = ["booster_0_00.txt", "booster_0_01.txt", "card.md", "model.json", "scorecard_1.json", "standard.json"]


def test_the_manifest_lists_every_other_file(saved: Path) -> None:
    assert sorted(json.loads((saved / MANIFEST).read_text(encoding="utf-8"))) == FILES
    assert sorted(path.name for path in saved.iterdir()) == sorted([*FILES, MANIFEST])


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(saved: Path, name: str) -> None:
    path = saved / name
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(ModelError, match=rf"must match its manifest, .*{name} differs; release the model again"):
        load_model(saved)


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_missing_file_is_refused(saved: Path, name: str) -> None:
    (saved / name).unlink()
    with pytest.raises(ModelError, match=rf"{name} is missing; release the model again"):
        load_model(saved)


def test_every_file_is_text(saved: Path) -> None:
    assert {path.suffix for path in saved.iterdir()} == {".txt", ".json", ".md"}
    for path in saved.iterdir():
        assert "\x00" not in path.read_text(encoding="utf-8")


def test_a_model_loads_and_answers_without_mlflow_shap_and_training(saved: Path) -> None:
    program = f"""
import sys
import numpy as np
from pathlib import Path
from model.saved import load_model
model = load_model(Path({str(saved)!r}))
model.margins(np.zeros((1, {len(NAMES)})))
model.contributions(np.zeros((1, {len(NAMES)})))
imported = {{name.split(".")[0] for name in sys.modules}}
print(sorted(imported & {{"mlflow", "shap", "matplotlib", "training"}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


@pytest.mark.parametrize("columns", [0, len(NAMES) - 1, len(NAMES) + 1])
def test_a_matrix_of_another_width_is_refused(columns: int) -> None:
    with pytest.raises(ModelError, match=rf"must have the 3 columns .*'{OWN}', got shape \(2, {columns}\)"):
        mixed().margins(np.zeros((2, columns)))
    with pytest.raises(ModelError, match="must have the 3 columns"):
        mixed().contributions(np.zeros((2, columns)))


def test_one_row_without_its_second_dimension_is_refused() -> None:
    with pytest.raises(ModelError, match=r"got shape \(3,\)"):
        mixed().margins(np.zeros(3))


def test_contributions_sum_to_the_margin() -> None:
    baseline, added = mixed().contributions(matrix())
    np.testing.assert_allclose(baseline + added.sum(axis=1), mixed().margins(matrix()), atol=1e-6)


def test_the_calibration_scales_contributions_and_shifts_the_baseline() -> None:
    calibration = mixed().calibration
    assert calibration is not None
    bare = replace(mixed(), calibration=replace(calibration, slope=1.0, offset=0.0))
    (start, added), (raw_start, raw) = mixed().contributions(matrix()), bare.contributions(matrix())
    np.testing.assert_allclose(added, calibration.slope * raw)
    assert start == pytest.approx(calibration.slope * raw_start + calibration.offset)


def test_a_point_table_has_no_margins_but_is_saved_all_the_same(tmp_path: Path) -> None:
    model = small_training().models[POINTS].model
    model.save(tmp_path / "points")
    assert load_model(tmp_path / "points") == model
    with pytest.raises(ModelError, match=rf"'{POINTS}' is a point table and has no margins; ask for its tier"):
        model.margins(np.zeros((1, 0)))


def test_the_margin_of_a_bag_is_the_mean_of_its_boosters() -> None:
    (component,) = small_training().models[OWN].model.components
    bag = component.part
    assert isinstance(bag, BoosterBag)
    alone = [BoosterBag((booster,)).margins(matrix(), NAMES) for booster in bag.boosters]
    np.testing.assert_allclose(bag.margins(matrix(), NAMES), np.mean(alone, axis=0))


def small_bag(**changes: object) -> BoosterBag:
    examples = small_training().examples
    options = {
        "directions": DIRECTIONS,
        "parameters": {"num_leaves": 4, "min_data_in_leaf": 20, "num_threads": 1},
        "rounds": 5,
        "seeds": (1, 2),
    }
    outcome = examples.keys["outcome"].to_numpy()
    return fit_bag(examples.values.astype(float), outcome, np.ones(len(outcome)), **{**options, **changes})


def test_the_same_seeds_give_the_same_trees() -> None:
    assert small_bag().to_texts() == small_bag().to_texts()


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_threads_share_the_seeds_and_give_the_same_trees_in_the_same_order(threads: int) -> None:
    seeds = (1, 2, 3, 4, 5)
    assert small_bag(seeds=seeds, threads=threads).to_texts() == small_bag(seeds=seeds).to_texts()


def test_more_of_what_raises_the_risk_never_lowers_a_bags_margin() -> None:
    values = np.tile([3000.0, 0.0, 1.0], (15, 1))
    values[:, 1] = np.arange(15)
    assert (np.diff(small_bag(rounds=40).margins(values, NAMES)) >= 0).all()


def test_trees_that_start_from_a_margin_add_only_what_it_lacks() -> None:
    examples = small_training().examples
    known = small_bag(rounds=60).margins(examples.values.astype(float), NAMES)
    added = small_bag(rounds=60, offset=known).margins(examples.values.astype(float), NAMES)
    assert added.std() < 0.5 * known.std()
