"""How many threads a process takes is what the environment says."""

import os

import pytest

from records.threads import allowed_threads, told_threads


def test_the_environment_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert (told_threads(), allowed_threads()) == (3, 3)


@pytest.mark.parametrize("told", ["", "0", "-1", "many", None])
def test_what_is_no_number_of_threads_leaves_one_a_processor(monkeypatch: pytest.MonkeyPatch, told: str | None) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if told is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert (told_threads(), allowed_threads()) == (None, os.cpu_count())
