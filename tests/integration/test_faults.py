"""What breaks in operation: two trainings at once, a process killed in the middle, a changed byte, a lost directory."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from records.check import load_records
from records.errors import ModelError
from serving.current import write_current
from serving.places import CURRENT_VARIABLE
from serving.release import load_release
from serving.scorer import Scorer
from serving.scoring.population import score_population
from serving.serve import PROJECT, start, stop
from serving.snapshot import load_snapshot
from simulation.district import simulate
from tests import served_district
from tests.running_service import Address, free_address
from tests.small_registry import make_store, register
from tests.small_training import OWN, POINTS
from training.registry.store import EXPERIMENT, open_store
from training.registry.versions import champions, read_registry

PAUSED = "paused"
WITHIN_SECONDS = 300
SCORED_AT = date(2024, 7, 1)

TRAIN = """
from dataclasses import replace
from datetime import date
from pathlib import Path
from rich.console import Console
from model.standard import SHIPPED_STANDARDS, read_standards
from records.source import records_from_frames
from tests.small_training import OWN, POINTS, small_training
from training import run
from training.registry import tracking

small = small_training()
small = replace(small, models={name: small.models[name] for name in (OWN, POINTS)})
run.fit_models = lambda *_: small
run._write_plots = lambda *_: None
BEFORE
run.train(records_from_frames({}), read_standards(SHIPPED_STANDARDS), date(2024, 7, 1), Path(), Console(quiet=True))
"""
"""`fenji train` on a training that is already fitted: two sectors, no plots."""

PAUSE = "import time; print('paused', flush=True); time.sleep(600)"
TRAIN_PAUSED = TRAIN.replace("BEFORE", f"def pause(*_):\n    {PAUSE}\ntracking._register = pause")
TRAIN_PAUSED_HALFWAY = TRAIN.replace(
    "BEFORE",
    f"""
add = tracking.add_version
def once(*arguments):
    add(*arguments)
    {PAUSE}
tracking.add_version = once""",
)
TRAIN_PAUSED_BEFORE_ALIASES = TRAIN.replace(
    "BEFORE",
    f"""
settle = tracking.settle
def second(client):
    tracking.settle = pause
    return settle(client)
def pause(client):
    {PAUSE}
tracking.settle = second""",
)
MOVE = """
import sys
from pathlib import Path
from rich.console import Console
from training.registry import promotion
from training.registry import versions as registry
BEFORE
promotion.promote_sectors(Path(), [sys.argv[1]], "root", "两人同时", Console(quiet=True))
"""
MOVE_PAUSED = MOVE.replace(
    "BEFORE",
    f"""
follow = registry._follow
def second(*arguments):
    registry._follow = pause
    follow(*arguments)
def pause(*_):
    {PAUSE}
registry._follow = second""",
)
"""Paused once the move is in the history: settling follows the one sector first."""
SCORE_PAUSED = f"""
import fenji
from serving.scoring import population

def pause(*_):
    {PAUSE}

