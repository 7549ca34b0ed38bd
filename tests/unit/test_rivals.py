"""Grades of other systems beside our tiers, on the enterprises that both had judged."""

from io import StringIO

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from training.metrics import jeffreys
from training.rivals import NOT_APPLICABLE, RIVALS, rival_report
from training.summary import print_rivals

OUTCOMES = [0, 0, 0, 1, 0, 1, 1, 1]
OUR_TIERS = [1, 1, 2, 2, 3, 3, 4, 4]
GRADES = [1, 2, 1, 1, 2, 4, 4, 4]


def judged() -> pd.DataFrame:
    """Eight graded enterprises and two that the rival did not grade; the first six were drawn at random."""
    return pd.DataFrame(
        {
            "enterprise_id": [f"E{number}" for number in range(10)],
            "sector": ["food"] * 5 + ["drugs"] * 5,
            "outcome": [*map(float, OUTCOMES), 1.0, 1.0],
            "probability": [*np.linspace(0.1, 0.8, 8), 0.01, 0.01],
            "tier_rank": [*OUR_TIERS, 1, 1],
            "inclusion_probability": [0.1] * 6 + [np.nan] * 4,
        }
    )


def grades(ranks: list[float]) -> pd.DataFrame:
    keys = judged()[["enterprise_id", "sector"]]
    return keys.assign(**{**dict.fromkeys(RIVALS, np.nan), "provincial_general": ranks})


@pytest.fixture(scope="module")
def report() -> dict:
    rows = judged()
    drawn = rows[rows["inclusion_probability"].notna()]
    return rival_report(rows, drawn, grades([*GRADES, np.nan, np.nan]))


def test_rival_and_ours_are_judged_on_the_enterprises_that_the_rival_graded(report: dict) -> None:
    found = report["provincial_general"]
    assert (found["n"], found["base_rate"]) == (8, 0.5)
    assert sum(pair["rival"]["n"] for pair in found["tiers"].values()) == 8
    assert sum(pair["ours"]["n"] for pair in found["tiers"].values()) == 8


def test_the_auc_is_the_share_of_pairs_in_the_right_order(report: dict) -> None:
    """Of 4 x 4 pairs, ties count half."""
    auc = report["provincial_general"]["auc"]
    assert auc["rival"] == (3 * 4 + 0.5 * 2) / 16
    assert auc["our_tiers"] == (2 * 4 + 3.5 + 2.5) / 16
    assert auc["ours"] == 15 / 16


def test_each_tier_of_the_rival_has_its_own_rates_with_intervals(report: dict) -> None:
    tiers = report["provincial_general"]["tiers"]
    low = jeffreys(1, 3)
    assert tiers["low"]["rival"]["n"] == 3
    assert tiers["low"]["rival"]["observed"] == {"rate": low.rate, "low": low.low, "high": low.high}
    assert tiers["high"]["rival"]["observed"]["rate"] == 1.0
    assert tiers["high"]["rival"]["design"]["rate"] == 1.0
    assert tiers["medium_high"]["rival"] == {"n": 0, "mean_probability": None, "observed": None, "design": None}
    assert tiers["low"]["ours"]["observed"]["rate"] == 0.0


def test_a_rival_without_a_grade_is_not_applicable(report: dict) -> None:
    assert report["provincial_professional"] == {"not_applicable": NOT_APPLICABLE}
    assert report["superior"] == {"not_applicable": NOT_APPLICABLE}


def test_an_auc_needs_both_outcomes() -> None:
    rows = judged().assign(outcome=0.0)
    found = rival_report(rows, rows[:0], grades([1.0] * 10))["provincial_general"]
    assert found["auc"] == {"rival": None, "our_tiers": None, "ours": None}
    assert found["tiers"]["low"]["rival"]["design"] is None


def test_a_grade_in_another_sector_does_not_count() -> None:
    rows = judged()
    other = grades([1.0] * 10).assign(sector="cosmetics")
    assert rival_report(rows, rows[:0], other)["provincial_general"] == {"not_applicable": NOT_APPLICABLE}


def test_both_are_printed_side_by_side_and_what_is_not_applicable_says_so(report: dict) -> None:
    screen = StringIO()
    print_rivals(Console(width=150, file=screen), report)
    printed = screen.getvalue()
    assert "省通用型等级 provincial general grade: n 8" in printed
    assert "33.3% [" in printed
    assert printed.count("不适用 not applicable") == 2
