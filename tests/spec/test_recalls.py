"""Recalls and adverse events: how many, and which recalls are still open."""

from tests.spec.tables import given

A = "2024-06-30"

RECALLS = """
    recalls                | record | enterprise | occurred_on | kind          | level | completed_on
    completed on the day   | a      | 甲         | 2024-06-29  | recall        | 1     | 2024-06-30
    completed the day after| b      | 乙         | 2023-07-01  | recall        | 1     | 2024-07-01
    open, level unknown    | c      | 丙         | 2023-06-30  | recall        |       |
    adverse event          | d      | 丁         | 2024-06-29  | adverse_event | 1     |
    begun on the day       | e      | 戊         | 2024-06-30  | recall        | 1     |
"""


def test_recalls_and_adverse_events_are_counted_apart():
    recalls = given(RECALLS)
    recalls.expect("recalls_count_365d", as_of=A, 甲=1, 乙=1, 丙=0, 丁=0, 戊=0)
    recalls.expect("recalls_count_1095d", as_of=A, 甲=1, 乙=1, 丙=1, 丁=0, 戊=0)
    recalls.expect("recalls_adverse_events_count_365d", as_of=A, 甲=0, 丁=1)


def test_a_recall_is_open_until_the_day_it_is_completed():
    recalls = given(RECALLS)
    recalls.expect("recalls_open_count", as_of=A, 甲=0, 乙=1, 丙=1, 丁=0, 戊=0)
    recalls.expect("recalls_level1_open", as_of=A, 甲=0, 乙=1, 丙=0, 丁=0, 戊=0)


def test_evidence():
    given(RECALLS).expect_evidence("recalls_open_count", as_of=A, 甲="", 乙="b", 丙="c")
