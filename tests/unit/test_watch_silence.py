"""A feed is silent when it keeps still far longer than ever in this season of its own past."""

from datetime import date, timedelta

import pandas as pd
import pytest

from records.source import Records, records_from_frames
from supervision.watch.silence import LEAST_ARRIVALS, LEAST_SILENCE, feeds

AS_OF = date(2024, 10, 1)


def penalties(days: list[date], source: str = "案件系统") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "record_id": [f"{source}{number}" for number in range(len(days))],
            "enterprise_id": "E1",
            "occurred_on": days,
            "known_at": [pd.Timestamp(day) for day in days],
            "producer": "某股",
            "provider": "某股",
            "responsible": "执法稽查股",
            "source": source,
            "kind": "fine",
            "severity": "general",
        }
    )


def records(*feeds_of: pd.DataFrame) -> Records:
    return records_from_frames({"penalties": pd.concat(feeds_of, ignore_index=True)})


def every(step: int, until: date) -> list[date]:
    """A day every so many days, for three years up to a date."""
    start = date(2021, 9, 1)
    return [start + timedelta(days=at) for at in range(0, (until - start).days, step)]


def found(*feeds_of: pd.DataFrame) -> dict:
    (row,) = feeds(records(*feeds_of), AS_OF).to_dict("records")
    return row


def test_a_feed_that_died_is_silent_and_one_that_goes_on_is_not() -> None:
    assert not found(penalties(every(3, AS_OF)))["is_silent"]
    dead = found(penalties(every(3, AS_OF - timedelta(days=60))))
    assert dead["is_silent"]
    assert (dead["subject"], dead["source"], dead["responsible"]) == ("penalties", "案件系统", "执法稽查股")
    assert dead["silent_days"] >= 60 > dead["bound"] == LEAST_SILENCE


@pytest.mark.parametrize(("silent_for", "is_silent"), [(LEAST_SILENCE, False), (LEAST_SILENCE + 1, True)])
def test_the_bound_itself_is_still_borne(silent_for: int, is_silent: bool) -> None:
    last = AS_OF - timedelta(days=silent_for)
    assert found(penalties([*every(3, last), last]))["is_silent"] is is_silent


def test_a_feed_that_rests_every_autumn_is_quiet_in_autumn_and_missed_in_spring() -> None:
    springs = [day for day in every(2, AS_OF) if day.month <= 6]
    assert not found(penalties(springs))["is_silent"]
    without_this_year = [day for day in springs if day.year < 2024]
    (row,) = feeds(records(penalties(without_this_year)), date(2024, 4, 1)).to_dict("records")
    assert row["is_silent"]


def test_each_source_has_its_own_past_and_a_short_one_is_not_judged() -> None:
    busy, rare = penalties(every(3, AS_OF)), penalties(every(60, AS_OF - timedelta(days=200)), "来函")
    table = feeds(records(busy, rare), AS_OF).set_index("source")
    assert table.loc["来函", "arrivals"] < LEAST_ARRIVALS
    assert pd.isna(table.loc["来函", "bound"])
    assert not table["is_silent"].any()


def test_what_became_known_later_was_not_there() -> None:
    late = [*every(3, AS_OF - timedelta(days=60)), AS_OF + timedelta(days=1)]
    assert found(penalties(late))["is_silent"]
