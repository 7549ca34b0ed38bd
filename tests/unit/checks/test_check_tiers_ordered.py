"""A tier that shows fewer problems than the one below it is refused, unless chance explains it."""

import numpy as np
import pandas as pd

from tests.small_training import OWN, POINTS, finding, small_training, with_rows
from training.checks.noise import deviations_of_each
from training.checks.tiers_ordered import CHECK, LEAST_ENTERPRISES


def _rows(*tiers: tuple[int, int, int]):
    """Rows with (tier rank, enterprises, problems)."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        ranks = np.concatenate([np.full(n, rank) for rank, n, _ in tiers])
        outcome = np.concatenate([np.arange(n) < problems for _, n, problems in tiers]).astype(float)
        ids = [f"E{number}" for number in range(len(ranks))]
        return pd.DataFrame({"tier_rank": ranks, "outcome": outcome, "enterprise_id": ids})

    return with_rows(small_training(), OWN, change)


def test_tiers_in_order_pass() -> None:
    assert finding(CHECK, _rows((1, 300, 15), (2, 200, 30), (3, 100, 30), (4, 50, 25)), OWN).verdict == "passed"


def test_a_reversal_beyond_noise_is_refused_by_name() -> None:
    found = finding(CHECK, _rows((1, 300, 15), (2, 200, 80), (3, 200, 30)), OWN)
    assert found.is_blocking
    assert "medium-high has 15.0% and medium 40.0%" in found.sentence


def test_a_reversal_within_noise_passes() -> None:
    assert finding(CHECK, _rows((1, 100, 12), (2, 100, 10)), OWN).verdict == "passed"


def test_the_border_is_that_of_all_comparisons_in_all_models() -> None:
    deviations = deviations_of_each(small_training(), comparisons=3)
    seen = set()
    for problems in range(8, 31):
        # The rate of 8 in 200 with two added successes and failures, as of the lower tier.
        rates = [(problems / 200, (problems + 2) / 204), (8 / 200, 10 / 204)]
        noise = np.hypot(*(np.sqrt(shifted * (1 - shifted) / 200) for _, shifted in rates))
        is_beyond = rates[0][0] - rates[1][0] > deviations * noise
        assert finding(CHECK, _rows((1, 200, problems), (2, 200, 8)), OWN).is_blocking is bool(is_beyond)
        seen.add(bool(is_beyond))
    assert seen == {True, False}


def test_a_tier_with_few_enterprises_is_passed_over() -> None:
    few = LEAST_ENTERPRISES - 1
    assert finding(CHECK, _rows((1, 300, 90), (2, few, 0)), OWN).verdict == "not_applicable"


def test_snapshots_of_the_same_enterprises_do_not_count_as_more_evidence() -> None:
    once = _rows((1, 60, 12), (2, 60, 7))
    repeated = with_rows(once, OWN, lambda rows: pd.concat([rows] * 20, ignore_index=True))
    assert finding(CHECK, repeated, OWN).verdict == "passed"


def test_a_point_table_has_no_rows() -> None:
    assert finding(CHECK, small_training(), POINTS).verdict == "not_applicable"
