"""An import is there whole or not at all, whatever is killed, and only one runs at a time."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from records.errors import DataError
from records.source import read_records, read_subjects
from records.systems import journal as journals
from records.systems.everything import system_of
from records.systems.importing import import_files
from tests.deliveries import (
    DELIVERED,
    ENTERPRISE,
    PENALTY,
    content_of,
    import_one,
    import_rows,
    stored,
    terms,
    write_csv,
)

PROJECT = Path(__file__).parents[3]


class KilledError(BaseException):
    """Stands for a process that ends in the middle of something."""


def test_a_single_file_of_a_subject_moves_into_a_folder_and_is_read_once(tmp_path: Path) -> None:
    directory = tmp_path / "records"
    import_rows(tmp_path / "other" / "records", [{**PENALTY, "PENDECNO": "0号"}], "publicity")
    directory.mkdir()
    single = next((tmp_path / "other" / "records" / "penalties").iterdir())
    shutil.copy(single, directory / "penalties.parquet")
    import_rows(directory, [PENALTY], "publicity")
    assert sorted(path.name for path in directory.iterdir()) == ["_imports", "penalties"]
    assert sorted(path.name for path in (directory / "penalties").iterdir()) == [
        "000000-before.parquet",
        "000001-publicity.parquet",
    ]
    assert len(stored(directory, "penalties")) == 2


def test_a_single_csv_file_moves_as_it_is(tmp_path: Path) -> None:
    directory = tmp_path / "records"
    import_rows(directory, [PENALTY], "publicity")
    rows = pd.DataFrame(stored(directory, "penalties")).assign(record_id="p1", decision_no="0号")
    shutil.rmtree(directory)
    directory.mkdir()
    rows.to_csv(directory / "penalties.csv", index=False)
    import_rows(directory, [PENALTY], "publicity", terms())
    assert (directory / "penalties" / "000000-before.csv").exists()
    assert {row["record_id"] for row in stored(directory, "penalties")} >= {"p1"}
    assert len(stored(directory, "penalties")) == 2


def test_where_a_file_cannot_be_linked_the_user_is_asked_to_move_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rows(tmp_path / "records", [PENALTY], "publicity")
    single = next((tmp_path / "records" / "penalties").iterdir())
    single.rename(tmp_path / "records" / "penalties.parquet")
    (tmp_path / "records" / "penalties").rmdir()

    def refuse(*_: object) -> None:
        raise OSError("Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(DataError, match=r"cannot be moved into one here .*: move it into .*penalties yourself"):
        import_rows(tmp_path / "records", [{**PENALTY, "PENDECNO": "2号"}], "publicity")
    assert len(stored(tmp_path / "records", "penalties")) == 1
    monkeypatch.undo()
    import_rows(tmp_path / "records", [{**PENALTY, "PENDECNO": "3号"}], "publicity")
    assert len(stored(tmp_path / "records", "penalties")) == 3


def test_the_reader_takes_no_two_files_for_one(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [PENALTY], "publicity")
    single = next((tmp_path / "records" / "penalties").iterdir())
    shutil.copy(single, tmp_path / "records" / "penalties.parquet")
    with pytest.raises(DataError, match="one file or one folder"):
        read_subjects(tmp_path / "records", ("penalties",))


def test_two_imports_at_once_are_refused_with_a_sentence(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [PENALTY], "publicity")
    with (tmp_path / "records" / "_imports" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(DataError, match=r"Another import into .* is running: wait"):
            import_rows(tmp_path / "records", [PENALTY], "publicity")


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match="imported into a directory, got the file"):
        import_rows(tmp_path / "records", [PENALTY], "publicity")


def test_a_damaged_journal_is_refused(tmp_path: Path) -> None:
    import_rows(tmp_path / "records", [PENALTY], "publicity")
    (tmp_path / "records" / "_imports" / "000001" / "import.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match=r"import\.json must be the journal of an import"):
        import_rows(tmp_path / "records", [PENALTY], "publicity")


def test_records_that_cannot_be_read_refuse_the_import_and_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "penalties.csv").write_text("record_id\np1\n", encoding="utf-8")
    with pytest.raises(DataError, match="must have the column"):
        import_rows(tmp_path / "records", [PENALTY], "publicity")
    assert (tmp_path / "records" / "penalties.csv").read_text(encoding="utf-8") == "record_id\np1\n"


def test_whatever_step_an_import_is_killed_at_the_records_are_readable_and_the_next_import_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call that changes the disk is made to be the last one, in turn."""
    start = tmp_path / "start" / "records"
    import_rows(start, [ENTERPRISE], "publicity")
    import_rows(start, [PENALTY], "publicity")
    single = next((start / "penalties").iterdir())
    single.rename(start / "penalties.parquet")
    (start / "penalties").rmdir()
    delivery = write_csv(tmp_path / "delivery.csv", [PENALTY, {**PENALTY, "PENDECNO": "2号"}])
    for last_step in range(100):
        directory = tmp_path / f"killed-{last_step}"
        shutil.copytree(start, directory)
        with monkeypatch.context() as patch:
            killed = _kill_at(patch, last_step)
            with suppress(KilledError):
                import_one(directory, delivery, "publicity")
        numbers = [row["decision_no"] for row in read_records(directory).tables["penalties"].to_pyarrow().to_pylist()]
        assert numbers in ([PENALTY["PENDECNO"]], [PENALTY["PENDECNO"], "2号"])
        import_one(directory, delivery, "publicity")
        assert len(stored(directory, "penalties")) == 2
        assert not [path for path in directory.rglob("*") if path.name.startswith((".partial", ".moving"))]
        if not killed:
            break
    assert last_step > 10


