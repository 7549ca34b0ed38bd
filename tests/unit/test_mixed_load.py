"""The measures of a soak: growth of memory and percentiles, on figures that are known."""

import pytest

from benchmarks.mixed_load import ONE_ID, Measured
from benchmarks.soak import as_json


def measured(sizes: list[int], errors: list[int] | None = None, slowest: float = 10.0) -> Measured:
    times = [1.0] * 90 + [slowest] * 10
    return Measured({ONE_ID: times}, {ONE_ID: errors or []}, [(float(at), size) for at, size in enumerate(sizes)])


@pytest.mark.parametrize(
    ("sizes", "growth"),
    [
        ([100] * 100, 0.0),
        ([100] * 50 + [106] * 50, 0.06),
        ([100] * 50 + [90] * 50, -0.1),
        # A peak in between, or a single odd sample, is no growth.
        ([100] * 30 + [500] * 30 + [100] * 40, 0.0),
        ([900, *[100] * 98, 900], 0.0),
    ],
)
def test_growth_is_between_the_first_and_the_last_part(sizes: list[int], growth: float) -> None:
    assert measured(sizes).growth == pytest.approx(growth)


@pytest.mark.parametrize(
    ("run", "holds"),
    [
        (measured([100] * 10), True),
        (measured([100] * 10, errors=[503]), False),
        (measured([100] * 10, errors=[0]), False),
        (measured([100] * 10, slowest=49.9), True),
        (measured([100] * 10, slowest=50.0), False),
        (measured([1000] * 50 + [1050] * 50), True),
        (measured([1000] * 50 + [1051] * 50), False),
    ],
)
def test_a_run_holds_without_errors_growth_or_slow_answers(run: Measured, holds: bool) -> None:
    assert as_json(run, 1.0)["holds"] is holds
