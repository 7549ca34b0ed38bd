"""What was known at an earlier moment, and what of it arrived in a month."""

from datetime import date

import pandas as pd

from records.check import CheckResult, check_records
from records.intake import arrived_from, known_before, undated_rows
from records.quality import measure_quality
from records.source import Records, records_from_frames
from tests.contract_rows import ENTERPRISE, PENALTY

JUNE, JULY = date(2024, 6, 1), date(2024, 7, 1)


def penalty(record: str, known_at: str | None, **changes: object) -> dict:
    return {**PENALTY, "record_id": record, "occurred_on": "2024-05-01", "known_at": known_at, **changes}


def records(*penalties: dict) -> Records:
    return records_from_frames({"enterprises": pd.DataFrame([ENTERPRISE]), "penalties": pd.DataFrame(penalties)})


def arrivals(*penalties: dict) -> CheckResult:
    return arrived_from(check_records(known_before(records(*penalties), JULY)), JUNE)


def ids(result: Records) -> list[str]:
    return result.tables["penalties"].to_pyarrow().to_pandas()["record_id"].tolist()


def test_a_row_known_at_midnight_of_the_end_is_not_yet_there_and_one_known_just_before_is() -> None:
    known = known_before(records(penalty("before", "2024-06-30 23:59:59.999999"), penalty("at", "2024-07-01")), JULY)
    assert ids(known) == ["before"]


def test_a_row_known_at_midnight_of_the_start_has_arrived_and_one_known_just_before_has_not() -> None:
    result = arrivals(penalty("before", "2024-05-31 23:59:59"), penalty("at", "2024-06-01"))
    assert ids(result.accepted) == ["at"]
    assert result.counts.set_index("subject").loc["penalties"].to_dict() == {
        "read": 1, "accepted": 1, "duplicates": 0, "quarantined": 0, "flagged": 0,
    }  # fmt: skip


def test_a_row_that_does_not_say_when_it_was_known_is_in_no_past_and_is_counted() -> None:
    given = records(penalty("dated", "2024-06-05"), penalty("undated", None))
    assert ids(known_before(given, JULY)) == ["dated"]
    assert undated_rows(given) == 1


def test_each_row_that_arrived_keeps_its_verdict() -> None:
    result = arrivals(
        penalty("old", "2024-05-05", kind="x"),
        penalty("bad", "2024-06-05", kind="x"),
        penalty("again", "2024-06-06"),
        penalty("again", "2024-06-06"),
    )
    counts = result.counts.set_index("subject").loc["penalties"].to_dict()
    assert counts == {"read": 3, "accepted": 1, "duplicates": 1, "quarantined": 1, "flagged": 0}
    assert result.quarantine["key"].str.startswith("bad/").tolist() == [True]


def test_quality_is_measured_over_the_rows_that_arrived() -> None:
    late = penalty("late", "2024-06-20", occurred_on="2023-06-01")
    quality = measure_quality(arrivals(penalty("old", "2024-05-05", kind="x"), late)).set_index(["level", "name"])
    office = quality.loc[("office", "股")]
    assert (office["rows"], office["norm"], office["timeliness"]) == (1, 1.0, 0.0)


def test_two_moments_can_be_looked_at_side_by_side() -> None:
    given = records(penalty("may", "2024-05-05"), penalty("june", "2024-06-05"), penalty("x", "2024-05-06", kind="x"))
    earlier, later = (check_records(known_before(given, day)) for day in (JUNE, JULY))
    assert ids(earlier.accepted) == ["may"]
    assert ids(later.accepted) == ["may", "june"]
