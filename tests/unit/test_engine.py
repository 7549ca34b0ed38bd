"""The database that holds records takes what the environment allows, and lays the rest on disk."""

import re
import tempfile
from pathlib import Path

import pytest

from records import engine
from records.engine import open_engine, spare_memory
from records.errors import ConfigError


def setting(name: str) -> str:
    connection = open_engine(())
    try:
        return str(connection.con.execute("SELECT current_setting(?)", [name]).fetchall()[0][0])
    finally:
        connection.disconnect()


def test_it_takes_no_more_threads_than_the_environment_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    its_own = setting("threads")
    for allowed, expected in (("1", "1"), ("3", "3"), ("0", its_own), ("many", its_own), ("", its_own)):
        monkeypatch.setenv("OMP_NUM_THREADS", allowed)
        assert setting("threads") == expected


def test_it_takes_no_more_memory_than_it_is_told_or_two_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FENJI_MEMORY", raising=False)
    assert setting("memory_limit") == "1.8 GiB"
    for allowed, expected in (("4GB", "3.7 GiB"), (" 1.5 tb", "1.3 TiB"), ("", "1.8 GiB"), ("500MB", "476.8 MiB")):
        monkeypatch.setenv("FENJI_MEMORY", allowed)
        assert setting("memory_limit") == expected


@pytest.mark.parametrize("text", ["much", "2", "-2GB", "50%", "499MB", "0GB", "2GB; DROP"])
def test_no_size_or_one_too_small_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FENJI_MEMORY", text)
    sentence = f"FENJI_MEMORY must be a size of at least 500 MB such as 2GB, got {text!r}; set it so or leave it out."
    with pytest.raises(ConfigError, match=f"^{re.escape(sentence)}$"):
        open_engine(())


def test_what_is_too_much_for_memory_lies_on_disk_until_it_is_closed(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("FENJI_MEMORY", "500MB")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    connection, other = open_engine(()), open_engine(())
    sql = "CREATE TEMP TABLE much AS SELECT hash(n)::VARCHAR || n AS text FROM range(25000000) AS numbers(n)"
    connection.raw_sql(sql)
    (folder,) = tmp_path.iterdir()
    assert list(folder.iterdir())
    assert connection.raw_sql("SELECT count(DISTINCT length(text)) > 0, count(*) FROM much").fetchone() == (
        True,
        25000000,
    )
    connection.disconnect()
    other.disconnect()
    assert not list(tmp_path.iterdir())


def test_what_is_stored_is_compressed_only_where_much_of_the_memory_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = open_engine(())
    connection.raw_sql("CREATE TABLE stored AS SELECT n % 7 AS number FROM range(300000) AS numbers(n)")

    def compression() -> set[str]:
        found = "SELECT DISTINCT compression FROM pragma_storage_info('stored') WHERE segment_type = 'BIGINT'"
        return {name for (name,) in connection.con.execute(found).fetchall()}

    spare_memory(connection)
    assert compression() == {"Uncompressed"}
    monkeypatch.setattr(engine, "COMPRESSED_ABOVE", 0)
    spare_memory(connection)
    assert compression() == {"BitPacking"}
    assert connection.raw_sql("SELECT count(*), sum(number) FROM stored").fetchone() == (300000, 899997)
    connection.disconnect()
