"""How values of sent records may be written: as in a file of the contract, and in no other way."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from serving.requests import ScoreRecordsRequest

ENTERPRISE = {
    "enterprise_id": "甲",
    "ent_type": "1130",
    "state": "active",
    "established_on": "2010-01-01",
    "sectors": ["food_operation"],
    "valid_from": "2010-01-01",
    "known_at": "2010-01-01T00:00:00",
}
REPORT = {
    "record_id": "r1",
    "enterprise_id": "甲",
    "occurred_on": "2024-06-01",
    "known_at": "2024-06-02T08:00:00",
    "producer": "a",
    "provider": "b",
    "responsible": "c",
    "source": "d",
    "year": 2023,
    "state": "on_time",
}


def sent(**change: Any) -> Any:
    body = {"as_of": "2025-01-01", "records": {"enterprises": [ENTERPRISE], "annual_reports": [REPORT | change]}}
    return ScoreRecordsRequest.model_validate_json(json.dumps(body)).frames()["annual_reports"].iloc[0]


@pytest.mark.parametrize("written", ["2024-06-01", "2024-06-01T00:00:00", "2024-06-01T00:00:00.000"])
def test_a_date_may_be_written_as_its_midnight(written: str) -> None:
    assert sent(occurred_on=written)["occurred_on"] == date(2024, 6, 1)


@pytest.mark.parametrize("written", ["2024-06-01T08:00:00", "2024-02-30", "1/6/2024", "", 1717200000, None])
def test_no_other_date_is_guessed(written: object) -> None:
    with pytest.raises(ValidationError, match="occurred_on"):
        sent(occurred_on=written)


def test_a_timestamp_with_an_offset_becomes_local_time() -> None:
    assert sent(known_at="2024-06-01T16:00:00Z")["known_at"] == datetime(2024, 6, 2)  # noqa: DTZ001 - local time is naive inside


@pytest.mark.parametrize("written", [12, 12.0])
def test_a_whole_number_may_be_written_with_a_point(written: float) -> None:
    assert sent(employees=written)["employees"] == 12


@pytest.mark.parametrize("written", [12.5, "12", True, 1e300])
def test_nothing_else_is_taken_for_a_whole_number(written: object) -> None:
    with pytest.raises(ValidationError, match="employees"):
        sent(employees=written)