population._save_records = pause
fenji.main()
"""


def _start(code: str, folder: Path, *arguments: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), CURRENT_VARIABLE: str(folder / "current.json")}
    environment |= {"BENTOML_HOME": str(folder / "bentoml"), "BENTOML_DO_NOT_TRACK": "True"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def _kill_when_paused(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline().strip() == PAUSED, process.communicate()[1]
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL


@dataclass(frozen=True)
class Trained:
    """A folder into whose empty mlruns two trainings ran at once, and how each ended."""

    root: Path
    ended: tuple[tuple[int, str], ...]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    root = tmp_path_factory.mktemp("trained")
    both = [_start(TRAIN.replace("BEFORE", ""), root) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]
    return Trained(root, tuple((process.returncode, error) for process, error in zip(both, errors, strict=True)))


def test_two_trainings_at_once_both_end_well_and_leave_a_usable_store(trained: Trained) -> None:
    assert [code for code, _ in trained.ended] == [0, 0], trained.ended
    found = champions(trained.root)
    assert sorted(found) == sorted([OWN, POINTS])
    client = open_store(trained.root)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    assert len(client.search_runs([experiment.experiment_id], "status = 'FINISHED'")) == 2 * 3
    for sector in found:
        versions = client.search_model_versions(f"name = 'fenji.{sector}'")
        assert sorted(int(one.version) for one in versions) == [1, 2]


def test_a_training_killed_before_it_registers_leaves_the_champions_as_they_were(trained: Trained) -> None:
    before = champions(trained.root)
    _kill_when_paused(_start(TRAIN_PAUSED, trained.root))
    assert champions(trained.root) == before
    assert all((path / "manifest.json").is_file() for path in before.values())


def test_a_training_killed_while_it_registers_leaves_the_registry_as_it_was(trained: Trained) -> None:
    before = read_registry(trained.root)
    _kill_when_paused(_start(TRAIN_PAUSED_HALFWAY, trained.root))
    added = open_store(trained.root).search_model_versions("name LIKE 'fenji.%'")
    assert len(added) == sum(len(one.versions) for one in before.values()) + 1
    assert read_registry(trained.root) == before
    assert len(open_store(trained.root).search_model_versions("name LIKE 'fenji.%'")) == len(added) - 1


def test_a_first_training_killed_while_it_registers_leaves_an_empty_registry(tmp_path: Path) -> None:
    make_store(tmp_path)
    _kill_when_paused(_start(TRAIN_PAUSED_HALFWAY, tmp_path))
    assert len(open_store(tmp_path).search_registered_models()) == 1
    assert read_registry(tmp_path) == {}
    assert open_store(tmp_path).search_registered_models() == []


def test_a_training_killed_once_it_had_registered_everything_is_finished_by_whoever_looks_next(tmp_path: Path) -> None:
    make_store(tmp_path)
    _kill_when_paused(_start(TRAIN_PAUSED_BEFORE_ALIASES, tmp_path))
    assert [model.aliases for model in open_store(tmp_path).search_registered_models()] == [{}, {}]
    assert sorted(champions(tmp_path)) == sorted([OWN, POINTS])
    assert [move.kind for one in read_registry(tmp_path).values() for move in one.moves] == ["first", "first"]


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """A registry in which version 2 of one sector waits behind version 1."""
    make_store(tmp_path)
    for _ in range(2):
        register(tmp_path, {OWN: ()})
    return tmp_path


def test_two_promotions_at_once_are_one(waiting: Path) -> None:
    both = [_start(MOVE.replace("BEFORE", ""), waiting, OWN) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]
    assert sorted(process.returncode for process in both) == [0, 1], errors
    assert any("the newest (2) is the champion" in error for error in errors)
    known = read_registry(waiting)[OWN]
    assert [move.to_version for move in known.moves] == ["1", "2"]
    assert (known.champion, known.challenger) == ("2", None)


def test_a_promotion_killed_between_history_and_alias_is_finished_by_whoever_looks_next(waiting: Path) -> None:
    before = champions(waiting)
    _kill_when_paused(_start(MOVE_PAUSED, waiting, OWN))
    aliases = open_store(waiting).get_registered_model(f"fenji.{OWN}").aliases
    assert {alias: int(version) for alias, version in aliases.items()} == {"champion": 1, "challenger": 2}
    assert champions(waiting) != before
    known = read_registry(waiting)[OWN]
    assert (known.champion, known.challenger, len(known.moves)) == ("2", None, 2)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release and a snapshot of the invented district; tests copy what they change."""
    folder = tmp_path_factory.mktemp("served")
    served_district.save_snapshot(folder, served_district.save_release(folder))
    return folder


def test_a_killed_score_leaves_no_snapshot_and_runs_again(served: Path, tmp_path: Path) -> None:
    simulate(tmp_path / "records", 60, 1, seed=1, progress=False)
    score = ("score", "records", "--as-of", SCORED_AT, "--out", "snapshot", "--release", served / "release")
    _kill_when_paused(_start(SCORE_PAUSED, tmp_path, *score))
    assert not (tmp_path / "snapshot").exists()
    assert not (tmp_path / "current.json").exists()
    release = load_release(served / "release")
    score_population(load_records(tmp_path / "records"), release, SCORED_AT, tmp_path / "snapshot")
    assert Scorer(release, load_snapshot(tmp_path / "snapshot")).snapshot.as_of == SCORED_AT


