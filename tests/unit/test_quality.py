"""The seven measures of data quality, each on a table where it can be counted by hand."""

import pytest

from records.check import check_records
from records.quality import MEASURES, measure_quality, overall_quality
from records.source import records_from_frames
from tests.contract_rows import ENTERPRISE, PENALTY, checked

MEASURE_NAMES = [measure.name for measure in MEASURES]


def office(*changes: dict, enterprises: list[dict] | None = None) -> dict:
    """The measures of the one office that answers for four penalties, the first ones changed as given."""
    changes = (*changes, *({} for _ in range(4 - len(changes))))
    rows = [{**PENALTY, "record_id": f"p{index}", **change} for index, change in enumerate(changes)]
    quality = measure_quality(checked(penalties=rows, enterprises=enterprises or [ENTERPRISE]))
    return quality[quality["name"] == "股"].iloc[0].to_dict()


def test_good_records_have_every_measure_at_one() -> None:
    measures = office()
    assert {name: measures[name] for name in MEASURE_NAMES} == dict.fromkeys(MEASURE_NAMES, 1.0)


@pytest.mark.parametrize(
    ("measure", "change"),
    [
        ("completeness", {"producer": None}),
        ("timeliness", {"known_at": "2024-06-30"}),
        ("integrity", {"known_at": "2024-05-31"}),
        ("integrity", {"use_until": "2024-05-31"}),
        ("accuracy", {"fine_yuan": -1.0}),
        ("accuracy", {"withdrawn_at": "2024-07-01"}),
        ("norm", {"kind": "x"}),
        ("redundancy", {"record_id": "p1"}),
        ("linkage", {"enterprise_id": "丙"}),
    ],
)
def test_one_of_four_rows_that_breaks_a_measure_lowers_it_alone(measure: str, change: dict) -> None:
    measures = office(change)
    assert {name: measures[name] for name in MEASURE_NAMES} == {**dict.fromkeys(MEASURE_NAMES, 1.0), measure: 0.75}


def test_an_event_known_after_28_days_is_timely_and_after_29_is_not() -> None:
    assert office({"known_at": "2024-06-29 23:59:59"})["timeliness"] == 1.0
    assert office({"known_at": "2024-06-30 00:00:00"})["timeliness"] == 0.75


def test_an_empty_cell_that_could_be_filled_lowers_completeness() -> None:
    # Eleven columns of a penalty always apply, so one sector of 4 x 11 cells is empty.
    assert office({"sector": None})["completeness"] == pytest.approx(1 - 1 / 44)


def test_a_fine_that_no_warning_has_is_no_gap() -> None:
    assert office({"kind": "warning", "fine_yuan": None})["completeness"] == 1.0


def test_a_wrong_unified_code_lowers_the_norm() -> None:
    wrong = "91440511MA0000015B"
    measures = office({"enterprise_id": wrong}, enterprises=[ENTERPRISE, {**ENTERPRISE, "enterprise_id": wrong}])
    assert measures["norm"] == 0.75


def test_sectors_and_offices_are_measured_apart() -> None:
    late = {**PENALTY, "record_id": "p2", "responsible": "另一股", "sector": None, "known_at": "2024-12-31"}
    quality = measure_quality(checked(penalties=[PENALTY, late])).set_index(["level", "name"])
    assert quality.loc[("office", "股"), "timeliness"] == 1.0
    assert quality.loc[("office", "另一股"), "timeliness"] == 0.0
    assert quality.loc[("sector", "food_operation"), "timeliness"] == 1.0
    assert quality.loc[("sector", "general"), "timeliness"] == 0.0


def test_measures_lie_between_zero_and_one_and_are_null_without_rows() -> None:
    empty = measure_quality(check_records(records_from_frames({})))
    assert empty[MEASURE_NAMES].isna().all(axis=None)
    mixed = measure_quality(checked(penalties=[PENALTY, PENALTY, {**PENALTY, "kind": "x", "producer": None}]))
    values = mixed[MEASURE_NAMES].stack().dropna()
    assert values.between(0, 1).all()


def test_the_records_as_a_whole_are_told_with_how_many_rows_were_set_aside() -> None:
    overall = overall_quality(
        checked(penalties=[PENALTY, PENALTY, {**PENALTY, "record_id": "p9", "kind": "x"}], enterprises=[ENTERPRISE])
    )
    assert (overall.rows, overall.quarantined, overall.measures["norm"]) == (4, 1, 0.75)
    assert set(overall_quality(check_records(records_from_frames({}))).measures.values()) == {None}
