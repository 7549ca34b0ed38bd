"""Accepted results become records that the next training learns from: once each, and known since they were accepted."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from records.check import check_records
from records.errors import DataError
from records.source import Records, read_records
from records.systems.journal import open_journal
from serving.database.feedback import FeedbackStore
from serving.feedback.into import Written, write_records
from serving.scorer import Scorer
from tests import served_district as district
from tests.run_command import Command, command_in
from tests.sampling_module import NOW, SamplingModule, a_draw, a_result, served

LATER = (NOW + timedelta(minutes=1)).isoformat()


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    return served(tmp_path_factory.mktemp("served"))


@pytest.fixture
def module(scorer: Scorer, tmp_path: Path) -> SamplingModule:
    return SamplingModule(scorer, SamplingModule.sqlite(tmp_path))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Records of the district, with one inspection of old in a single file."""
    directory = tmp_path / "records"
    directory.mkdir()
    enterprises = district.records().tables["enterprises"].to_pyarrow().to_pandas()
    enterprises.to_parquet(directory / "enterprises.parquet")
    old = a_result() | {"record_id": "OLD-1", "occurred_on": date(2024, 1, 5), "known_at": pd.Timestamp(2024, 1, 6)}
    for name in ("id", "reported_at", "inspected_on", "draw_id"):
        del old[name]
    pd.DataFrame([old | {"source": "某系统", "native_score": 1.5}]).to_parquet(directory / "inspections.parquet")
    return directory


def write(module: SamplingModule, directory: Path) -> Written:
    with FeedbackStore(module.address) as store:
        return write_records(store.results(), directory, module.now)


def inspections(records: Records) -> list[dict[str, Any]]:
    rows = records.tables["inspections"].to_pyarrow().to_pylist()
    return sorted(rows, key=lambda row: (row["record_id"], row["known_at"]))


def test_every_version_becomes_a_record_that_keeps_the_contract(module: SamplingModule, directory: Path) -> None:
    module.send(a_result(1), a_result(2, basis="complaint", inclusion_probability=None, task_code=None))
    module.now = NOW + timedelta(hours=1)
    module.send(a_result(1, severity="serious", reported_at=LATER))
    assert write(module, directory) == Written(3, 3)
    checked = check_records(read_records(directory))
    assert len(checked.quarantine) == 0
    old, first, corrected, second = inspections(checked.accepted)
    assert old["record_id"] == "OLD-1"
    assert first == {
        "record_id": "feedback:JC-000001",
        "enterprise_id": "E0012",
        "occurred_on": date(2026, 3, 2),
        "known_at": datetime(2026, 3, 2, 9, 30),  # noqa: DTZ001 - local, as every record
        "withdrawn_at": None,
        "use_until": None,
        "producer": "某所",
        "provider": "双随机平台",
        "responsible": "信用风险监管股",
        "source": "feedback",
        "sector": district.SECTOR_MODEL,
        "basis": "random",
        "inclusion_probability": 0.5,
        "severity": "general",
        "findings_minor": 1,
        "findings_general": 1,
        "findings_serious": 0,
        "native_score": None,
        "task_code": "2026-03-food",
    }
    assert corrected == first | {"severity": "serious", "known_at": datetime(2026, 3, 2, 10, 30)}  # noqa: DTZ001
    assert (second["basis"], second["inclusion_probability"], second["task_code"]) == ("complaint", None, None)


def test_written_again_nothing_changes_and_only_what_is_new_is_added(module: SamplingModule, directory: Path) -> None:
    module.send(a_result(1))
    assert write(module, directory) == Written(1, 1)
    before = {path: path.read_bytes() for path in directory.rglob("*.parquet")}
    assert write(module, directory) == Written(1, 0)
    assert {path: path.read_bytes() for path in directory.rglob("*.parquet")} == before
    module.send(a_result(2))
    assert write(module, directory) == Written(2, 1)
    assert {path: path.read_bytes() for path in before} == before


def test_two_versions_of_one_call_do_not_contradict_each_other(module: SamplingModule, directory: Path) -> None:
    module.send(a_result(1), a_result(1, severity="serious", reported_at=LATER))
    write(module, directory)
    checked = check_records(read_records(directory))
    assert len(checked.quarantine) == 0
    assert [row["severity"] for row in inspections(checked.accepted)[1:]] == ["general", "serious"]


def test_a_result_without_a_task_is_of_its_draw(module: SamplingModule, scorer: Scorer, directory: Path) -> None:
    module.post("/v1/draws", a_draw(scorer))
    module.now = NOW + timedelta(days=4)
    when = {"inspected_on": module.now.date().isoformat(), "reported_at": module.now.isoformat()}
    module.send(a_result(1, draw_id="2026-03-food-01", task_code=None, **when))
    write(module, directory)
    assert inspections(read_records(directory))[1]["task_code"] == "2026-03-food-01"


def test_while_an_import_runs_nothing_is_written(module: SamplingModule, directory: Path) -> None:
    module.send(a_result(1))
    with open_journal(directory), pytest.raises(DataError, match=r"Another import into .* is running"):
        write(module, directory)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return command_in(tmp_path, monkeypatch, capfd)


def test_the_command_tells_how_many_were_new(module: SamplingModule, directory: Path, command: Command) -> None:
    module.send(a_result(1), a_result(2))
    first, again = command("feedback", "--into", directory), command("feedback", "--into", directory)
    assert (first.code, "results: 2，新写入 new 2" in first.error) == (0, True)
    assert (again.code, "results: 2，新写入 new 0" in again.error) == (0, True)
