"""Proposed cuts keep their promises as often as they say, fit the capacity, and change nothing by themselves."""

import tomllib
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from model.calibration import margin_of, probability_of
from model.standard import SHIPPED_STANDARDS, read_standards
from records.errors import ConfigError
from records.source import records_from_frames
from tests.small_training import BORROWED, OWN, POINTS, SNAPSHOT, small_training, with_fitted
from training.fitted import Training
from training.tiers import propose
from training.tiers.proposal_table import print_proposal, proposal_toml
from training.tiers.proposals import propose_standards
from training.tiers.propose import propose_cuts

MANY, CONFIDENCE = 6_000, 0.9
GENERATOR_SEED = 4


@pytest.fixture(autouse=True)
def _coarse_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even percents up to 50 are enough to test by, and quicker."""
    monkeypatch.setattr(propose, "GRID", np.arange(2, 51, 2) / 100)


def _world(
    inspections: int, generator: np.random.Generator, *, slope: float = 1.0, offset: float = 0.0
) -> tuple[Training, pd.DataFrame]:
    """A training whose one sector was judged by so many plain inspections, and today's cohort with its true rates.

    The truth is `slope * margin + offset` in log-odds: 1 and 0 where the probabilities keep their word.
    """
    margin = generator.normal(-1.9, 1.0, inspections)
    outcome = (generator.random(inspections) < probability_of(slope * margin + offset)).astype(float)
    rows = pd.DataFrame(
        {
            "as_of": SNAPSHOT,
            "enterprise_id": [f"E{number}" for number in range(inspections)],
            "sector": OWN,
            "outcome": outcome,
            "serious": 0.0,
            "weight": 1.0,
            "basis": "statutory",
            "inclusion_probability": np.nan,
            "margin": margin,
            "probability": probability_of(margin),
            "tier_rank": 1,
        }
    )
    training = small_training()
    keys = rows[["as_of", "enterprise_id", "sector", "outcome"]].assign(occurred_on=SNAPSHOT + pd.Timedelta(days=30))
    training = replace(training, examples=replace(training.examples, keys=keys))
    cohort_margin = generator.normal(-1.9, 1.0, 20_000)
    cohort = pd.DataFrame({"sector": OWN, "probability": probability_of(cohort_margin)})
    return with_fitted(training, OWN, rows=rows), cohort.assign(truth=probability_of(slope * cohort_margin + offset))


def test_the_nearest_cuts_that_keep_their_promise_are_proposed() -> None:
    training, cohort = _world(MANY, np.random.default_rng(GENERATOR_SEED))
    proposal = propose_cuts(training, cohort, OWN, CONFIDENCE)
    assert proposal.cuts is not None
    assert proposal.after is not None
    # Probabilities that keep their word need no other cuts than those in force: 10, 20 and 35 %, here to even percents.
    assert margin_of(np.array(proposal.cuts)) == pytest.approx(margin_of(np.array([0.10, 0.20, 0.35])), abs=0.2)
    assert proposal.after.tiers["is_kept"].all()


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.85, -0.15), (1.2, 0.35)])
def test_proposed_bands_hold_the_true_rate_as_often_as_stated(slope: float, offset: float) -> None:
    generator = np.random.default_rng(GENERATOR_SEED)
    kept = []
    for _ in range(15):
        training, cohort = _world(2_500, generator, slope=slope, offset=offset)
        proposal = propose_cuts(training, cohort, OWN, CONFIDENCE)
        if proposal.cuts is not None:
            kept.append(_bands_hold(proposal.cuts, cohort))
    assert len(kept) >= 10
    assert np.mean(kept) >= CONFIDENCE


def _bands_hold(cuts: tuple[float, float, float], cohort: pd.DataFrame) -> list[bool]:
    """Whether each tier's true rate lies between its cuts."""
    rank = np.searchsorted(cuts, cohort["probability"], side="right")
    true = cohort.groupby(rank)["truth"].mean()
    borders = [0.0, *cuts, 1.0]
    return [bool(borders[tier] <= rate <= borders[tier + 1]) for tier, rate in true.items()]


def test_more_confidence_is_harder_to_keep() -> None:
    training, _ = _world(1_500, np.random.default_rng(GENERATOR_SEED))
    evidence = propose._evidence(training.models[OWN].rows)
    kept = [propose._kept_bands(evidence, confidence) for confidence in (0.6, 0.99)]
    assert (kept[0] | ~kept[1]).all()
    assert kept[0].sum() > kept[1].sum()


def test_too_few_inspections_support_no_cuts_and_say_so() -> None:
    training, cohort = _world(80, np.random.default_rng(GENERATOR_SEED))
    proposal = propose_cuts(training, cohort, OWN, CONFIDENCE)
    assert proposal.cuts is None
    assert proposal.after is None
    assert "no three whole percents do on 80 inspections" in proposal.reason
    assert "draw more at random" in proposal.reason


