"""Probabilities, promises and estimates against random inspections whose truth is known."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.calibration import margin_of, probability_of
from model.standard import SHIPPED_STANDARDS, Standard, read_standards
from records.errors import ModelError
from supervision.watch.drift import FALSE_DISCOVERIES
from supervision.watch.estimates import ALL, estimates, level_deviation, truths
from supervision.watch.jumps import jumps, movers
from supervision.watch.promises import calibration_kept, matured_draws, promises_kept
from supervision.watch.remembered import Entry, Remembered
from tests import served_district
from tests.spec.tables import given

STANDARDS: Mapping[str, Standard] = read_standards(SHIPPED_STANDARDS)
SECTORS = ("price", "drugs")


def draws(seed: int, rows: int = 800, odds: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Random draws at two chances, whose outcome follows the probability, with the odds of a sector moved."""
    generator = np.random.default_rng(seed)
    probability = probability_of(generator.normal(-1.8, 0.9, rows))
    sector = np.where(np.arange(rows) % 2, *SECTORS)
    shift = np.log([(odds or {}).get(one, 1.0) for one in sector])
    outcome = generator.random(rows) < probability_of(margin_of(probability) + shift)
    return pd.DataFrame(
        {
            "enterprise_id": [f"E{number}" for number in range(rows)],
            "sector": sector,
            "outcome": outcome.astype(float),
            "probability": probability,
            "margin": margin_of(probability),
            "inclusion_probability": np.where(np.arange(rows) % 4 < 2, 0.05, 0.2),
            "answered_on": pd.Timestamp("2024-01-01"),
        }
    )


EXPECTED = {ALL: {"low": 0.12, "high": 0.18}}


def broken(seed: int, odds: Mapping[str, float] | None = None) -> set[str]:
    kept = calibration_kept(draws(seed, odds=odds), EXPECTED)
    return set(kept.loc[kept["q"] <= FALSE_DISCOVERIES, "sector"])


def test_problems_that_doubled_in_one_sector_are_found_there_and_nowhere_without() -> None:
    assert all("drugs" in broken(seed, {"drugs": 3.0}) for seed in range(10))
    assert sum(bool(broken(seed)) for seed in range(40)) <= 4


def test_how_unsure_a_calibration_was_of_its_level_is_borne() -> None:
    many = draws(1, rows=20_000, odds={"price": 1.2, "drugs": 1.2})
    sure = calibration_kept(many, {ALL: {"low": 0.1499, "high": 0.1501}})
    unsure = calibration_kept(many, EXPECTED)
    assert (sure["q"] <= FALSE_DISCOVERIES).all()
    assert not (unsure["q"] <= FALSE_DISCOVERIES).any()


def test_few_draws_and_few_expected_problems_say_nothing() -> None:
    assert calibration_kept(draws(1, rows=15), EXPECTED).empty
    assert promises_kept(draws(1, rows=15), STANDARDS).empty


def test_a_low_tier_worse_than_promised_is_found_and_a_promise_that_is_kept_is_not() -> None:
    as_promised = promises_kept(draws(3, 3_000), STANDARDS)
    assert not (as_promised["q"] <= FALSE_DISCOVERIES).any()
    worse = promises_kept(draws(3, 3_000, dict.fromkeys(SECTORS, 6.0)), STANDARDS)
    low = worse[(worse["sector"] == ALL) & (worse["tier_rank"] == 1)].iloc[0]
    assert low["q"] <= FALSE_DISCOVERIES
    assert low["found"] > low["promised_high"]


def test_what_is_expected_of_true_probabilities_is_what_is_found() -> None:
    models = served_district.models()
    many = draws(5, rows=40_000)
    expected = estimates(many.assign(sector="general"), models)["general"]
    found = truths(many.assign(inclusion_probability=0.1))[ALL]
    for figure in ("rate", "auc", "log_loss", "brier"):
        assert found[figure] == pytest.approx(expected[figure], abs=0.01)
    assert expected["low"] < found["rate"] < expected["high"]
    # Two years of drift are left open even where the calibration were perfectly sure.
    assert level_deviation(expected) > 0.16