SPOILT = [
    "release/release.json",
    "release/general/manifest.json",
    "release/general/model.json",
    "release/general/booster_0_00.txt",
    "snapshot/snapshot.json",
    "snapshot/frame.npy",
    "snapshot/keys.parquet",
    "snapshot/columns/margin.npy",
    "snapshot/records/enterprises.parquet",
]


@pytest.mark.parametrize("byte", [b"7", b"\xff", b""], ids=["another digit", "no text", "cut off"])
@pytest.mark.parametrize("name", SPOILT)
def test_a_changed_byte_is_found_out_before_anything_is_served(
    name: str, byte: bytes, served: Path, tmp_path: Path
) -> None:
    for part in ("release", "snapshot"):
        shutil.copytree(served / part, tmp_path / part)
    current = write_current(tmp_path / "current.json", tmp_path / "release", tmp_path / "snapshot")
    _spoil(tmp_path / name, byte)
    with pytest.raises(ModelError, match=r"must|needs"):
        current.load()


def _spoil(path: Path, byte: bytes) -> None:
    """Another byte in the middle of a file; without one, its second half is lost."""
    content = path.read_bytes()
    middle = len(content) // 2
    changed = content[:middle] + byte + content[middle + 1 :] if byte else content[:middle]
    if changed == content:
        changed = content[:middle] + b"8" + content[middle + 1 :]
    path.write_bytes(changed)


@dataclass(frozen=True)
class Faulty:
    """A running service whose current file first names a snapshot with a changed byte."""

    address: Address
    folder: Path
    served: Path

    def take_into_service(self, release: Path, snapshot: Path) -> None:
        write_current(self.folder / "current.json", release, snapshot)

    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    def wait(self, said: str) -> None:
        deadline = time.monotonic() + WITHIN_SECONDS
        while said not in self.log():
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, served: Path) -> Iterator[Faulty]:
    folder = tmp_path_factory.mktemp("faulty")
    shutil.copytree(served / "snapshot", folder / "snapshot")
    _spoil(folder / "snapshot" / "frame.npy", b"7")
    service = Faulty(free_address(), folder, served)
    service.take_into_service(served / "release", folder / "snapshot")
    with pytest.MonkeyPatch.context() as patch, (folder / "log").open("wb") as log:
        patch.setenv(CURRENT_VARIABLE, str(folder / "current.json"))
        patch.setenv("BENTOML_HOME", str(folder / "bentoml"))
        process = start(service.address.port, "127.0.0.1", log=log)
        try:
            yield service
        finally:
            stop(process)


def test_a_service_over_a_changed_snapshot_is_up_and_not_ready_until_a_good_one_is_named(faulty: Faulty) -> None:
    faulty.wait("frame.npy differs")
    while (status := faulty.address.status_of("/readyz")) is None:
        time.sleep(0.1)
    assert status == 503
    assert faulty.address.status_of("/livez") == 200
    status, body = faulty.address.post("/v1/score", {"enterprise_ids": ["E0001"]})
    assert (status, body["code"]) == (503, "not_ready")
    faulty.take_into_service(faulty.served / "release", faulty.served / "snapshot")
    faulty.wait("in service: ")
    assert faulty.address.status_of("/readyz") == 200
    assert faulty.address.post("/v1/score", {"enterprise_ids": ["E0001"]})[0] == 200


def test_a_lost_snapshot_or_a_garbled_current_file_leaves_the_good_one_in_service(faulty: Faulty) -> None:
    faulty.take_into_service(faulty.served / "release", faulty.served / "snapshot")
    good = faulty.address.post("/v1/score", {"enterprise_ids": ["E0001"]})[1]
    lost = faulty.folder / "lost"
    shutil.copytree(faulty.served / "snapshot", lost)
    content = {
        "lost/snapshot.json is missing": "",
        "current.json is not": '{"release": \xff',
        "must name release": "[[]]",
    }
    for said, text in content.items():
        if text:
            (faulty.folder / "next").write_text(text, encoding="latin-1")
            (faulty.folder / "next").replace(faulty.folder / "current.json")
        else:
            faulty.take_into_service(faulty.served / "release", lost)
            shutil.rmtree(lost)
        faulty.wait(said)
        assert faulty.address.status_of("/readyz") == 200
        assert faulty.address.post("/v1/score", {"enterprise_ids": ["E0001"]})[1] == good
