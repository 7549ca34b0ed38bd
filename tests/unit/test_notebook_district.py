"""The district of the notebooks is made once, whoever asks first and however many ask."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from notebooks import district


@pytest.fixture
def simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were asked to be simulated, in place of simulating them."""
    calls: list[Path] = []

    def simulate(out: Path, *arguments: object, **options: object) -> None:
        calls.append(out)
        time.sleep(0.1)
        out.mkdir()

    monkeypatch.setattr(district, "PLACE", tmp_path / "notebooks")
    monkeypatch.setattr(district, "simulate", simulate)
    return calls


def test_two_notebooks_at_once_make_one_district(simulated: list[Path]) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: district.district(), range(2))
    assert first == second == simulated[0]
    assert len(simulated) == 1


def test_a_simulation_that_broke_off_is_made_again(simulated: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(district, "simulate", lambda *arguments, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError, match="division by zero"):
            district.district()
    assert district.district().is_dir()
    assert len(simulated) == 1


def test_what_older_code_made_is_thrown_away(simulated: list[Path]) -> None:
    old = district.PLACE / "0123456789ab"
    old.mkdir(parents=True)
    district.district()
    assert not old.exists()
    district.district()
    assert len(simulated) == 1
