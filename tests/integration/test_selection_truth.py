"""On a simulated district the corrected rates keep to the truth where the naive ones do not."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from features.build import build_frame
from model.standard import Standard
from model.tiers import TIERS
from records.source import Records, read_records
from simulation.district import simulate, truth_directory
from simulation.truth import true_rates
from tests.small_district import AS_OF, YEARS, small_district
from training.backtest import judged_draws, judged_outcomes, score_cohort
from training.outcomes import is_drawn
from training.selection import selection_table

pytestmark = pytest.mark.long

ENTERPRISES, SEED = 8_000, 23
"""Enough inspections of a year for the naive rates to be wrong by more than noise."""
DEVIATIONS_OF_AN_INTERVAL = 2 * 1.96
KEY = ["enterprise_id", "sector"]


def standards() -> Mapping[str, Standard]:
    """The simulator's truth speaks of general problems within a year, whatever a sector's own standard says."""
    return {
        sector: replace(standard, outcome_severity="general", horizon_days=365)
        for sector, standard in small_district().standards.items()
    }


def scored_with_truth(records: Records, truth: Path) -> pd.DataFrame:
    """The cohort at AS_OF with the tiers of the small district's models, which know no enterprise of this one.

    Only sectors whose own standard speaks of the same problems: elsewhere a low tier promises few serious ones.
    """
    shipped = small_district().standards
    alike = [sector for sector, standard in shipped.items() if standard.outcome_severity == "general"]
    models = {sector: fitted.model for sector, fitted in small_district().training.models.items()}
    true = true_rates(truth)
    true = true[pd.to_datetime(true["as_of"]) == pd.Timestamp(AS_OF)].drop(columns="as_of")
    scores = score_cohort(build_frame(records, AS_OF), models)
    return scores[scores["probability"].notna() & scores["sector"].isin(alike)].merge(true, on=KEY)


@cache
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of naive and corrected figures with the truth beside, and the same with only draws that came first."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "district"
        simulate(folder, ENTERPRISES, YEARS, SEED, progress=False)
        records = read_records(folder)
        scores = scored_with_truth(records, truth_directory(folder))
        inspected = scores.merge(judged_outcomes(records, standards(), AS_OF), on=KEY)
        drawn = scores.merge(judged_draws(records, standards(), AS_OF), on=KEY)
    names = {tier.rank: tier.id for tier in TIERS}
    truth = scores.groupby(scores["tier_rank"].map(names))["true_probability"].mean()
    truth.loc["overall"] = scores["true_probability"].mean()
    both = [selection_table(inspected, draws) for draws in (drawn, inspected[is_drawn(inspected)])]
    whole, first = [table.set_index("figure").join(truth.rename("truth"), how="inner") for table in both]
    return whole, first


def deviations(table: pd.DataFrame, kind: str) -> pd.Series:
    """How many standard errors each rate lies above the truth."""
    error = (table[f"{kind}_high"] - table[f"{kind}_low"]) / DEVIATIONS_OF_AN_INTERVAL
    return (table[kind] - table["truth"]) / error


def test_corrected_rates_are_within_noise_of_the_truth() -> None:
    found = deviations(tables()[0], "corrected")
    assert found.index.tolist() == ["overall", *(tier.id for tier in TIERS)]
    assert found.abs().max() < 3
    assert abs(found["overall"]) < 2


def test_naive_rates_are_not() -> None:
    found = deviations(tables()[0], "naive")
    assert found["overall"] > 4
    assert found.max() > 3
    assert (found.drop("overall") ** 2).sum() > 2 * (deviations(tables()[0], "corrected").drop("overall") ** 2).sum()


def test_draws_that_count_only_where_they_come_first_miss_the_riskier_ones() -> None:
    whole, first = tables()
    assert first.loc["overall", "corrected_n"] < 0.8 * whole.loc["overall", "corrected_n"]
    assert first.loc["overall", "corrected"] < whole.loc["overall", "corrected"]


@pytest.mark.parametrize("kind", ["naive", "corrected"])
def test_rates_rise_with_the_tier(kind: str) -> None:
    assert tables()[0].drop("overall")[kind].is_monotonic_increasing