def _kill_at(patch: pytest.MonkeyPatch, last_step: int) -> list[str]:
    """Let the step of this number (from 0) raise before it does anything; answers which one that was."""
    done: list[int] = []
    killed: list[str] = []

    def counted(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def step(*arguments, **options):
            done.append(1)
            if len(done) > last_step:
                killed.append(name)
                raise KilledError(name)
            return real(*arguments, **options)

        patch.setattr(owner, name, step)

    for name in ("mkdir", "rename", "unlink", "write_text"):
        counted(Path, name)
    for name in ("link", "fsync"):
        counted(os, name)
    counted(journals.pq, "write_table")
    return killed


def test_a_process_that_is_killed_leaves_readable_records_and_no_lock(tmp_path: Path) -> None:
    directory = tmp_path / "records"
    import_rows(directory, [ENTERPRISE], "publicity")
    rows = [{**PENALTY, "PENDECNO": f"{number}号"} for number in range(3000)]
    delivery = write_csv(tmp_path / "delivery.csv", rows)
    owners = {"provider": "省局", "responsible": "股"}
    for wait in (0.0, 0.2, 0.6):
        process = subprocess.Popen(
            [
                *(sys.executable, "fenji.py", "import", "publicity", str(delivery), "--into", str(directory)),
                *(word for owner, name in owners.items() for word in (f"--{owner}", name)),
                *("--known-at", str(DELIVERED.date())),
            ],
            cwd=PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _until_locked(directory, process)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        count = read_records(directory).tables["penalties"].count().to_pyarrow().as_py()
        assert count in (0, 3000)
    # The same table on the same terms: new if nothing was committed, known if the last was killed after it was.
    import_one(directory, delivery, "publicity", terms(owners=owners))
    assert len(stored(directory, "penalties")) == 3000


def _until_locked(directory: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the process holds the lock, or has ended."""
    while process.poll() is None:
        with (directory / "_imports" / ".lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
        time.sleep(0.05)


def test_a_refused_file_leaves_the_others_to_be_imported(tmp_path: Path) -> None:
    good = write_csv(tmp_path / "good.csv", [PENALTY])
    (tmp_path / "bad.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    paths = [tmp_path / "bad.csv", good, tmp_path / "none.csv"]
    outcome = import_files(system_of("publicity"), paths, tmp_path / "records", terms())
    assert [one.entry.label for one in outcome.imported] == ["good.csv"]
    assert len(outcome.refused) == 2
    assert "must have the headers of a layout of publicity" in outcome.refused[0]


def test_nothing_new_in_other_words_writes_no_second_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv(tmp_path / "x.csv", [PENALTY])
    import_one(tmp_path / "records", path, "publicity")
    before = content_of(tmp_path / "records")
    monkeypatch.setattr("records.systems.importing._rules_digest", lambda: "another version of the program")
    assert import_one(tmp_path / "records", path, "publicity").was_known
    assert content_of(tmp_path / "records") == before
