"""`fenji worklist` as an officer meets it: from a directory of records to a list on the terminal or in a file."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result
from typer.testing import CliRunner

import fenji
from model.tiers import HIGH_RANK
from records.errors import ConfigError
from records.source import read_records
from serving.answers import answers_of
from serving.release import load_release
from serving.scoring.population import score_population
from serving.snapshot import load_snapshot
from simulation.district import simulate
from supervision.worklists.everything import WORKLISTS
from tests import served_district

AS_OF = "2024-07-01"


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("district") / "records"
    simulate(folder, 300, 3, seed=1, progress=False)
    return folder


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory, district: Path) -> Path:
    folder = tmp_path_factory.mktemp("scored")
    release = load_release(served_district.save_release(folder))
    score_population(read_records(district), release, date.fromisoformat(AS_OF), folder / "snapshot")
    return folder / "snapshot"


def worklist(*arguments: object) -> Result:
    return CliRunner().invoke(fenji.app, ["worklist", *map(str, arguments)], env={"COLUMNS": "200"})


def test_the_lists_are_named() -> None:
    told = worklist("--list")
    assert told.exit_code == 0
    assert all(name in told.output for name in WORKLISTS)


def test_a_station_gets_its_own_rows_as_a_file(district: Path, tmp_path: Path) -> None:
    asked = ("annual_report_due", district, "--as-of", AS_OF)
    assert worklist(*asked, "--out", tmp_path / "all.parquet").exit_code == 0
    whole = pd.read_parquet(tmp_path / "all.parquet")
    station = whole["station"].iloc[0]
    told = worklist(*asked, "--station", station, "--out", tmp_path / "own.csv")
    own = pd.read_csv(tmp_path / "own.csv", encoding="utf-8-sig")
    assert len(own) == (whole["station"] == station).sum() > 0
    assert f"annual_report_due: {len(own)} 行 rows" in told.output


def test_a_list_is_printed_with_rows_stations_and_what_to_do(district: Path, snapshot: Path) -> None:
    told = worklist("reminders_due", district, "--as-of", AS_OF, "--snapshot", snapshot, "--limit", 2)
    assert told.exit_code == 0
    for text in ("应提醒的较高风险主体", "2 of ", "按所汇总 by station", "以电话、信函或上门提醒"):
        assert text in told.output


def test_a_station_that_nobody_belongs_to_is_refused_with_the_known_ones(district: Path) -> None:
    told = worklist("annual_report_due", district, "--as-of", AS_OF, "--station", "nowhere")
    assert isinstance(told.exception, ConfigError)
    assert "石炮台市场监督管理所" in str(told.exception)


def test_a_list_without_rows_is_a_sentence(district: Path) -> None:
    told = worklist("buffers_open", district, "--as-of", AS_OF)
    assert told.exit_code == 0
    assert f"Nobody is on the list buffers_open (Open buffers to follow up or close) at {AS_OF}" in told.output


def test_high_tiers_are_those_of_the_snapshot(district: Path, snapshot: Path, tmp_path: Path) -> None:
    out = tmp_path / "high.json"
    worklist("high_tier_confirmations", district, "--as-of", AS_OF, "--snapshot", snapshot, "--out", out)
    listed = pd.read_json(out, typ="series", dtype=False)
    answers = answers_of(load_snapshot(snapshot))
    assert listed["total"] == (answers["tier_rank"] == HIGH_RANK).sum()


def test_a_snapshot_of_another_date_is_refused(district: Path, snapshot: Path) -> None:
    told = worklist("reminders_due", district, "--as-of", "2024-06-30", "--snapshot", snapshot)
    assert isinstance(told.exception, ConfigError)
    assert f"a snapshot of {AS_OF} and --as-of 2024-06-30" in str(told.exception)


def test_lengths_may_be_set_in_a_file(district: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    shipped = Path(fenji.__file__).parent / "supervision" / "worklists" / "rules.toml"
    rules.write_text(
        shipped.read_text(encoding="utf-8").replace("lead_days = 30", "lead_days = 3000"), encoding="utf-8"
    )
    for extra, out in (((), "usual.parquet"), (("--rules", rules), "wide.parquet")):
        told = worklist("dormancies_ending", district, "--as-of", AS_OF, "--out", tmp_path / out, *extra)
        assert told.exit_code == 0, told.output
    assert len(pd.read_parquet(tmp_path / "wide.parquet")) > len(pd.read_parquet(tmp_path / "usual.parquet"))
