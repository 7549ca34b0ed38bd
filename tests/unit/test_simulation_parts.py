"""The parts of the simulator that stand alone: codes, delays, draws, regimes, the latent risk."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from simulation.clocks import Delay, known_after, known_later
from simulation.codes import ALPHABET, check_character, unified_codes
from simulation.draws import stratified_draw
from simulation.history import history_until
from simulation.matters import BY_SECTOR, matters_of
from simulation.penalties import by_regime
from simulation.rows import changed_from
from simulation.sectors import SECTOR_IDS
from simulation.world import make_world


def stream(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("code", ["91440511MA0000015A", "91512081MA62K0260E"])
def test_check_character_of_known_codes(code: str) -> None:
    assert check_character(code[:17]) == code[17]


def test_codes_are_distinct_and_valid_but_for_the_wrong_share() -> None:
    prefixes = np.array(["91", "92"] * 1000, dtype=object)
    codes = unified_codes(stream(), prefixes, wrong_share=0.001)
    assert len(set(codes)) == 2000
    assert all(len(code) == 18 and set(code) <= set(ALPHABET) for code in codes)
    assert all(code.startswith(prefix + "440511") for code, prefix in zip(codes, prefixes, strict=True))
    assert sum(check_character(code[:17]) != code[17] for code in codes) == 2


def test_later_version_is_known_at_least_a_day_after_the_first() -> None:
    day = np.full(500, np.datetime64("2024-03-01"))
    delay = Delay(typical_days=3)
    first = known_after(stream(1), day, delay)
    second = known_later(stream(2), first, day, delay)
    assert (first >= day).all()
    assert (second.astype("datetime64[D]") > first.astype("datetime64[D]")).all()


def test_stratified_draw_takes_the_ratio_and_at_least_one_of_each_stratum() -> None:
    stratum = np.repeat([0, 1, 2], [100, 3, 1])
    drawn, probability = stratified_draw(stream(), stratum, np.full(104, 0.1))
    assert np.bincount(stratum, drawn).tolist() == [10, 1, 1]
    assert np.unique(probability[stratum == 0]).tolist() == [0.1]
    assert np.unique(probability[stratum == 1]) == pytest.approx([1 / 3])
    assert np.unique(probability[stratum == 2]).tolist() == [1.0]


def test_every_unit_is_drawn_as_often_as_its_inclusion_probability_says() -> None:
    stratum = np.repeat([0, 1], [20, 5])
    ratio = np.repeat([0.2, 0.4], [20, 5])
    times = sum(stratified_draw(stream(seed), stratum, ratio)[0] for seed in range(2000))
    probability = stratified_draw(stream(), stratum, ratio)[1]
    assert np.abs(times / 2000 - probability).max() < 5 * np.sqrt(0.25 / 2000)


def test_regime_changes_on_its_first_day() -> None:
    decided = np.array(["2025-12-24", "2025-12-25"], dtype="datetime64[D]")
    severity = np.array(["general", "general"], dtype=object)
    assert by_regime(decided, severity, "longest").tolist() == [3 * 365, 365]
    assert by_regime(decided, severity, "before_repair").tolist() == [182, 91]


def test_minor_penalties_need_no_repair() -> None:
    decided = np.array(["2024-01-01"], dtype="datetime64[D]")
    assert np.isnan(by_regime(decided, np.array(["minor"], dtype=object), "before_repair")).all()


def test_history_has_a_further_year_of_truth_but_no_events_in_it() -> None:
    history = history_until(date(2025, 1, 1), 2)
    assert history.start == np.datetime64("2023-01-01")
    assert history.quarters == 12
    assert (history.quarter_years > 0).tolist() == [True] * 8 + [False] * 4


def test_records_reveal_the_temper_but_not_the_frailty() -> None:
    world = make_world(2000, history_until(date(2025, 1, 1), 2), seed=5)
    risk = world.risk
    frailty = (risk.own - risk.temper[risk.unit_enterprise])[:, 0]
    assert frailty.std() > 0.4
    assert abs(np.corrcoef(frailty, world.population.conduct[risk.unit_enterprise])[0, 1]) < 0.08


def test_risk_of_neighbours_is_more_alike_than_that_of_strangers() -> None:
    world = make_world(3000, history_until(date(2025, 1, 1), 1), seed=5)
    population, temper = world.population, world.risk.temper[:, 0]
    near = np.hypot(population.lat[:, None] - population.lat, population.lon[:, None] - population.lon) < 0.002
    np.fill_diagonal(near, False)
    has_neighbours = near.sum(axis=1) >= 5
    of_neighbours = (near @ temper)[has_neighbours] / near.sum(axis=1)[has_neighbours]
    assert np.corrcoef(temper[has_neighbours], of_neighbours)[0, 1] > 0.05


def versions(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Record id, day on which the version became known (at noon), state."""
    frame = pd.DataFrame(rows, columns=["record_id", "known_at", "state"])
    return frame.assign(known_at=pd.to_datetime(frame["known_at"] + " 12:00").astype("datetime64[us]"))


def changed(frame: pd.DataFrame, **known: str) -> list[tuple[str, str, str]]:
    """The versions after each named record has become "new" at noon of a day, in order."""
    instants = np.array([f"{day}T12:00" for day in known.values()], dtype="datetime64[us]")
    ids = np.array(list(known), dtype=object)
    after = changed_from(frame, ids, instants, state=np.full(len(ids), "new", dtype=object))
    after = after.sort_values(["record_id", "known_at"])
    return list(zip(after["record_id"], after["known_at"].dt.strftime("%m-%d %H:%M:%S"), after["state"], strict=True))


def test_a_change_is_a_version_of_its_own_and_lasts_in_all_later_ones() -> None:
    frame = versions(("a", "2024-01-01", "one"), ("a", "2024-03-01", "two"), ("b", "2024-01-01", "other"))
    assert changed(frame, a="2024-02-01") == [
        ("a", "01-01 12:00:00", "one"),
        ("a", "02-01 12:00:00", "new"),
        ("a", "03-01 12:00:00", "new"),
        ("b", "01-01 12:00:00", "other"),
    ]


def test_a_change_at_the_instant_of_a_version_comes_a_second_later() -> None:
    frame = versions(("a", "2024-01-01", "one"), ("a", "2024-03-01", "two"))
    assert changed(frame, a="2024-03-01")[1:] == [("a", "03-01 12:00:00", "two"), ("a", "03-01 12:00:01", "new")]


def test_a_change_before_the_first_version_or_of_nothing_changes_nothing() -> None:
    frame = versions(("a", "2024-01-02", "one"))
    assert changed(frame, a="2024-01-01") == changed(frame) == [("a", "01-02 12:00:00", "one")]


def test_matters_follow_the_sector_and_some_are_not_told() -> None:
    assert set(BY_SECTOR) == set(SECTOR_IDS)
    matters = matters_of(stream(), pd.Series(["price"] * 500 + [None] * 500, dtype="object"))
    assert set(matters[:500]) == {"price_marking", "other", None}
    assert {"contract", "registration"} < set(matters[500:])
