"""`fenji month` with all its real steps: killed in and after every one, run twice, held back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from records.login import login_name
from records.systems.journal import Journal
from serving.current import alerts_in_service, read_current
from serving.database.address import database_address
from serving.database.audit import AuditStore
from serving.digests import digest_of_file, digest_of_text, digests_below
from simulation.district import simulate
from supervision.month import steps
from tests import served_district
from tests.deliveries import PENALTY, write_csv
from tests.killed_months import AS_OF, KILLS, MONTH
from tests.run_command import Command, command_in
from tests.told_alerts import alert, save_alerts

HELD = 20
FOLDER = Path("var") / "months" / "2024-07"
CLOCKED = {"begun_at", "ended_at", "seconds", "imported_at"}
"""What is the clock's, and no two runs have in common."""


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records, a release, and a delivery of two penalties that is known before the as-of date."""
    folder = tmp_path_factory.mktemp("bureau")
    simulate(folder / "records", 60, 3, seed=7, end=date(2024, 10, 1), progress=False)
    served_district.save_release(folder)
    delivered = folder / "deliveries" / "publicity"
    delivered.mkdir(parents=True)
    known = pd.read_parquet(folder / "records" / "enterprises.parquet")["enterprise_id"].head(2)
    rows = [{**PENALTY, "UNISCID": one, "PENDECNO": f"处罚{number}号"} for number, one in enumerate(known)]
    write_csv(delivered / "june.csv", rows)
    stated = 'known_at = 2024-06-15\nproducer = "金平区局"\nprovider = "省局"\nresponsible = "信用股"\n'
    (delivered / "delivery.toml").write_text(stated, encoding="utf-8")
    return folder


def run_killed(bureau: Path, folder: Path, *kills: str) -> Path:
    """A copy of the bureau in which the month was run, killed at each place in turn."""
    shutil.copytree(bureau, folder)
    state = {"FENJI_CURRENT": str(folder / "current.json"), "BENTOML_HOME": str(folder / "bentoml")}
    environment = {**os.environ, **state, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "tests.killed_months", str(folder), *kills]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def whole(bureau: Path) -> Path:
    return run_killed(bureau, bureau.with_name("whole"))


def codes_of(folder: Path) -> list[int]:
    codes: list[int] = json.loads((folder / "codes.json").read_text(encoding="utf-8"))
    return codes


def left_in(folder: Path) -> dict[str, str]:
    """What a month left, by digest: all but the clock's, the audit log, BentoML's store and how often it was killed."""
    digests = digests_below(folder)
    told = {
        name: digest for name, digest in digests.items() if not name.startswith(("bentoml/", "codes.json", "fenji.db"))
    }
    for name in told:
        path = folder / name
        if path.name in ("month.json", "import.json"):
            told[name] = digest_of_text(repr(_without_clock(json.loads(path.read_text(encoding="utf-8")))))
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                told[name] = repr(
                    [(one.filename, one.CRC) for one in book.infolist() if "core.xml" not in one.filename]
                )
        elif path.name == "summary.md":
            told[name] = str(len(path.read_text(encoding="utf-8").splitlines()))
    return told


def _without_clock(content: object) -> object:
    if isinstance(content, dict):
        return {name: _without_clock(value) for name, value in content.items() if name not in CLOCKED}
    return [_without_clock(one) for one in content] if isinstance(content, list) else content


def test_a_month_killed_in_and_after_every_step_leaves_the_same_bytes_and_imports_nothing_twice(
    bureau: Path, whole: Path
) -> None:
    killed = run_killed(bureau, bureau.with_name("killed"), *KILLS)
    assert codes_of(whole)[0] in (0, 10)
    assert codes_of(killed) == [*([-signal.SIGKILL] * len(KILLS)), codes_of(whole)[0]]
    assert left_in(killed) == left_in(whole)
    assert [entry.counts["accepted"] for entry in Journal(killed / "records").entries] == [2]
    unfinished = [path for path in (killed / "var").rglob(".*") if path.name.endswith((".unfinished", ".parts"))]
    assert unfinished == []


def test_the_month_is_in_service_and_its_figures_are_those_of_its_outputs(whole: Path) -> None:
    current = read_current(whole / "current.json")
    assert current.snapshot.resolve() == (whole / FOLDER / "snapshot").resolve()
    assert alerts_in_service(whole / "current.json") is not None
    month = json.loads((whole / FOLDER / "month.json").read_text(encoding="utf-8"))
    figures = {one["step"]: one["figures"] for one in month["done"]}
    assert list(figures) == ["import", "check", "build", "score", "watch", "report", "release"]
    assert (figures["import"]["files"], figures["import"]["accepted"]) == (1, 2)
    counted = pd.read_parquet(whole / FOLDER / "indicators.parquet")
    assert figures["build"]["rows"] == len(counted)
    assert figures["score"]["enterprises"] == counted["enterprise_id"].nunique()
    assert figures["check"]["later"] > 0, "the district goes on after the as-of date, and the month does not see it"
    assert sorted(path.name for path in (whole / FOLDER / "report").iterdir()) == [
        "report-2024-06.html",
        "report-2024-06.xlsx",
    ]
    assert put_into_service(whole) == [put_by_a_month(whole)]
    summary = (whole / FOLDER / "summary.md").read_text(encoding="utf-8")
    assert "| 导入 import |" in summary
    assert "已投入服务 in service" in summary


def put_into_service(folder: Path) -> list[Mapping[str, object]]:
    """What the audit log holds of what was put into service, oldest first."""
    with AuditStore(database_address(f"sqlite:///{folder / 'fenji.db'}")) as audit:
        return [json.loads(entry.detail) for entry in audit.entries() if entry.kind == "put_into_service"]


def put_by_a_month(folder: Path) -> dict[str, object]:
    parts = {"release": folder / "release" / "release.json", "snapshot": folder / FOLDER / "snapshot" / "snapshot.json"}
    return {name: digest_of_file(path) for name, path in parts.items()}


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("BENTOML_HOME", str(tmp_path / "bentoml"))
    return command_in(tmp_path, monkeypatch, capfd)


def test_a_month_run_twice_changes_not_one_byte_and_one_with_other_deliveries_is_refused(
    whole: Path, command: Command, tmp_path: Path
) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    before = digests_below(tmp_path)
    ended = command(*MONTH)
    assert ended.code == codes_of(whole)[0]
    assert "此前已完成，未作改动 was run before, nothing was changed" in ended.out
    (tmp_path / "deliveries" / "publicity" / "july.csv").write_text("UNISCID\n", encoding="utf-8")
    refused = command(*MONTH)
    assert (refused.code, "交付文件 deliveries" in refused.sentence()) == (3, True)
    (tmp_path / "deliveries" / "publicity" / "july.csv").unlink()
    assert digests_below(tmp_path) == before


def test_a_broken_month_is_reported_and_summed_up_but_not_put_into_service_without_a_reason(
    bureau: Path, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(bureau, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(steps, "write_watch", lambda *given: save_alerts(given[3], alert()))
    # BentoML's own store is one for the whole process, and not this test's to fill.
    monkeypatch.setattr("serving.into_service.store_current", lambda: None)
    held = command(*MONTH)
    assert held.code == HELD
    assert "未投入服务" in held.out
    assert (tmp_path / FOLDER / "report" / "report-2024-06.html").is_file()
    assert not (tmp_path / "current.json").exists()
    assert command(*MONTH, "--despite", "世界确实变了").code == 10
    assert read_current(tmp_path / "current.json").snapshot.resolve() == (tmp_path / FOLDER / "snapshot").resolve()
    assert alerts_in_service(tmp_path / "current.json").as_of == AS_OF
    told = {"why": "世界确实变了", "by": login_name()}
    assert put_into_service(tmp_path) == [put_by_a_month(tmp_path) | {"despite": told}]
