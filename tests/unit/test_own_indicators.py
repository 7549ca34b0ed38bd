"""A sector's own candidates learn from what all share and from its own indicators, never from other sectors' own."""

from dataclasses import replace

import numpy as np
import pytest

from features.catalogue.everything import BY_NAME
from model.scorecard import Scorecard
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from training.candidates import Candidate, Data, general_candidates, sector_candidates, silent_over, strangers_of
from training.recipe import BOOSTER

SHARED, OWN, FOREIGN = "complaints_count_365d", "complaints_price_marking_count_365d", "leads_advertising_count_365d"
ROWS = 600


def standards() -> dict[str, Standard]:
    return read_standards(SHIPPED_STANDARDS)


def data() -> Data:
    """Outcomes that follow the foreign indicator most, the sector's own less, the shared one least."""
    rng = np.random.default_rng(1)
    matrix = rng.poisson(1.0, (ROWS, 3)).astype(float)
    chance = 1 / (1 + np.exp(2.5 - matrix @ np.array([0.3, 0.8, 1.5])))
    outcome = (rng.random(ROWS) < chance).astype(float)
    sector, weight = np.full(ROWS, "price", dtype=object), np.ones(ROWS)
    return Data((SHARED, OWN, FOREIGN), matrix, outcome, weight, np.arange(ROWS) % 3, sector, weight)


def candidates(learned: Data) -> dict[str, Candidate]:
    made = sector_candidates(learned, np.zeros(ROWS), (), (1.0, 0.0))
    return {candidate.name: candidate for candidate in made}


def general_by_name(learned: Data) -> dict[str, Candidate]:
    return {candidate.name: candidate for candidate in general_candidates(learned)}


def test_strangers_are_what_others_own_and_this_sector_does_not():
    everyone = standards()
    of_price = strangers_of(everyone["price"], everyone)
    assert FOREIGN in of_price
    assert not of_price & set(everyone["price"].own_indicators)
    assert SHARED not in of_price
    # Two may own the same; what the general standard names is for all.
    assert "equipment_sector_overdue_share" not in strangers_of(everyone["boilers"], everyone)
    assert "grades_general_rank_latest" not in of_price


def test_a_sector_without_a_standard_learns_from_what_all_share():
    everyone = standards()
    owned = {name for sector, one in everyone.items() if sector != "general" for name in one.own_indicators}
    assert strangers_of(everyone["general"], everyone) == owned


@pytest.mark.parametrize("name", ["sector scorecard", "general + sector booster", "sector booster"])
def test_a_candidate_never_uses_what_it_is_blind_to(name: str):
    blind = candidates(data().blind_to({FOREIGN}))[name]
    (component,) = blind.fit()
    _, added = component.part.contributions(data().matrix, data().names)
    assert np.abs(added[:, 2]).max() == 0
    assert np.ptp(added[:, 1]) > 0
    other = data().matrix.copy()
    other[:, 2] = 99.0
    assert (
        component.part.margins(other, data().names).tobytes()
        == component.part.margins(data().matrix, data().names).tobytes()
    )


def test_without_the_blindness_it_would():
    (component,) = candidates(data())["sector scorecard"].fit()
    assert isinstance(component.part, Scorecard)
    assert FOREIGN in {row.indicator for row in component.part.rows}


def test_blind_to_nothing_is_the_same_data_and_the_same_candidates_to_the_bit():
    learned = data()
    assert learned.blind_to(set()) is learned
    assert learned.blind_to({"leads_standard_gap_open_count"}) is learned
    nobody_owns = {name: replace(standard, own_indicators=()) for name, standard in standards().items()}
    assert strangers_of(nobody_owns["price"], nobody_owns) == frozenset()
    first, second = candidates(learned), candidates(learned.blind_to(strangers_of(nobody_owns["price"], nobody_owns)))
    assert all(first[name].raw.tobytes() == second[name].raw.tobytes() for name in first)


def test_a_catalogue_that_grows_by_records_which_nobody_has_changes_no_model_by_a_bit(monkeypatch):
    """Counts of such records are 0 throughout, latest values null."""
    monkeypatch.setattr("training.candidates.BOOSTER", {**BOOSTER, "min_data_in_leaf": 10})
    learned = data()
    others = tuple(name for name in BY_NAME if name.startswith("inspections_"))[:30]
    noise = np.random.default_rng(2).poisson(1.0, (ROWS, len(others))).astype(float)
    learned = replace(learned, names=(*learned.names, *others), matrix=np.column_stack([learned.matrix, noise]))
    grown = replace(
        learned,
        names=("leads_count_365d", "grades_general_rank_latest", *learned.names, "annual_reports_assets_latest"),
        matrix=np.column_stack([np.zeros(ROWS), np.full(ROWS, np.nan), learned.matrix, np.full(ROWS, np.nan)]),
    )
    heard = replace(grown, matrix=np.where(np.arange(ROWS)[:, None] % 2 == 0, grown.matrix, grown.outcome[:, None]))
    as_before, now, otherwise = (general_by_name(one)["booster"].raw for one in (learned, grown, heard))
    assert now.tobytes() == as_before.tobytes() != otherwise.tobytes()
    (card,), (card_before,) = (general_by_name(one)["scorecard"].fit() for one in (grown, learned))
    assert card == card_before


def test_recent_rates_are_learned_from_for_horizons_that_they_speak_of():
    recent = {name for name, indicator in BY_NAME.items() if indicator.speaks_days == 180}
    assert {name.startswith("neighbourhood_recent_") for name in recent} == {True}
    assert silent_over(179) == silent_over(180) == frozenset()
    assert silent_over(181) == recent


def test_what_one_is_blind_to_might_as_well_not_be_there():
    learned = data()
    narrow = replace(learned, names=learned.names[:2], matrix=learned.matrix[:, :2])
    blind, without = candidates(learned.blind_to({FOREIGN})), candidates(narrow)
    assert all(blind[name].raw.tobytes() == without[name].raw.tobytes() for name in blind)
