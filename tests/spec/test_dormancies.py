"""Dormancy filings: dormant now, and dormant for longer than planned."""

from tests.spec.tables import given

A = "2024-06-30"

DORMANCIES = """
    dormancies            | record | enterprise | occurred_on | planned_end_on | ended_on
    ended on the day      | a      | 甲         | 2023-01-01  | 2024-01-01     | 2024-06-30
    ends the day after    | b      | 乙         | 2023-01-01  | 2024-06-30     | 2024-07-01
    planned for tomorrow  | c      | 丙         | 2024-06-29  | 2024-07-01     |
    no plan               | d      | 丁         | 2023-01-01  |                |
    filed on the day      | e      | 戊         | 2024-06-30  | 2024-12-31     |
"""


def test_dormancy_lasts_until_the_day_it_ends():
    dormancies = given(DORMANCIES)
    dormancies.expect("dormancies_count", as_of=A, 甲=1, 乙=1, 丙=1, 丁=1, 戊=0)
    dormancies.expect("dormancies_active", as_of=A, 甲=0, 乙=1, 丙=1, 丁=1, 戊=0)
    dormancies.expect("dormancies_active", as_of="2024-06-29", 甲=1, 丙=0)


def test_dormancy_is_overdue_from_its_planned_end_on():
    given(DORMANCIES).expect("dormancies_overdue", as_of=A, 甲=0, 乙=1, 丙=0, 丁=0, 戊=0)


def test_evidence():
    given(DORMANCIES).expect_evidence("dormancies_active", as_of=A, 甲="", 乙="b", 丁="d")
