"""Who a person is may not enter a schema; how many there are may."""

from dataclasses import replace

import pytest

from features.catalogue.everything import BY_NAME, INDICATORS
from features.indicator import Condition, Distinct, GroupRate, Latest
from tests.small_training import NAMES, OWN, finding, small_training, with_model
from training.checks import forbidden_fields
from training.checks.forbidden_fields import CHECK, is_forbidden


def test_the_whole_catalogue_is_allowed() -> None:
    assert [indicator.name for indicator in INDICATORS if is_forbidden(indicator.name)] == []


@pytest.mark.parametrize(
    "name",
    [
        "inspections_sanitarian",
        "inspections_inspector_rate_365d",
        "inspections_officer_code",
        "relations_person_hash",
        "relations_person_hash_count",
        "enterprises_representative_age_years",
        "enterprises_legal_rep_gender",
        "enterprises_lerep",
        "complaints_complainant_code",
        "enterprises_phone",
    ],
)
def test_identities_and_traits_of_persons_are_refused(name: str) -> None:
    assert is_forbidden(name)


@pytest.mark.parametrize(
    "name",
    [
        "relations_persons_distinct",
        "changes_representative_count_365d",
        "inspections_inspectors_count",
        "inspections_age_latest",
    ],
)
def test_counts_of_persons_and_ages_of_records_are_allowed(name: str) -> None:
    assert not is_forbidden(name)


@pytest.mark.parametrize(
    ("measure", "where", "expected"),
    [
        (Latest("inspector_code"), (), True),
        (GroupRate(("person_hash",), "a", "b", 1.0), (), True),
        (Distinct("person_hash"), (), False),
        (Distinct("relation"), (Condition("inspector_code", "in", ("7",)),), True),
        (Distinct("relation"), (Condition("person_hash", "is_null"),), False),
    ],
)
def test_an_innocent_name_does_not_hide_a_personal_column(monkeypatch, measure, where, expected: bool) -> None:
    declared = replace(BY_NAME[NAMES[1]], name="innocent_value", measure=measure, where=where)
    monkeypatch.setitem(forbidden_fields.BY_NAME, "innocent_value", declared)
    assert is_forbidden("innocent_value") is expected


def test_a_schema_with_an_inspector_is_blocked_by_name() -> None:
    training = with_model(small_training(), OWN, indicators=(*NAMES[:2], "inspections_sanitarian"))
    found = finding(CHECK, training, OWN)
    assert found.is_blocking
    assert "inspections_sanitarian" in found.sentence
    assert NAMES[0] not in found.sentence
