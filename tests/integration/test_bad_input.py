"""Records that teach little or nothing: a clear sentence, or a documented fallback (docs/bad_input.md) to the end.

Standards that cannot be read (cuts out of order, one sector id twice) are in tests/unit/test_standard.py.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import fenji
from benchmarks.tables import write_tables
from model.calibration import probability_of
from records.source import Records, read_records, records_from_frames
from simulation.district import simulate
from tests.small_district import AS_OF, short_recipe, small_district
from training import examples as examples_module
from training import fit
from training.checks.everything import run_checks
from training.fit import FEWEST_PROBLEMS, fit_models
from training.fitted import Training
from training.run import train
from training.selection import selection_of

CLEAN, GUILTY, ONCE, AIMED = "food_operation", "product_quality", "cosmetics", "price"
"""Sectors of the spoilt district: never a problem, always one, a single inspection, targeted inspections only."""
FEWER_SNAPSHOTS = 3


def spoilt() -> Records:
    """The small district, four of whose sectors say next to nothing."""
    tables = dict(small_district().tables)
    inspections = tables["inspections"].copy()
    sector, is_rated = inspections["sector"], inspections["severity"].isin(["none", "minor", "general", "serious"])
    inspections.loc[(sector == CLEAN) & is_rated, "severity"] = "none"
    inspections.loc[(sector == GUILTY) & is_rated, "severity"] = "serious"
    only = inspections.loc[(sector == ONCE) & is_rated, "record_id"].iloc[0]
    is_aimed = inspections["basis"].isin(["complaint", "directed"])
    kept = ((sector != ONCE) | (inspections["record_id"] == only)) & ((sector != AIMED) | is_aimed)
    return records_from_frames({**tables, "inspections": inspections[kept].reset_index(drop=True)})


@cache
def training() -> Training:
    """The models of the spoilt district: gate, scorecard, booster, calibration."""
    with short_recipe() as patch:
        patch.setattr(examples_module, "SNAPSHOTS", FEWER_SNAPSHOTS)
        return fit_models(spoilt(), small_district().standards, AS_OF)


def test_a_district_with_spoilt_sectors_is_trained_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks, pictures, cards and the registry meet every spoilt sector."""
    monkeypatch.setattr("training.run.fit_models", lambda *_: training())
    told = StringIO()
    train(spoilt(), small_district().standards, AS_OF, tmp_path, Console(file=told, width=200))
    assert set(training().models) == {"general", *small_district().standards}
    assert [sector for sector in (CLEAN, GUILTY, ONCE, AIMED) if sector not in told.getvalue()] == []


@pytest.mark.parametrize("sector", [CLEAN, GUILTY, ONCE, AIMED])
def test_naive_and_corrected_figures_of_a_spoilt_sector_are_told_or_null(sector: str) -> None:
    fitted = training().models[sector]
    table = selection_of(fitted)
    assert table["naive"].notna().any() == bool(len(fitted.recent))
    if sector == AIMED:
        assert table["corrected"].isna().all()


@pytest.mark.parametrize("sector", [CLEAN, GUILTY, ONCE])
def test_a_sector_with_one_kind_of_outcome_or_none_has_the_general_model(sector: str) -> None:
    fitted = training().models[sector]
    assert fitted.model.level == "general"
    assert fitted.model.lineage["choice"] == "general"
    assert fitted.gate == ()
    # The general model's parts; beside them only the level of the sector.
    assert fitted.model.components[:-1] == training().models["general"].model.components[:-1]


def test_a_sector_with_one_kind_of_outcome_is_calibrated_towards_it_and_never_to_0_or_1() -> None:
    rates = {name: fitted.rows["probability"] for name, fitted in training().models.items()}
    assert rates[CLEAN].mean() < rates["general"].mean() < rates[GUILTY].mean()
    assert rates[CLEAN].min() > 0
    assert rates[GUILTY].max() < 1


