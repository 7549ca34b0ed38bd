"""Groups are compared as declared, small ones are hidden, and only what is beyond noise is called out of line."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.standard import SHIPPED_STANDARDS, read_standards
from model.standard_terms import SamplingRule
from model.tiers import tier_ranks
from tests.small_training import small_training
from training.examples import Examples
from training.fairness import (
    LEAST_ENTERPRISES,
    MOST_REGIONS,
    TRAITS,
    compare_groups,
    effective_enterprises,
    expected_inspections,
    label_traits,
    out_of_line,
)

STANDARD = read_standards(SHIPPED_STANDARDS)["general"]
SIZE, AGE, REGION, OWNERSHIP = TRAITS


def answered(seed: int, enterprises: int = 2_000, snapshots: int = 2, **bias: float) -> pd.DataFrame:
    """Calibrated answers to enterprises of two sizes, whose snapshots share one outcome.

    `bias` multiplies the odds of a group's outcomes.
    """
    generator = np.random.default_rng(seed)
    size = generator.choice(["micro", "small"], enterprises)
    probability = generator.beta(1, 7, enterprises)
    odds = probability / (1 - probability) * pd.Series(size).map(lambda one: bias.get(one, 1.0)).to_numpy()
    rows = pd.DataFrame(
        {
            "enterprise_id": [f"E{number}" for number in range(enterprises)],
            "size": size,
            "outcome": (generator.random(enterprises) < odds / (1 + odds)).astype(float),
            "probability": probability,
            "tier_rank": tier_ranks(probability, STANDARD.cuts),
        }
    )
    return pd.concat([rows] * snapshots, ignore_index=True)


def by_group(rows: pd.DataFrame, trait=SIZE) -> pd.DataFrame:
    return compare_groups(rows, trait, STANDARD).set_index("group")


def test_measures_are_those_of_the_groups_rows() -> None:
    rows = answered(1)
    found = by_group(rows).loc["micro"]
    own = rows[rows["size"] == "micro"]
    clean, problems = own[own["outcome"] == 0], own[own["outcome"] == 1]
    ratios = {1: 0.01, 2: 0.02, 3: 0.10, 4: 0.30}
    assert found["n"] == len(own)
    assert found["enterprises"] == own["enterprise_id"].nunique()
    assert found["base_rate"] == pytest.approx(own["outcome"].mean())
    assert found["calibration"] == pytest.approx(own["outcome"].sum() / own["probability"].sum())
    assert found["share_risky"] == pytest.approx((own["tier_rank"] >= 3).mean())
    assert found["false_alarms"] == pytest.approx((clean["tier_rank"] >= 3).mean())
    assert found["missed"] == pytest.approx((problems["tier_rank"] == 1).mean())
    assert found["burden"] == pytest.approx(clean["tier_rank"].map(ratios).mean())
    assert found["calibration_low"] < found["calibration"] < found["calibration_high"]
    assert found["false_alarm_ratio_low"] < found["false_alarm_ratio"] < found["false_alarm_ratio_high"]


def test_repeated_snapshots_do_not_narrow_an_interval_or_sharpen_a_test() -> None:
    once, often = by_group(answered(1, snapshots=1)).loc["micro"], by_group(answered(1, snapshots=4)).loc["micro"]
    for column in ("calibration_low", "calibration_high", "p_calibration", "p_false_alarms", "false_alarm_ratio_high"):
        assert often[column] == pytest.approx(once[column])


def test_calibrated_groups_are_called_out_of_line_no_more_often_than_chance_allows() -> None:
    flagged = [bool(out_of_line([compare_groups(answered(seed), SIZE, STANDARD)])[0]) for seed in range(40)]
    # At 5 % for all comparisons together two of forty are to be expected; six or more have a chance of 1.4 %.
    assert sum(flagged) < 6


@pytest.mark.parametrize("seed", range(5))
def test_a_group_whose_risk_is_understated_is_called_out(seed: int) -> None:
    table = compare_groups(answered(seed, small=2.5), SIZE, STANDARD)
    (found,) = out_of_line([table])
    position = table["group"].tolist().index("small")
    assert (position, "calibration") in found
    assert table.loc[position, "calibration"] > table.loc[0, "calibration"]


def test_the_more_questions_are_asked_the_surer_a_difference_must_be() -> None:
    table = pd.DataFrame({"p_calibration": [np.nan, 0.02], "p_false_alarms": [np.nan, np.nan]})
    many = pd.DataFrame({"p_calibration": [np.nan, 0.5, 0.5], "p_false_alarms": [np.nan, 0.5, 0.5]})
    assert out_of_line([table]) == [[(1, "calibration")]]
    assert out_of_line([table, many]) == [[], []]


def test_small_groups_are_pooled_and_a_small_pool_is_not_shown() -> None:
    rows = answered(1)
    few = rows["enterprise_id"].isin(rows["enterprise_id"].unique()[: LEAST_ENTERPRISES - 1])
    table = by_group(rows.assign(size=rows["size"].mask(few, "large")))
    assert "large" not in table.index
    assert table.loc["pooled", "enterprises"] == LEAST_ENTERPRISES - 1
    assert table.loc["pooled"].drop("enterprises").isna().all()


def test_a_group_of_just_enough_enterprises_is_shown() -> None:
    rows = answered(1)
    enough = rows["enterprise_id"].isin(rows["enterprise_id"].unique()[:LEAST_ENTERPRISES])
    table = by_group(rows.assign(size=rows["size"].mask(enough, "large")))
    assert table.loc["large", "n"] == enough.sum()


def test_regions_beyond_the_largest_are_pooled() -> None:
    rows = answered(1)
    number = rows["enterprise_id"].str[1:].astype(int)
    regions = number.where(number >= 120, 0) % 12  # region 0 is the largest, all have more than a hundred
    table = by_group(rows.assign(region=regions.map("R{:02d}".format)), REGION)
    assert len(table) == 1 + MOST_REGIONS + 1
    assert table.index[0] == "all"
    assert table.index[-1] == "pooled"
    assert "R00" in table.index
    assert table["n"].iloc[1:].sum() == len(rows)


def test_a_group_without_any_problem_is_still_tested() -> None:
    rows = answered(1)
    found = by_group(rows.assign(outcome=rows["outcome"].where(rows["size"] != "small", 0.0))).loc["small"]
    assert found["calibration"] == 0
    assert found["calibration_high"] > 0
    assert found["p_calibration"] < 1e-6
    assert np.isnan(found["missed"])


def test_the_effective_number_is_that_of_enterprises_where_all_have_as_many_rows() -> None:
    assert effective_enterprises(np.array([0, 1, 2, 0, 1, 2])) == pytest.approx(3)
    assert effective_enterprises(np.array([0, 0, 0, 1])) == pytest.approx(1.6)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (SamplingRule(ratio=0.1), 0.1),
        (SamplingRule(ratio=0.1, frequency=2.0), 2.0),
        (SamplingRule(ratio=0.1, frequency=2.0, cap=1), 1.0),
        (SamplingRule(ratio=0.1, cap=1), 0.1),
    ],
)
def test_a_stated_frequency_goes_before_the_draw_and_both_end_at_the_cap(rule: SamplingRule, expected: float) -> None:
    assert expected_inspections(rule) == expected


def _labelled(ent_type: str | None = "1130", tenure_days: float = 4000, employees: float = 5) -> dict[str, str]:
    """The groups of one enterprise."""
    keys = small_training().examples.keys.iloc[:1].assign(enterprise_id="甲", sector="drugs")
    values = np.array([[tenure_days, employees]], dtype=np.float32)
    one = Examples(keys, values, ("enterprises_tenure_days", "annual_reports_employees_latest"))
    register = pd.DataFrame(
        {"as_of": keys["as_of"].to_numpy(), "enterprise_id": ["甲"], "ent_type": [ent_type], "region": ["R1"]}
    )
    if ent_type is None:
        register = register[:0]
    return label_traits(one, register).iloc[0][[trait.id for trait in TRAITS]].to_dict()


@pytest.mark.parametrize(
    ("employees", "group"),
    [(0, "micro"), (9, "micro"), (10, "small"), (50, "middle"), (300, "large"), (np.nan, "unknown")],
)
def test_size_bands_are_closed_below(employees: float, group: str) -> None:
    assert _labelled(employees=employees)["size"] == group


@pytest.mark.parametrize(
    ("days", "group"), [(364, "first_year"), (365, "young"), (1094, "young"), (1095, "grown"), (3650, "old")]
)
def test_age_bands_are_closed_below(days: float, group: str) -> None:
    assert _labelled(tenure_days=days)["age"] == group


@pytest.mark.parametrize(
    ("ent_type", "group"),
    [
        ("1110", "state"),
        ("3100", "state"),
        ("1151", "private"),
        ("1130", "private"),
        ("4540", "unincorporated"),
        ("6150", "foreign"),
        ("1190", "domestic"),
        ("1100", "domestic"),
    ],
)
def test_ownership_goes_by_the_longest_start_of_the_type(ent_type: str, group: str) -> None:
    assert _labelled(ent_type)["ownership"] == group


def test_an_enterprise_missing_from_the_register_is_of_unknown_ownership_and_region() -> None:
    found = _labelled(None)
    assert (found["ownership"], found["region"]) == ("unknown", "unknown")


def test_without_the_indicator_every_size_is_unknown() -> None:
    examples = small_training().examples
    assert "annual_reports_employees_latest" not in examples.names
    keys = examples.keys[["as_of", "enterprise_id"]].assign(ent_type="1130", region="R1")
    assert set(label_traits(examples, keys)["size"]) == {"unknown"}
    assert set(label_traits(replace(examples, keys=examples.keys), keys)["age"]) >= {"first_year", "old"}
