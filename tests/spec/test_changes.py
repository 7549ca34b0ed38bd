"""Changes of registration: how many, of what, and whether they become more."""

from tests.spec.tables import given

A = "2024-06-30"

CHANGES = """
    changes           | record | enterprise | occurred_on | item
    yesterday         | a      | 甲         | 2024-06-29  | address
    365 days ago      | b      | 甲         | 2023-07-01  | representative
    366 days ago      | c      | 甲         | 2023-06-30  | shareholder
    730 days ago      | d      | 甲         | 2022-07-01  | capital
    731 days ago      | e      | 甲         | 2022-06-30  | name
    1096 days ago     | f      | 甲         | 2021-06-30  | type
    on the day        | g      | 乙         | 2024-06-30  | name
    two on one day    | h      | 丙         | 2024-06-01  | scope
    two on one day    | i      | 丙         | 2024-06-01  | scope
"""


def test_changes_are_counted_by_item():
    changes = given(CHANGES)
    changes.expect("changes_count_365d", as_of=A, 甲=2, 乙=0, 丙=2)
    changes.expect("changes_count_730d", as_of=A, 甲=4, 乙=0)
    changes.expect("changes_count_1095d", as_of=A, 甲=5, 乙=0)
    changes.expect("changes_address_count_365d", as_of=A, 甲=1, 丙=0)
    changes.expect("changes_representative_count_365d", as_of=A, 甲=1)
    changes.expect("changes_ownership_count_730d", as_of=A, 甲=2)
    changes.expect("changes_identity_count_1095d", as_of=A, 甲=1, 乙=0)
    changes.expect("changes_items_distinct", as_of=A, 甲=6, 乙=0, 丙=1)


def test_a_trend_is_this_year_minus_the_year_before():
    given(CHANGES).expect("changes_trend", as_of=A, 甲=2 - 2, 乙=0, 丙=2)


def test_time_since_is_capped():
    given(CHANGES).expect("changes_days_since", as_of=A, 甲=1, 乙=1095, 丙=29)


def test_evidence_of_a_time_since_is_all_of_that_day():
    given(CHANGES).expect_evidence("changes_days_since", as_of=A, 甲="a", 乙="", 丙="h i")
