"""The interval of a tier's rate holds the errors that sectors share, and is as wide as what is not known."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from model.calibration import Calibration, probability_of
from model.tiers import TIERS, tier_ranks
from tests.small_training import AS_OF, BORROWED, OWN, POINTS, SNAPSHOT, small_training, with_fitted, with_rows
from training.calibrate import FLAT, fit_calibration, shrunk
from training.fitted import Training
from training.recipe import GENERAL_SLOPE_PRIOR_DEVIATION, LEVEL_PRIOR_DEVIATION, SLOPE_PRIOR_DEVIATION, SPREAD_AS_PRIOR
from training.tiers.rates import YEARLY_DRIFT, predicted_rates, with_joint_calibrations

SAMPLES = 40


def _answers(training: Training, sector: str) -> pd.DataFrame:
    return training.models[sector].rows[["sector", "margin", "tier_rank"]]


def _replicates(training: Training, sector: str) -> np.ndarray:
    calibration = training.models[sector].model.calibration
    assert calibration is not None
    return np.array(calibration.replicates)


def test_slope_and_offset_stay_and_point_tables_stay_without_a_calibration() -> None:
    before, after = small_training(), with_joint_calibrations(small_training(), SAMPLES)
    for sector in ("general", OWN, BORROWED):
        old, new = before.models[sector].model.calibration, after.models[sector].model.calibration
        assert (new.slope, new.offset) == (old.slope, old.offset)
        assert len(new.replicates) == SAMPLES
    assert after.models[POINTS].model.calibration is None


def test_replicates_are_the_same_each_time_and_others_for_another_seed() -> None:
    first, again = (with_joint_calibrations(small_training(), 5) for _ in range(2))
    other = with_joint_calibrations(small_training(), 5, seed=1)
    assert (_replicates(first, OWN) == _replicates(again, OWN)).all()
    assert (_replicates(first, OWN) != _replicates(other, OWN)).all()


def test_a_sector_that_borrows_errs_with_the_general_calibration() -> None:
    # Few rows of its own, so that it leans on the general calibration.
    few = with_rows(small_training(), BORROWED, lambda rows: rows[:5])
    joint = with_joint_calibrations(few, 200)
    general, borrowed = _replicates(joint, "general"), _replicates(joint, BORROWED)
    assert np.corrcoef(general[:, 1], borrowed[:, 1])[0, 1] > 0.3
    # What is not known of the sector comes on top of what is not known of all.
    assert borrowed[:, 1].std() > general[:, 1].std()


def test_a_sector_without_rows_is_as_uncertain_as_general_prior_and_drift_together() -> None:
    joint = with_joint_calibrations(with_rows(small_training(), BORROWED, lambda rows: rows[:0]), 400)
    general, borrowed = _replicates(joint, "general"), _replicates(joint, BORROWED)
    years = (pd.Timestamp(AS_OF) - SNAPSHOT).days / 365.25
    drift = YEARLY_DRIFT * np.sqrt(years)
    expected = np.sqrt(
        general.var(axis=0) + np.array([SLOPE_PRIOR_DEVIATION, SPREAD_AS_PRIOR]) ** 2 + np.array([0.0, drift]) ** 2
    )
    assert borrowed.std(axis=0) == pytest.approx(expected, rel=0.15)


def test_the_older_the_judged_snapshots_the_wider_the_interval() -> None:
    fresh = small_training()
    stale = replace(fresh, as_of=date(AS_OF.year + 8, 1, 1))
    widths = [np.ptp(_replicates(with_joint_calibrations(training, 100), OWN)[:, 1]) for training in (fresh, stale)]
    assert widths[1] > 1.2 * widths[0]


def test_where_nothing_was_judged_the_priors_alone_say_how_little_is_known() -> None:
    empty = small_training()
    for sector in ("general", OWN, BORROWED):
        empty = with_rows(empty, sector, lambda rows: rows[:0])
    replicates = _replicates(with_joint_calibrations(empty, 300), "general")
    assert replicates.std(axis=0) == pytest.approx([GENERAL_SLOPE_PRIOR_DEVIATION, LEVEL_PRIOR_DEVIATION], rel=0.15)


def test_the_rate_of_a_tier_is_the_mean_probability_of_its_members() -> None:
    training = with_joint_calibrations(small_training(), SAMPLES)
    models = {sector: fitted.model for sector, fitted in training.models.items()}
    answers = pd.concat([_answers(training, OWN), _answers(training, BORROWED)])
    rates = predicted_rates(answers, models).set_index("tier")
    assert rates.index.tolist() == [tier.id for tier in TIERS]
    for tier in TIERS:
        members = answers[answers["tier_rank"] == tier.rank]
        assert rates.loc[tier.id, "n"] == len(members)
        assert rates.loc[tier.id, "predicted"] == pytest.approx(probability_of(members["margin"].to_numpy()).mean())
    assert (rates["low"] < rates["predicted"]).all()
    assert (rates["predicted"] < rates["high"]).all()


def test_errors_of_one_replicate_are_added_up_over_sectors_and_do_not_average_out() -> None:
    training = small_training()
    pairs = tuple((1.0, offset) for offset in (-0.5, 0.5))
    models = {
        sector: replace(training.models[sector].model, calibration=Calibration(1.0, 0.0, pairs))
        for sector in ("general", OWN, BORROWED)
    }
    answers = pd.DataFrame({"sector": [OWN, BORROWED], "margin": 0.0, "tier_rank": 1})
    low, high = predicted_rates(answers, models).loc[0, ["low", "high"]]
    # Both sectors move together: the mean's log-odds are -0.5 and 0.5, with the standard deviation of these two.
    reach = 1.96 * np.sqrt(0.5)
    assert (low, high) == pytest.approx(tuple(probability_of(np.array([-reach, reach]))), rel=1e-3)


def test_a_tier_of_nobody_and_answers_of_a_point_table_have_no_rate() -> None:
    training = small_training()
    models = {sector: fitted.model for sector, fitted in training.models.items()}
    answers = pd.DataFrame({"sector": [OWN, POINTS], "margin": [-3.0, np.nan], "tier_rank": [1, 0]})
    rates = predicted_rates(answers, models).set_index("tier")
    assert rates["n"].tolist() == [1, 0, 0, 0]
    assert rates.loc[["medium", "medium_high", "high"], ["predicted", "low", "high"]].isna().all(axis=None)
    assert predicted_rates(answers[:0], models)["n"].sum() == 0


def test_the_interval_holds_the_true_rate_of_a_tier_as_often_as_it_says() -> None:
    generator = np.random.default_rng(5)
    raw, sectors = generator.normal(-1.8, 0.9, 1_000), np.where(np.arange(1_000) % 3 == 0, BORROWED, OWN)
    truth = probability_of(0.9 * raw - 0.1 + np.where(sectors == OWN, 0.08, -0.1))
    held = [_holds(raw, sectors, truth, generator) for _ in range(15)]
    assert np.mean(held) >= 0.90


def _holds(raw: np.ndarray, sectors: np.ndarray, truth: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Whether each tier's interval holds its true rate, where outcomes are drawn anew from the truth."""
    outcome = (generator.random(len(raw)) < truth).astype(float)
    training, answers, toward = small_training(), [], (1.0, 0.0)
    for sector, precision in (("general", FLAT), (OWN, shrunk(SPREAD_AS_PRIOR)), (BORROWED, shrunk(SPREAD_AS_PRIOR))):
        own = np.ones(len(raw), dtype=bool) if sector == "general" else sectors == sector
        names = pd.Series([f"E{number}" for number in np.flatnonzero(own)])
        calibration = fit_calibration(raw[own], outcome[own], np.ones(own.sum()), toward=toward, precision=precision)
        toward = toward if sector != "general" else (calibration.slope, calibration.offset)
        margin = calibration.margins(raw[own])
        rows = pd.DataFrame(
            {
                "as_of": SNAPSHOT,
                "enterprise_id": names,
                "sector": sectors[own],
                "outcome": outcome[own],
                "severity_rank": 2 * outcome[own],
                "weight": 1.0,
                "margin": margin,
            }
        )
        rows["tier_rank"] = tier_ranks(probability_of(margin), (0.08, 0.16, 0.30))
        lineage = {"choice": "general"}
        model = replace(training.models[sector].model, calibration=calibration, lineage=lineage)
        training = with_fitted(training, sector, model=model, rows=rows)
        if sector != "general":
            answers.append(rows.assign(truth=truth[own]))
    joint = with_joint_calibrations(training, SAMPLES)
    everyone = pd.concat(answers)
    rates = predicted_rates(everyone, {sector: fitted.model for sector, fitted in joint.models.items()})
    true = everyone.groupby("tier_rank")["truth"].mean().reindex([1, 2, 3, 4]).to_numpy()
    return ((rates["low"] <= true) & (true <= rates["high"])).to_numpy()