def test_a_sector_of_targeted_inspections_alone_is_not_calibrated_on_them() -> None:
    fitted, general = training().models[AIMED], training().models["general"].model.calibration
    assert fitted.rows.empty
    assert len(fitted.recent)
    assert general is not None
    assert fitted.model.calibration is not None
    assert fitted.model.calibration.offset == pytest.approx(general.offset)


@cache
def uninformed(value: float) -> Training:
    """A training whose every indicator has one value, or none."""
    examples = small_district().training.examples
    with short_recipe() as patch:
        same = replace(examples, values=np.full_like(examples.values, value))
        patch.setattr(fit, "collect_examples", lambda *_: same)
        return fit_models(small_district().records, small_district().standards, AS_OF)


UNINFORMED = pytest.mark.parametrize("value", [1.0, np.nan], ids=["constant", "all missing"])


@UNINFORMED
def test_indicators_that_say_nothing_leave_one_probability_near_the_base_rate(value: float) -> None:
    blind = uninformed(value)
    rows = blind.models["general"].rows
    matrix = np.full((3, len(blind.examples.names)), value)
    for fitted in blind.models.values():
        assert np.ptp(fitted.model.margins(matrix)) == 0
    rate = np.average(rows["outcome"], weights=rows["weight"])
    assert probability_of(blind.models["general"].model.margins(matrix))[0] == pytest.approx(rate, abs=0.03)


@UNINFORMED
def test_a_model_that_knows_nothing_is_told_so_by_the_checks(value: float) -> None:
    findings = {finding.check.code: finding for finding in run_checks(uninformed(value), "general")}
    told = [findings[code] for code in ("better_than_prior", "better_than_prior_small")]
    assert [finding.verdict for finding in told].count("failed") == 1
    assert findings["contributions_sum"].verdict == "passed"
    assert findings["monotone_promise"].verdict == "not_applicable"


Spoil = Callable[[dict[str, pd.DataFrame]], dict[str, pd.DataFrame]]


def _ten_enterprises(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    ten = tables["inspections"]["enterprise_id"].drop_duplicates().head(10)
    return {name: table[table["enterprise_id"].isin(ten)] for name, table in tables.items()}


def _all_clean(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {**tables, "inspections": tables["inspections"].assign(severity="none")}


def _all_problems(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {**tables, "inspections": tables["inspections"].assign(severity="serious")}


def _nobody_inspected(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {**tables, "inspections": tables["inspections"].head(0)}


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("district") / "records"
    simulate(folder, 300, 2, seed=1, progress=False)
    return {name: table.to_pandas() for name, table in read_records(folder).tables.items()}


TOO_FEW = rf"needs at least {FEWEST_PROBLEMS} inspections with and without a problem before {{as_of}}, got"


@pytest.mark.parametrize(
    ("spoil", "as_of", "told"),
    [
        (_ten_enterprises, "2025-01-01", TOO_FEW),
        (_all_clean, "2025-01-01", f"{TOO_FEW} 0 and "),
        (_all_problems, "2025-01-01", TOO_FEW),
        (dict, "2023-02-01", "at least one inspection whose outcome window closed before {as_of}, found none"),
        (_nobody_inspected, "2025-01-01", "at least one inspection whose outcome window closed before {as_of}"),
    ],
    ids=["ten enterprises", "no problem anywhere", "nothing but problems", "all immature", "nobody inspected"],
)
def test_records_that_teach_nothing_end_the_command_with_one_sentence(
    spoil: Spoil,
    as_of: str,
    told: str,
    district: dict[str, pd.DataFrame],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    write_tables(tmp_path / "records", spoil(district))
    monkeypatch.setattr(examples_module, "SNAPSHOTS", 1)
    command = ["fenji", "train", str(tmp_path / "records"), "--as-of", as_of, "--root", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as ended:
        fenji.main()
    assert ended.value.code == 2
    error = capfd.readouterr().err
    assert "Traceback" not in error
    (sentence,) = [line for line in error.splitlines() if line.startswith("错误 error: ")]
    assert told.format(as_of=as_of) in sentence
    assert sentence.endswith("a longer history.") or sentence.endswith("a longer history of inspections.")
    assert not (tmp_path / "mlruns").exists()
