"""The service follows the current file."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from serving import current
from serving.current import write_current
from serving.follower import Follower
from serving.scorer import Scorer
from tests import served_district as district


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    district.save_snapshot(folder, district.save_release(folder))
    return folder


def load(path: Path) -> Scorer:
    return current.read_current(path).load()


def follower_of(path: Path, install: Callable[[Scorer], None]) -> Follower[Scorer]:
    return Follower(path, load, install, lambda scorer: scorer.snapshot.digest)


def test_what_the_file_names_is_installed_once_and_again_after_it_was_written_anew(
    tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "current.json"
    installed: list[Scorer] = []
    follower = follower_of(path, installed.append)
    for expected in (1, 2):
        write_current(path, folder / "release", folder / "snapshot")
        follower.look()
        follower.look()
        assert len(installed) == expected


def test_nothing_to_serve_is_logged_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    follower = follower_of(tmp_path / "current.json", lambda scorer: None)
    follower.look()
    follower.look()
    assert caplog.text.count("not taken into service") == 1


def test_a_file_that_is_not_needed_may_be_missing_and_is_taken_in_once_it_is_there(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "current.json"
    installed: list[Scorer] = []
    follower = Follower(path, load, installed.append, lambda scorer: "served", is_needed=False)
    follower.look()
    assert caplog.text == ""
    write_current(path, folder / "release", folder / "snapshot")
    follower.look()
    assert len(installed) == 1


def test_a_file_that_cannot_be_served_leaves_the_old_one_in_service(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "current.json"
    installed: list[Scorer] = []
    follower = follower_of(path, installed.append)
    write_current(path, folder / "release", folder / "snapshot")
    follower.look()
    with caplog.at_level(logging.ERROR):
        (tmp_path / "next").write_text("{}", encoding="utf-8")
        (tmp_path / "next").replace(path)
        follower.look()
    assert len(installed) == 1
    assert "not taken into service" in caplog.text


def test_an_unforeseen_fault_is_named_without_what_it_says_and_the_next_file_is_followed(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "current.json"
    installed: list[Scorer] = []
    follower = follower_of(path, installed.append)
    write_current(path, folder / "release", folder / "snapshot")

    def fail(path: Path) -> None:
        raise ValueError("a quoted value")

    with monkeypatch.context() as patch:
        patch.setattr("serving.current.read_current", fail)
        follower.look()
    assert "unforeseen ValueError" in caplog.text
    assert "a quoted value" not in caplog.text
    write_current(path, folder / "release", folder / "snapshot")
    follower.look()
    assert len(installed) == 1