def test_an_answer_without_a_probability_promises_and_expects_nothing() -> None:
    rows = draws(1).assign(probability=np.nan, margin=np.nan)
    assert estimates(rows, served_district.models()) == {}


INSPECTED = """
    enterprises | enterprise | sectors
                | 甲         | price
                | 乙         | price

    inspections        | enterprise | occurred_on | known_at   | sector | basis     | severity | inclusion_probability
    before any answer  | 甲         | 2023-12-31  | 2024-01-02 | price  | random    | serious  | 0.2
    on the first day   | 甲         | 2024-01-01  | 2024-01-02 | price  | random    | serious  | 0.2
    by the second      | 甲         | 2024-04-01  | 2024-04-02 | price  | random    | none     | 0.2
    aimed              | 甲         | 2024-02-01  | 2024-02-02 | price  | complaint | serious  | 0.2
    nobody answered    | 乙         | 2024-02-01  | 2024-02-02 | price  | random    | serious  | 0.2
    not ripe           | 甲         | 2024-11-20  | 2024-11-21 | price  | random    | serious  | 0.2
    known too late     | 甲         | 2024-05-01  | 2025-01-01 | price  | random    | serious  | 0.2
"""


def remembered(folder: Path) -> Remembered:
    """甲 was answered twice: a tenth on New Year, a fifth from April on."""
    ledger = Remembered(folder)
    for day, probability in ((date(2024, 1, 1), 0.1), (date(2024, 4, 1), 0.2)):
        answers = pd.DataFrame(
            {
                "enterprise_id": ["甲"], "sector": ["price"], "tier_rank": [2], "margin": [margin_of(probability)],
                "probability": [probability], "reasons": [["penalties_count_365d"]], "contributions": [[0.3]],
            }
        )  # fmt: skip
        ledger.remember(Entry(day, "release", f"snapshot of {day}", {}), answers)
    return ledger


def test_each_ripe_random_draw_is_judged_by_the_last_answer_before_it(tmp_path: Path) -> None:
    found = matured_draws(given(INSPECTED).records, STANDARDS, date(2025, 1, 1), remembered(tmp_path))
    assert [(f"{row.occurred_on:%m-%d}", row.outcome, row.probability) for row in found.itertuples()] == [
        ("01-01", 1.0, 0.1),
        ("04-01", 0.0, 0.2),
    ]


def test_an_empty_ledger_judges_nothing(tmp_path: Path) -> None:
    assert matured_draws(given(INSPECTED).records, STANDARDS, date(2025, 1, 1), Remembered(tmp_path / "new")).empty


def test_the_ledger_gives_back_what_was_remembered_and_refuses_what_is_damaged(tmp_path: Path) -> None:
    ledger = remembered(tmp_path)
    entries = ledger.before(date(2024, 4, 2))
    assert [entry.as_of for entry in entries] == [date(2024, 1, 1), date(2024, 4, 1)]
    assert ledger.before(date(2024, 4, 1)) == entries[:1]
    assert ledger.answers(entries[0])["reasons"][0].tolist() == ["penalties_count_365d"]
    (tmp_path / "2024-01-01.json").write_text(json.dumps({"as_of": "2024-01-01"}), encoding="utf-8")
    with pytest.raises(ModelError, match="watch 2024-01-01 again"):
        ledger.before(date(2024, 4, 2))


def answer(rank: int, **reasons: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "enterprise_id": ["甲"], "sector": ["price"], "tier_rank": [rank],
            "reasons": [list(reasons)], "contributions": [list(reasons.values())],
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "is_jump"),
    [(1, 1, False), (1, 2, False), (1, 3, True), (3, 1, True), (3, 4, True), (4, 3, False), (0, 4, False)],
)
def test_a_jump_is_two_tiers_or_any_step_into_the_high_one(before: int, after: int, is_jump: bool) -> None:
    assert len(jumps(answer(before), answer(after))) == is_jump


def test_the_reasons_named_are_those_that_moved_the_way_the_tier_did() -> None:
    (row,) = movers(answer(1, a=0.1, b=0.5, c=-0.2), answer(3, a=0.9, b=0.2, d=0.4)).to_dict("records")
    assert row["moved"] == [("a", pytest.approx(0.8)), ("d", 0.4), ("c", 0.2)]
