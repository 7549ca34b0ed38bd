"""Which indicators an enterprise may not be told of: all that may rest on a report or a lead."""

import pytest

from features.catalogue.everything import BY_NAME, INDICATORS
from serving.review.enterprise.secrecy import is_secret


@pytest.mark.parametrize(
    "name",
    ["complaints_reports_count_365d", "complaints_days_since", "complaints_verified_count_180d", "leads_count_365d"],
)
def test_what_counts_reports_or_leads_is_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["complaints_count_365d", "penalties_count_365d", "enterprises_tenure_days"])
def test_what_counts_neither_is_told(name: str) -> None:
    assert not is_secret(name)


def test_every_indicator_of_leads_is_secret() -> None:
    assert all(is_secret(one.name) for one in INDICATORS if one.subject == "leads")


def test_only_indicators_of_civil_complaints_alone_are_told_of_all_on_complaints() -> None:
    for one in INDICATORS:
        if one.subject == "complaints" and not is_secret(one.name):
            assert "complaints_count" in one.name or any(
                condition.column == "kind" and condition.value == ("complaint",) for condition in one.where
            )


def test_what_is_worked_out_from_a_secret_is_secret() -> None:
    for one in INDICATORS:
        parts = [value for value in vars(one.measure).values() if isinstance(value, str) and value in BY_NAME]
        if any(is_secret(part) for part in parts):
            assert is_secret(one.name), one.name


def test_inspections_that_a_complaint_may_have_led_to_are_not_counted_to_the_enterprise() -> None:
    asked = [
        one.name
        for one in INDICATORS
        for condition in one.where
        if condition.column == "basis" and condition.operator == "in" and "complaint" in (condition.value or ())
    ]
    assert asked
    assert all(map(is_secret, asked))
