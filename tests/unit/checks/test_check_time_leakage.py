"""Nothing that happened on the as-of date or later, or has not matured, may have been learned from."""

import pandas as pd
import pytest

from tests.small_training import AS_OF, OWN, SNAPSHOT, finding, small_training, with_keys
from training.checks.time_leakage import CHECK

DAY = pd.Timedelta(days=1)
A = pd.Timestamp(AS_OF)
WAIT = small_training().models[OWN].model.standard


def _with_first(column: str, value: pd.Timestamp):
    values = small_training().examples.keys[column].copy()
    values.iloc[0] = value
    return with_keys(small_training(), **{column: values})


def test_matured_outcomes_pass() -> None:
    assert finding(CHECK, small_training(), OWN).verdict == "passed"


@pytest.mark.parametrize(("day", "verdict"), [(A - DAY, "passed"), (A, "failed"), (A + DAY, "failed")])
def test_an_outcome_on_the_as_of_date_is_too_late(day: pd.Timestamp, verdict: str) -> None:
    assert finding(CHECK, _with_first("occurred_on", day), OWN).verdict == verdict


@pytest.mark.parametrize(("day", "verdict"), [(SNAPSHOT - DAY, "failed"), (SNAPSHOT, "passed")])
def test_an_outcome_before_its_snapshot_was_already_known(day: pd.Timestamp, verdict: str) -> None:
    assert finding(CHECK, _with_first("occurred_on", day), OWN).verdict == verdict


@pytest.mark.parametrize(("late", "verdict"), [(0, "passed"), (1, "failed")])
def test_a_window_must_have_closed_and_matured_by_the_as_of_date(late: int, verdict: str) -> None:
    keys = small_training().examples.keys
    snapshot = A - pd.Timedelta(days=WAIT.horizon_days + WAIT.maturity_days - late)
    own = keys["sector"] == OWN
    training = with_keys(
        small_training(),
        as_of=keys["as_of"].where(~own, snapshot),
        occurred_on=keys["occurred_on"].where(~own, snapshot),
    )
    found = finding(CHECK, training, OWN)
    assert found.verdict == verdict
    assert found.is_blocking is bool(late)


def test_another_sectors_leak_stops_every_model_because_all_share_the_general_margin() -> None:
    keys = small_training().examples.keys
    training = with_keys(small_training(), occurred_on=keys["occurred_on"].where(keys["sector"] == OWN, A))
    assert finding(CHECK, training, OWN).is_blocking
