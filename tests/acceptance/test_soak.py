"""Two minutes of what `make soak` does for thirty: no error, and the workers' memory does not grow."""

from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.mixed_load import MAX_GROWTH, ONE_ID
from benchmarks.soak import as_json, print_result, soak
from tests.live_service import START_WITHIN_SECONDS
from tests.simulated_district import simulated_district

pytestmark = pytest.mark.long

MINUTES = 2.0


def test_two_minutes_of_mixed_load_bring_no_error_and_no_growth(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serving.serve.READY_WITHIN_SECONDS", START_WITHIN_SECONDS)
    made = simulated_district(tmp_path)
    measured = soak(made.current, made.folder / "records", MINUTES)
    result = as_json(measured, MINUTES)
    # How quick it is depends on what else the machine does: told here, and judged by `make soak`.
    print_result(Console(), result)
    assert measured.errors == {name: [] for name in measured.milliseconds}
    assert measured.growth <= MAX_GROWTH
    assert all(figures["requests"] > 0 for figures in result["kinds"].values())
    assert len(measured.milliseconds[ONE_ID]) > 100
