"""Each weakness is named where its rule holds, and only there."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from records.subjects import SUBJECTS
from tests.small_training import OWN, POINTS, small_training, with_fitted, with_keys, with_rows
from training.cards import weaknesses
from training.cards.facts import Facts
from training.cards.weaknesses import RULES, Case, weaknesses_section
from training.checks.check import Check, Finding
from training.fitted import Training


def case(training: Training, sector: str = OWN, facts: Facts | None = None, findings: tuple[Finding, ...] = ()) -> Case:
    return Case(training, training.models[sector], findings, facts)


def told(rule: Callable, given: Case) -> str:
    return " ".join(text.en for text in rule(given))


def holdings(**changes: object) -> Facts:
    """Every subject with fresh and timely records, but for `changes` to the penalties."""
    table = pd.DataFrame({"subject": list(SUBJECTS)}).assign(
        sector=None, records=10, first=pd.Timestamp("2020-01-01"), last=pd.Timestamp("2024-06-01"), delay_days_90=5.0
    )
    for column, value in changes.items():
        table.loc[table["subject"] == "penalties", column] = value
    return Facts(table, pd.DataFrame(), pd.DataFrame())


def test_few_problems() -> None:
    keys = small_training().examples.keys
    problems = int(keys.loc[keys["sector"] == OWN, "outcome"].sum())
    assert f"Only {problems} inspections found a problem" in told(weaknesses.few_problems, case(small_training()))
    many = with_keys(small_training(), outcome=1.0)
    assert told(weaknesses.few_problems, case(many)) == ""


def test_wide_calibration() -> None:
    few = with_rows(small_training(), OWN, lambda rows: rows.iloc[:60])
    assert "Calibration is loosely known" in told(weaknesses.wide_calibration, case(few))
    many = with_rows(
        small_training(),
        OWN,
        lambda rows: pd.concat([rows.assign(enterprise_id=rows["enterprise_id"] + str(i)) for i in range(9)]),
    )
    assert told(weaknesses.wide_calibration, case(many)) == ""


def test_random_draws() -> None:
    none = with_rows(small_training(), OWN, lambda rows: rows.assign(inclusion_probability=np.nan))
    few = with_rows(small_training(), OWN, lambda rows: rows.iloc[:99])
    assert "None of the judging inspections is a random draw" in told(weaknesses.no_random_draws, case(none))
    assert "Only 99 of the judging rows are random draws" in told(weaknesses.no_random_draws, case(few))
    assert told(weaknesses.no_random_draws, case(small_training())) == ""


def test_targeted_inspections() -> None:
    keys = small_training().examples.keys
    third = with_keys(small_training(), is_targeted=np.arange(len(keys)) % 5 < 2)
    assert "40% of the inspections learned from were targeted" in told(weaknesses.many_targeted, case(third))
    judged = with_rows(small_training(), OWN, lambda rows: rows.assign(basis="complaint"))
    assert "targeted ones judge too" in told(weaknesses.many_targeted, case(judged))
    assert told(weaknesses.many_targeted, case(small_training())) == ""


def test_untested_tiers() -> None:
    low = with_rows(small_training(), OWN, lambda rows: rows[rows["tier_rank"] == 1])
    expected = "Tiers with fewer than 30 out-of-fold rows: medium, medium-high, high;"
    assert expected in told(weaknesses.untested_tiers, case(low))
    assert told(weaknesses.untested_tiers, case(small_training())) == ""


def test_indicators_mostly_null() -> None:
    training = small_training()
    values = training.examples.values.copy()
    values[:, 0] = np.nan
    empty = replace(training, examples=replace(training.examples, values=values))
    assert told(weaknesses.null_indicators, case(empty)).startswith("1 indicators are null in nine of ten examples")
    assert told(weaknesses.null_indicators, case(training)) == ""


def test_feeds_missing_silent_or_late() -> None:
    training = small_training()  # as of 2024-07-01
    missing = case(training, facts=holdings(records=0, last=pd.NaT, delay_days_90=np.nan))
    assert told(weaknesses.silent_feeds, missing).startswith("Subjects without any record: Penalties;")
    silent = case(training, facts=holdings(last=pd.Timestamp("2023-06-30")))
    assert "Penalties: no record in the year before" in told(weaknesses.silent_feeds, silent)
    just_a_year = case(training, facts=holdings(last=pd.Timestamp("2023-07-02")))
    assert told(weaknesses.silent_feeds, just_a_year) == ""
    assert "Penalties: a tenth" in told(weaknesses.late_feeds, case(training, facts=holdings(delay_days_90=61.0)))
    assert told(weaknesses.late_feeds, case(training, facts=holdings(delay_days_90=60.0))) == ""


def test_a_shift_of_the_base_rate_between_years() -> None:
    keys = small_training().examples.keys
    number = np.arange(len(keys))
    years = pd.to_datetime(np.where(number % 2, "2022-05-01", "2023-05-01"))
    shifted = with_keys(small_training(), occurred_on=years, outcome=((number % 20) < np.where(number % 2, 2, 8)) * 1.0)
    assert "went from 10.0% in 2022 to 40.0% in 2023" in told(weaknesses.shifted_rate, case(shifted, "general"))
    same = with_keys(small_training(), occurred_on=years, outcome=((number // 2) % 10 < 2) * 1.0)
    assert told(weaknesses.shifted_rate, case(same, "general")) == ""


def test_failed_checks_and_a_missing_model() -> None:
    check = Check("drift", "输入漂移", "drifted inputs", "warning", lambda training, fitted: None)
    findings = (Finding(check, "failed", "Three indicators moved."), Finding(check, "passed"))
    given = case(small_training(), findings=findings)
    assert told(weaknesses.failed_checks, given) == "Failed: drifted inputs. Three indicators moved."
    assert "There is no model" in told(weaknesses.learned_nothing, case(small_training(), POINTS))


def test_a_model_without_any_weakness_says_by_how_many_rules_it_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weaknesses, "RULES", (weaknesses.failed_checks,))
    (block,) = weaknesses_section(case(small_training())).blocks
    assert block.text.en == "None of the 1 rules by which weaknesses are looked for applies."


def test_no_rule_fails_on_a_model_without_rows_or_records() -> None:
    training = with_fitted(small_training(), OWN, rows=small_training().models[OWN].rows[:0])
    for given in (case(training), case(small_training(), POINTS)):
        assert all(text.zh and text.en for rule in RULES for text in rule(given))
