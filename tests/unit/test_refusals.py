"""What the command says of errors that are nobody's mistake in a record: a sentence, and no traceback."""

from pathlib import Path

import pytest
from ibis.backends.duckdb import Backend

from records import report, source
from records.engine import open_engine
from simulation.district import simulate
from tests.run_command import command_in


def test_a_database_without_room_is_told_with_what_to_allow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        connection = open_engine(())
        connection.raw_sql("SET memory_limit = '20MB'")
        connection.raw_sql("SET max_temp_directory_size = '1MB'")
        connection.raw_sql(
            "CREATE TEMP TABLE much AS SELECT hash(n)::VARCHAR AS text FROM range(5000000) AS numbers(n)"
        )

    monkeypatch.setattr(report, "read_records", full)
    ended = command_in(tmp_path, monkeypatch, capfd)("check", tmp_path)
    assert ended.code == 3
    assert "must fit into FENJI_MEMORY and the disk of the folder for temporary files" in ended.sentence()
    assert "such as FENJI_MEMORY=4GB" in ended.sentence()


def test_a_database_without_room_is_no_fault_of_the_file_that_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    simulate(tmp_path / "records", 3_000, 1, seed=1, progress=False)

    def small() -> Backend:
        connection = open_engine()
        connection.raw_sql("SET memory_limit = '2MB'")
        connection.raw_sql("SET max_temp_directory_size = '0MB'")
        return connection

    monkeypatch.setattr(source, "open_engine", small)
    ended = command_in(tmp_path, monkeypatch, capfd)("check", tmp_path / "records")
    assert ended.code == 3
    assert "must fit into FENJI_MEMORY" in ended.sentence()


def test_an_error_of_ours_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(report, "read_records", broken)
    with pytest.raises(ZeroDivisionError, match="ours"):
        command_in(tmp_path, monkeypatch, capfd)("check", tmp_path)
