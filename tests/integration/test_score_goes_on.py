"""A scoring run that is killed goes on where it was, and makes the same bytes as one that was not."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from records.errors import ModelError
from records.source import Records, read_records
from serving.digests import digests_below
from serving.release import Release, load_release
from serving.scoring import population
from serving.scoring.population import score_population
from serving.scoring.workspace import INPUTS_FILE, workspace
from simulation.district import simulate
from tests import served_district

AS_OF = date(2024, 7, 1)
PART = 40
RUN = """
import os, signal, sys
from datetime import date
from pathlib import Path
from records.source import read_records
from serving.scoring import population
from serving.release import load_release

work, left = population.{work}, {calls}

def killed(*arguments):
    global left
    done = work(*arguments)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

population.{work} = killed
population.score_population(
    read_records("records"), load_release(Path("release")), date(2024, 7, 1), Path("snapshot"), part_enterprises={part}
)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scored")
    simulate(folder / "records", 150, 2, seed=3, end=date(2024, 10, 1), progress=False)
    served_district.save_release(folder)
    return folder


@pytest.fixture(scope="module")
def records(folder: Path) -> Records:
    return read_records(folder / "records")


@pytest.fixture(scope="module")
def released(folder: Path) -> Release:
    return load_release(folder / "release")


@pytest.fixture(scope="module")
def uninterrupted(folder: Path, records: Records, released: Release) -> dict[str, str]:
    score_population(records, released, AS_OF, folder / "whole", part_enterprises=PART)
    return digests_below(folder / "whole")


@pytest.mark.parametrize(
    ("work", "calls", "unfinished"),
    [
        pytest.param("save_part", 2, 3, id="in the second of four parts"),
        pytest.param("write_rows", 2, 3, id="its rows in the file of all, itself not finished"),
        pytest.param("assemble", 1, 0, id="all parts put together"),
        pytest.param("describe", 1, 0, id="described, the records not there yet"),
    ],
)
def test_a_run_after_a_kill_makes_the_same_bytes_and_makes_no_finished_part_again(
    folder: Path,
    records: Records,
    released: Release,
    uninterrupted: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    work: str,
    calls: int,
    unfinished: int,
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = RUN.format(work=work, calls=calls, part=PART)
    killed = subprocess.run([sys.executable, "-c", run], cwd=folder, env=environment)
    assert killed.returncode == -signal.SIGKILL
    out = folder / "snapshot"
    assert not out.exists()
    made: list[object] = []
    save = population.save_part
    monkeypatch.setattr(population, "save_part", lambda *given: (made.append(given), save(*given)))
    score_population(records, released, AS_OF, out, part_enterprises=PART)
    assert digests_below(out) == uninterrupted
    assert len(made) == unfinished
    shutil.rmtree(out)
    assert not list(folder.glob(".snapshot*")), "what was kept for going on is gone"


def test_parts_do_not_change_what_is_answered(
    folder: Path, records: Records, released: Release, uninterrupted: dict[str, str]
) -> None:
    score_population(records, released, AS_OF, folder / "in_one")
    assert digests_below(folder / "in_one") | {"keys.parquet": ""} == uninterrupted | {"keys.parquet": ""} | {
        "snapshot.json": digests_below(folder / "in_one")["snapshot.json"]
    }


def test_parts_of_other_inputs_are_not_used(tmp_path: Path) -> None:
    def interrupted(date_: str) -> list[str]:
        with suppress(KeyboardInterrupt), workspace(tmp_path / "out", {"as_of": date_}) as space:
            found = sorted(path.name for path in space.directory.iterdir() if path.name != INPUTS_FILE)
            (space.directory / "frame.npy").write_bytes(b"1")
            space.part("rows", lambda directory: (directory / "margin.npy").write_bytes(b"1"))
            raise KeyboardInterrupt
        return found

    assert [interrupted("2024-01-01"), interrupted("2024-01-01"), interrupted("2024-02-01")] == [
        [],
        ["frame.npy", "rows"],
        [],
    ]


def test_two_runs_do_not_make_the_same_snapshot_at_once(tmp_path: Path) -> None:
    with workspace(tmp_path / "out", {}):
        busy = pytest.raises(ModelError, match=r"One run at a time makes .*out, another does")
        with busy, workspace(tmp_path / "out", {}):
            pass
        assert (tmp_path / ".out.parts").exists()
