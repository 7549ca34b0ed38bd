# ruff: noqa: E501 - a record is one line of a table
"""Relations between enterprises and persons, and what is known about the related enterprises."""

from tests.spec.tables import given

A = "2024-06-30"

RELATIONS = """
    enterprises | enterprise | sectors
                | 甲         |
                | 乙         | 食品;药品
                | 丙         |
                | 丁         |

    relations                  | record | enterprise | occurred_on | kind         | other_enterprise_id | person_hash | share
    to 乙                      | a      | 甲         | 2024-06-29  | shareholder  | 乙                  |             | 0.4
    to 乙 once more            | b      | 甲         | 2020-01-01  | same_address | 乙                  |             |
    to itself                  | c      | 甲         | 2020-01-01  | same_contact | 甲                  |             |
    to an unknown one          | d      | 甲         | 2020-01-01  | branch       | 辛                  |             |
    a person                   | e      | 甲         | 2020-01-01  | executive    |                     | p1          | 0.6
    the same person            | f      | 甲         | 2020-01-01  | shareholder  |                     | p1          |
    known on the day           | g      | 丙         | 2024-06-30  | branch       | 乙                  |             |
    a branch                   | h      | 丁         | 2020-01-01  | branch       | 乙                  |             |

    penalties   | enterprise | occurred_on
    of 乙       | 乙         | 2024-06-01
    of 乙       | 乙         | 2022-07-01
    too old     | 乙         | 2022-06-30
    of 甲       | 甲         | 2024-06-01

    listings    | enterprise | occurred_on
    of 乙       | 乙         | 2024-06-01

    inspections | enterprise | sector | occurred_on | severity
    yesterday   | 乙         | 食品   | 2024-06-29  | serious
    yesterday   | 乙         | 药品   | 2024-06-29  | general
"""


def test_relations_are_counted_by_kind():
    relations = given(RELATIONS)
    relations.expect("relations_count", as_of=A, 甲=6, 丙=0, 丁=1)
    relations.expect("relations_shareholders_count", as_of=A, 甲=2)
    relations.expect("relations_executives_count", as_of=A, 甲=1)
    relations.expect("relations_branches_count", as_of=A, 甲=1, 丙=0, 丁=1)
    relations.expect("relations_same_address_count", as_of=A, 甲=1)
    relations.expect("relations_same_contact_count", as_of=A, 甲=1)
    relations.expect("relations_persons_distinct", as_of=A, 甲=1, 丙=0)
    relations.expect("relations_largest_share", as_of=A, 甲=0.6, 丙=0, 丁=0)


def test_each_related_enterprise_is_added_up_once_and_never_the_enterprise_itself():
    relations = given(RELATIONS)
    relations.expect("relations_penalties_sum", as_of=A, 甲=2, 丙=0, 丁=2)
    relations.expect("relations_penalties_sum", as_of="2024-07-01", 甲=1, 丙=1)
    relations.expect("relations_listings_sum", as_of=A, 甲=1, 丙=0)


def test_results_of_all_sectors_of_a_related_enterprise_add_up():
    given(RELATIONS).expect("relations_problems_sum", as_of=A, 甲=2 * 0.5 ** (1 / 730), 丙=0)


def test_a_withdrawn_relation_relates_no_more():
    given("""
        relations            | enterprise | occurred_on | other_enterprise_id | withdrawn_at
        withdrawn on the day | 甲         | 2020-01-01  | 丙                  | 2024-06-30
        the day after        | 乙         | 2020-01-01  | 丙                  | 2024-07-01

        penalties            | enterprise | occurred_on
                             | 丙         | 2024-06-01
    """).expect("relations_penalties_sum", as_of=A, 甲=0, 乙=1, 丙=0)


def test_what_rests_on_related_enterprises_names_no_records():
    given(RELATIONS).expect_evidence("relations_penalties_sum", as_of=A, 甲="")
    given(RELATIONS).expect_evidence("relations_largest_share", as_of=A, 甲="e")
