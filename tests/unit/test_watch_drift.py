"""Drift of inputs and margins: raised where something moved, quiet where nothing did or only a hair."""

import numpy as np
import pandas as pd
import pytest

from model.stability import BLOCKING_INDEX, WARNING_INDEX
from supervision.watch.drift import FALSE_DISCOVERIES, Side, input_drift, is_drifted, margin_drift

ROWS = 3_000


def side(columns: dict[str, np.ndarray], rows: int = ROWS) -> Side:
    return Side(ids(rows), np.column_stack(list(columns.values())), tuple(columns))


def ids(rows: int) -> pd.Series:
    return pd.Series([f"E{number:05d}" for number in range(rows)])


def margins(seed: int) -> pd.DataFrame:
    sector = np.where(np.arange(ROWS) % 3, "price", "drugs")
    margin = np.random.default_rng(seed).normal(-2, 1, ROWS)
    return pd.DataFrame({"enterprise_id": ids(ROWS), "sector": sector, "margin": margin})


def amounts(seed: int, scale: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(3, 1, ROWS) * scale


def drifted(before: np.ndarray, after: np.ndarray, index: float = WARNING_INDEX) -> bool:
    table = input_drift(side({"amount": before}), side({"amount": after}), {"amount": 1.0})
    return bool(is_drifted(table, index)["amount"])


def test_a_unit_that_changed_is_found_and_another_sample_of_the_same_is_not() -> None:
    assert drifted(amounts(1), amounts(2, 10_000), BLOCKING_INDEX)
    assert not drifted(amounts(1), amounts(2))


def test_values_that_went_missing_are_drift() -> None:
    empty = np.where(np.arange(ROWS) % 2, amounts(2), np.nan)
    assert drifted(amounts(1), empty)


def test_a_rate_that_rose_by_a_hair_everywhere_is_none() -> None:
    # Each region has one value: all leave their class, and none went anywhere.
    region = np.repeat([0.10, 0.12, 0.14, 0.16, 0.18], ROWS // 5)
    table = input_drift(side({"rate": region}), side({"rate": region - 0.001}), {"rate": 1.0})
    assert table.loc["rate", "q"] <= FALSE_DISCOVERIES
    assert not is_drifted(table, WARNING_INDEX)["rate"]


@pytest.mark.parametrize(("name", "told"), [("neighbourhood_rate_of_region", False), ("own_rate", True)])
def test_the_rate_of_a_group_moved_once_and_not_once_for_each_of_its_enterprises(name: str, told: bool) -> None:
    region = np.repeat(np.linspace(0.10, 0.20, 10), ROWS // 10)
    table = input_drift(side({name: region}), side({name: region + 0.02}), {name: 1.0})
    assert table.loc[name, "index"] > WARNING_INDEX
    assert is_drifted(table, WARNING_INDEX)[name] == told


def test_the_rates_of_many_groups_that_all_moved_are_drift() -> None:
    name = "neighbourhood_rate_of_region_sector"
    rates = np.repeat(np.random.default_rng(1).normal(0.2, 0.02, 300), ROWS // 300)
    table = input_drift(side({name: rates}), side({name: rates + 0.02}), {name: 1.0})
    assert is_drifted(table, WARNING_INDEX)[name]


def test_the_index_of_two_normal_distributions_is_the_square_of_their_distance() -> None:
    values = np.random.default_rng(1).normal(size=ROWS)
    table = input_drift(side({"x": values}), side({"x": values + 0.5}), {"x": 1.0})
    assert table.loc["x", "index"] == pytest.approx(0.25, abs=0.02)


def test_counts_that_cease_are_drift() -> None:
    counts = np.random.default_rng(1).poisson(1.0, ROWS).astype(float)
    assert drifted(counts, np.zeros(ROWS), BLOCKING_INDEX)


def test_of_many_indicators_that_did_not_move_hardly_any_is_named() -> None:
    names = [f"i{number}" for number in range(150)]
    use = dict.fromkeys(names, 1 / len(names))
    before, after = (
        side({name: np.random.default_rng([seed, at]).normal(size=ROWS) for at, name in enumerate(names)})
        for seed in (1, 2)
    )
    table = input_drift(before, after, use)
    assert (table["p"] < FALSE_DISCOVERIES).sum() > 0
    assert (table["q"] <= FALSE_DISCOVERIES).sum() == 0


def test_an_enterprise_of_several_sectors_counts_once() -> None:
    # The same 200 enterprises, ten rows of each: the test has the weight of 200.
    values = np.random.default_rng(3).normal(size=200)
    shifted = values + 0.15
    few, many = (
        input_drift(_repeated(values, times), _repeated(shifted, times), {"x": 1.0}).loc["x", "p"] for times in (1, 10)
    )
    assert many == pytest.approx(few, rel=1e-6)


def _repeated(values: np.ndarray, times: int) -> Side:
    return Side(ids(len(values)).repeat(times), np.repeat(values, times)[:, None], ("x",))


def test_margins_are_told_by_sector_and_a_small_sector_is_not_judged() -> None:
    before, after = margins(1), margins(2)
    is_drugs = after["sector"] == "drugs"
    after.loc[is_drugs, "margin"] += 1.5
    table = margin_drift(before, after)
    assert list(table.index) == ["all", "drugs", "price"]
    assert list(is_drifted(table, BLOCKING_INDEX)) == [False, True, False]
    before.loc[before.index[is_drugs][60:], "margin"] = np.nan
    assert "drugs" not in margin_drift(before, after).index


def test_without_a_past_nothing_is_said() -> None:
    nobody = side({"x": np.empty(0)}, rows=0)
    assert input_drift(nobody, side({"x": amounts(2)}), {"x": 1.0}).empty
    assert margin_drift(margins(1)[:0], margins(2)).empty
