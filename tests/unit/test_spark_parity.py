"""Two engines' frames beside each other: what is the same whatever its order, and every way of not being the same."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from benchmarks.spark_parity import COUNTED, NAMES, as_table, compare
from features.pipeline import KEYS

COUNT = COUNTED[0]
SUM = next(name for name in NAMES if name not in COUNTED)


def frame() -> pd.DataFrame:
    keys = pd.DataFrame({name: ["A", "B", "B"] for name in KEYS})
    keys["sector"] = ["s", "s", "t"]
    values = pd.DataFrame(np.full((3, len(NAMES)), 2.0), columns=list(NAMES))
    values.loc[0, SUM] = np.nan
    return keys.join(values)


def changed(name: str, value: float, row: int = 1) -> pd.DataFrame:
    other = frame()
    other.loc[row, name] = value
    return other


def test_order_and_nulls_make_no_difference() -> None:
    parity = compare(frame(), frame().iloc[::-1])
    assert (parity.rows, parity.apart, parity.furthest) == (3, (), 0)
    assert parity.known == 3 * len(NAMES) - 1


def test_a_sum_may_be_off_by_the_last_digits_and_a_count_may_not() -> None:
    off = 2.0 * (1 + 1e-12)
    assert compare(frame(), changed(SUM, off)).apart == ()
    parity = compare(frame(), changed(COUNT, off))
    assert (parity.apart, parity.counts_apart) == ((COUNT,), 1)


@pytest.mark.parametrize(
    ("other", "figure"),
    [
        (lambda: changed(SUM, 2.0 + 1e-6), lambda parity: parity.furthest == pytest.approx(5e-7)),
        (lambda: changed(SUM, 2.0, row=0), lambda parity: parity.nulls_apart == 1),
        (lambda: changed(SUM, np.nan), lambda parity: parity.nulls_apart == 1),
    ],
)
def test_a_difference_is_counted_and_its_indicator_named(
    other: Callable[[], pd.DataFrame], figure: Callable[[object], bool]
) -> None:
    parity = compare(frame(), other())
    assert parity.apart == (SUM,)
    assert figure(parity)


def test_other_enterprises_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="the same enterprises"):
        compare(frame(), frame().iloc[:2])


def test_the_table_names_what_is_apart() -> None:
    result = {"as_of": "2025-01-01", "records": 1_234, **vars(compare(frame(), changed(COUNT, 3)))}
    assert f"not equal: {COUNT}" in as_table({"simulated": result})
    assert "| simulated | 2025-01-01 | 1,234 | 3 |" in as_table({"simulated": result})
