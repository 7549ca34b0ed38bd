"""Naive figures beside corrected ones: by hand, and on a population whose truth is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from model.calibration import probability_of
from model.tiers import TIERS
from tests.small_training import small_training
from training.metrics import design_rate, jeffreys, strata_of
from training.selection import QUALITY, selection_of, selection_report, selection_table, weighted_calibration_error


def rows(outcome: list[float], tier_rank: int = 1, chance: float | None = None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": outcome,
            "probability": np.linspace(0.1, 0.4, len(outcome)),
            "tier_rank": tier_rank,
            "sector": "drugs",
            "inclusion_probability": pd.Series([chance] * len(outcome), dtype=float),
        }
    )


NOBODY = rows([])
CHOSEN = rows([1.0, 1, 0], 3)
OFTEN, SELDOM = rows([1.0, 0, 1], 3, chance=0.5), rows([0.0, 0, 0, 1], 1, chance=0.1)
DRAWN = pd.concat([OFTEN, SELDOM], ignore_index=True)
INSPECTED = pd.concat([CHOSEN, DRAWN], ignore_index=True)


def test_a_naive_rate_counts_all_inspections_alike_and_a_corrected_one_each_draw_by_its_chance() -> None:
    overall = selection_table(INSPECTED, DRAWN).set_index("figure").loc["overall"]
    plain = jeffreys(5, 10)
    assert (overall["naive"], overall["naive_low"], overall["naive_high"]) == pytest.approx(
        (0.5, plain.low, plain.high)
    )
    assert overall["naive_n"] == 10
    # Weights 2 and 10: (2 + 2 + 10) of (3 x 2 + 4 x 10).
    assert overall["corrected"] == pytest.approx(14 / 46)
    drawn = design_rate(DRAWN["outcome"].to_numpy(), DRAWN["inclusion_probability"].to_numpy(), strata_of(DRAWN))
    assert drawn is not None
    assert (overall["corrected_low"], overall["corrected_high"]) == pytest.approx((drawn.low, drawn.high))
    assert overall["corrected_n"] == 7
    assert overall["difference"] == pytest.approx(0.5 - 14 / 46)


def test_there_is_a_row_for_the_whole_each_tier_and_each_figure_of_quality() -> None:
    table = selection_table(INSPECTED, DRAWN).set_index("figure")
    assert table.index.tolist() == ["overall", *(tier.id for tier in TIERS), *QUALITY]
    assert table.loc["low", ["naive", "corrected"]].tolist() == pytest.approx([1 / 4, 1 / 4])
    assert table.loc["medium_high", ["naive", "corrected"]].tolist() == pytest.approx([4 / 6, 2 / 3])
    assert table.loc["medium", ["naive", "corrected", "difference"]].isna().all()


def test_the_quality_of_answers_is_weighted_like_the_rates() -> None:
    table = selection_table(INSPECTED, DRAWN).set_index("figure")
    often, seldom = [frame[["outcome", "probability"]].to_numpy() for frame in (OFTEN, SELDOM)]
    # Weights 2 and 10 are one and five copies.
    outcome, probability = np.vstack([often, *[seldom] * 5]).T
    assert table.loc["auc", "corrected"] == pytest.approx(roc_auc_score(outcome, probability))
    assert table.loc["log_loss", "corrected"] == pytest.approx(log_loss(outcome, probability))
    assert table.loc["log_loss", "naive"] == pytest.approx(log_loss(INSPECTED["outcome"], INSPECTED["probability"]))


def test_the_weighted_calibration_error_by_hand() -> None:
    # Each row falls into a bin of its own: the tenths of the weight at 0.2, 0.45 and 0.75.
    outcome, probability, weight = np.array([0.0, 1, 1]), np.array([0.1, 0.2, 0.8]), np.array([4.0, 1, 5])
    error = weighted_calibration_error(outcome, probability, weight)
    assert error == pytest.approx(0.4 * 0.1 + 0.1 * 0.8 + 0.5 * 0.2)


def test_rows_of_one_bin_may_make_up_for_each_other() -> None:
    outcome = np.array([0.0, 1.0] * 10)
    assert weighted_calibration_error(outcome, np.full(20, 0.5), np.ones(20)) == pytest.approx(0)


def test_without_draws_there_is_nothing_to_correct_with() -> None:
    table = selection_table(CHOSEN, NOBODY)
    assert table["naive"].notna().any()
    assert table["corrected"].isna().all()
    assert set(table["corrected_n"]) == {0}
    assert {"figure": "auc", "corrected": None}.items() <= selection_report(table)[5].items()


def test_without_inspections_the_table_is_empty() -> None:
    assert selection_table(NOBODY, NOBODY).empty
    assert selection_report(selection_table(NOBODY, NOBODY)) == []


def test_one_kind_of_outcome_has_no_auc() -> None:
    assert selection_table(rows([0.0, 0]), NOBODY).set_index("figure")["naive"].isna()["auc"]


def test_corrected_rates_keep_to_the_truth_where_inspectors_follow_the_risk() -> None:
    generator = np.random.default_rng(3)
    margin = generator.normal(-2, 1, 40_000)
    seen = margin + generator.normal(0, 1, len(margin))
    everyone = pd.DataFrame(
        {
            "outcome": (generator.random(len(margin)) < probability_of(margin)).astype(float),
            "probability": probability_of(margin),
            "tier_rank": np.digitize(margin, [-3, -2, -1]) + 1,
            "sector": "drugs",
            "inclusion_probability": np.where(seen > -1, 0.3, 0.1),
        }
    )
    drawn = everyone[generator.random(len(margin)) < everyone["inclusion_probability"]]
    aimed = everyone[generator.random(len(margin)) < 0.3 * (seen > -1)]
    table = selection_table(pd.concat([drawn, aimed]), drawn).set_index("figure")
    truth = everyone["probability"].mean()
    assert table.loc["overall", "corrected_low"] < truth < table.loc["overall", "corrected_high"]
    assert table.loc["overall", "naive_low"] > 1.2 * truth


def test_a_training_has_the_table_of_each_sectors_last_year() -> None:
    fitted = small_training().models["general"]
    table = selection_of(replace(fitted, recent=fitted.rows)).set_index("figure")
    assert table.loc["overall", "naive"] == pytest.approx(fitted.rows["outcome"].mean())
    # All were drawn with one probability: nothing is to be corrected.
    assert table["difference"].dropna().abs().max() < 1e-9
    assert selection_of(replace(fitted, recent=pd.DataFrame())).empty
