"""`fenji watch` as a scheduler runs it, and the gates that it closes."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from model.alerts import Alerts
from records.subjects import SUBJECTS
from serving.current import alerts_in_service, read_current, write_current_alerts
from supervision.watch.run import EXIT_CODES
from tests.run_command import Command, command_in
from tests.simulated_district import AS_OF, Simulated, simulated_district
from tests.small_registry import make_store, register
from tests.told_alerts import alert, save_alerts
from tests.well_formed import read_page

EARLIER = date(2024, 1, 1)
SETTING, MODEL = 3, 4


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    made = simulated_district(tmp_path_factory.mktemp("district"))
    made.score_at(EARLIER, "earlier")
    return made


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return command_in(tmp_path, monkeypatch, capfd)


@dataclass(frozen=True)
class Look:
    """What one look left behind."""

    code: int
    out: Path

    @property
    def alerts(self) -> Alerts:
        return Alerts.from_json(self.content)

    @property
    def content(self) -> dict:
        content: dict = json.loads((self.out / "alerts.json").read_text(encoding="utf-8"))
        return content


def test_two_looks_in_a_row(
    district: Simulated, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FENJI_CURRENT", str(district.current))
    records = district.folder / "records"
    past = ("--snapshot", district.folder / "earlier", "--release", district.folder / "release")
    first = Look(command("watch", records, "--as-of", EARLIER, "--out", "first", *past).code, tmp_path / "first")
    assert alerts_in_service(district.current) is None, "the service is told of nothing but what is in service"
    assert (first.code, first.alerts.of("tier_jump", "calibration", "promise")) == (EXIT_CODES[first.alerts.state], [])

    ended = command("watch", records, "--as-of", AS_OF, "--out", "second")
    second = Look(ended.code, tmp_path / "second")
    assert ended.code == EXIT_CODES[second.alerts.state]
    assert alerts_in_service(district.current) == second.alerts
    read_current(district.current).load()
    entries = sorted(path.name for path in (tmp_path / "var" / "watch" / "ledger").iterdir())
    assert entries == [f"{day}.{kind}" for day in (EARLIER, AS_OF) for kind in ("json", "parquet")]

    _jumps_name_records_and_a_station(district, second.alerts)
    expected = second.content["expected"]["all"]
    assert 0 < expected["low"] < expected["rate"] < expected["high"] < 1
    page = (tmp_path / "second" / "watch.html").read_text(encoding="utf-8")
    assert "监测预警" in page
    assert "<svg" in page
    shown = read_page(page)
    assert (shown.faults, shown.loads) == ([], [])


def _jumps_name_records_and_a_station(district: Simulated, found: Alerts) -> None:
    jumps = found.of("tier_jump")
    assert jumps
    register = pd.read_parquet(district.folder / "records" / "enterprises.parquet")
    stations = set(register["station"].dropna())
    for jump in jumps:
        assert jump.severity == "notice"
        assert jump.handler in stations
        assert jump.figure == 4 or abs(jump.figure - jump.bound) >= 2
        for subject, _, record in (one.partition(":") for one in jump.evidence):
            assert record
            assert subject in SUBJECTS
    assert any(jump.evidence for jump in jumps)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--as-of", "2024-07-02", "--out", "watch"), MODEL, "the snapshot is as of 2024-07-01"),
        (("--as-of", str(AS_OF), "--out", "current.json"), SETTING, "written into a directory"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    district: Simulated, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    arguments: tuple[str, ...], code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("FENJI_CURRENT", str(district.current))
    (tmp_path / "current.json").write_text("{}", encoding="utf-8")
    ended = command("watch", district.folder / "records", *arguments)
    assert (ended.code, said in ended.sentence()) == (code, True)


def test_while_broken_nothing_is_promoted_or_released_without_a_reason_of_its_own(
    district: Simulated, command: Command, tmp_path: Path
) -> None:
    root = make_store(tmp_path / "root")
    for _ in range(2):
        register(root, {"food_operation": ()})
    (tmp_path / "current.json").write_text(_moved(district.current, tmp_path), encoding="utf-8")
    write_current_alerts(tmp_path / "current.json", save_alerts(tmp_path / "watch", alert()))
    promote = ("promote", "--all", "--why", "新数据", "--by", "李科", "--root", root)
    for refused in (command(*promote), command("release", "--root", root)):
        assert refused.code == MODEL
        assert "--despite" in refused.sentence()
    assert command(*promote, "--despite", " ").code == SETTING
    assert command(*promote, "--despite", "已在变化后的数据上训练").code == 0
    told = command("history", "--root", root).out.replace("\n", "").replace(" ", "")
    assert "新数据（监测异常2024-07-01" in told


def _moved(current: Path, folder: Path) -> str:
    """A current file in another folder that names the same release and snapshot."""
    content = json.loads(current.read_text(encoding="utf-8"))
    parts = {name: content[name] for name in ("release", "snapshot")}
    for part in parts.values():
        part["path"] = str(current.parent / part["path"])
    return json.dumps(parts)