def test_a_point_table_and_a_sector_without_rows_support_no_cuts() -> None:
    _, cohort = _world(80, np.random.default_rng(GENERATOR_SEED))
    empty = with_fitted(small_training(), BORROWED, rows=small_training().models[BORROWED].rows[:0])
    assert "on 0 inspections" in propose_cuts(empty, cohort, BORROWED, CONFIDENCE).reason
    assert "A point table gives no probabilities" in propose_cuts(empty, cohort, POINTS, CONFIDENCE).reason


def test_the_draws_of_the_proposed_tiers_fit_the_capacity() -> None:
    training, cohort = _world(MANY, np.random.default_rng(GENERATOR_SEED))
    free = propose_cuts(training, cohort, OWN, CONFIDENCE)
    assert free.after is not None
    capacity = 0.93 * free.after.inspections
    tight = propose_cuts(training, cohort, OWN, CONFIDENCE, capacity)
    assert tight.after is not None
    assert tight.after.inspections <= capacity
    assert tight.after.tiers["is_kept"].all()
    none = propose_cuts(training, cohort, OWN, CONFIDENCE, 10)
    assert none.cuts is None
    assert "must fit the capacity of 10 inspections" in none.reason


def test_the_effect_counts_todays_cohort_by_the_standards_ratios() -> None:
    training, cohort = _world(MANY, np.random.default_rng(GENERATOR_SEED))
    effect = propose_cuts(training, cohort, OWN, CONFIDENCE).before
    assert effect is not None
    before = effect.tiers.set_index("tier")
    standard = training.models[OWN].model.standard
    low = int((cohort["probability"] < standard.cuts[0]).sum())
    assert before.loc["low", "enterprises"] == low
    assert before.loc["low", "inspections"] == pytest.approx(low * standard.sampling["low"].ratio)
    assert before["share"].sum() == pytest.approx(1)
    assert before["judged"].sum() == MANY
    assert ((before["low"] <= before["rate"]) & (before["rate"] <= before["high"])).all()


def test_probability_draws_are_weighted_and_other_inspections_left_out() -> None:
    training, cohort = _world(MANY, np.random.default_rng(GENERATOR_SEED))
    rows = training.models[OWN].rows
    is_drawn = np.arange(len(rows)) % 2 == 0
    rows = rows.assign(basis=np.where(is_drawn, "random", "complaint"))
    rows = rows.assign(inclusion_probability=np.where(is_drawn, np.where(rows["outcome"] > 0, 0.4, 0.1), np.nan))
    before = propose_cuts(with_fitted(training, OWN, rows=rows), cohort, OWN, CONFIDENCE).before
    assert before is not None
    assert before.tiers["judged"].sum() == is_drawn.sum()
    low = rows[is_drawn & (rows["probability"] < 0.10)]
    expected = np.average(low["outcome"], weights=1 / low["inclusion_probability"])
    assert before.tiers.loc[0, "rate"] == pytest.approx(expected)


def test_the_snippet_is_toml_that_holds_the_cuts_and_why_a_sector_has_none() -> None:
    training, cohort = _world(MANY, np.random.default_rng(GENERATOR_SEED))
    good = propose_cuts(training, cohort, OWN, CONFIDENCE)
    none = propose_cuts(training, cohort, OWN, CONFIDENCE, 10)
    text = proposal_toml([good, none], date(2024, 7, 1), CONFIDENCE)
    assert good.cuts is not None
    assert tomllib.loads(text) == {OWN: {"tiers": {"cuts": list(good.cuts)}}}
    assert f"# {OWN}: The draws of a year must fit" in text


def test_the_effect_is_shown_before_and_after() -> None:
    training, cohort = _world(MANY, np.random.default_rng(GENERATOR_SEED), slope=1.2, offset=0.35)
    console = Console(width=150, record=True)
    print_proposal(console, propose_cuts(training, cohort, OWN, CONFIDENCE), CONFIDENCE)
    print_proposal(console, propose_cuts(training, cohort, OWN, CONFIDENCE, 10), CONFIDENCE)
    text = console.export_text()
    assert "现行分界 cuts in force [0.10, 0.20, 0.35]" in text
    assert "建议分界 proposed cuts" in text
    assert "no cuts proposed. The draws of a year must fit" in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"confidence": 1.0}, "A confidence must lie between 0 and 1, got 1"),
        ({"confidence": 0.9, "capacity": 0}, "A capacity must be a positive number"),
        ({"confidence": 0.9, "sector": "飞机"}, "A sector must have a standard, got '飞机'"),
    ],
)
def test_unusable_requests_are_refused_before_anything_is_trained(arguments: dict, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        propose_standards(records_from_frames({}), read_standards(SHIPPED_STANDARDS), date(2024, 1, 1), **arguments)
