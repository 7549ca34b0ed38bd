# ruff: noqa: E501 - a record is one line of a table
"""Credit repairs: granted and refused ones; what they do to the repaired record is tested with each subject."""

from tests.spec.tables import given

A = "2024-06-30"

REPAIRS = """
    repairs             | record | enterprise | target_subject | target_record_id | occurred_on | known_at   | decision | effective_on
    granted             | a      | 甲         | penalties      | p1               | 2024-06-29  | 2024-06-29 | granted  | 2024-07-15
    granted, known late | b      | 乙         | listings       | l1               | 2024-06-01  | 2024-06-30 | granted  | 2024-06-01
    refused             | c      | 丙         | penalties      | p2               | 2024-06-01  | 2024-06-02 | refused  |
    pending             | d      | 丁         | penalties      | p3               | 2024-06-01  | 2024-06-02 | pending  |
"""


def test_decisions_are_counted_and_a_pending_one_is_none():
    repairs = given(REPAIRS)
    repairs.expect("repairs_granted_count", as_of=A, 甲=1, 乙=0, 丙=0, 丁=0)
    repairs.expect("repairs_granted_count", as_of="2024-07-01", 甲=1, 乙=1, 丙=0, 丁=0)
    repairs.expect("repairs_refused_count", as_of=A, 甲=0, 乙=0, 丙=1, 丁=0)


def test_a_withdrawn_repair_brings_the_penalty_back():
    annulled = given("""
        penalties | record | enterprise | occurred_on
                  | p      | 甲         | 2024-01-01

        repairs  | record | enterprise | target_subject | target_record_id | occurred_on | known_at         | decision | effective_on | withdrawn_at
        granted  | r      | 甲         | penalties      | p                | 2024-02-01  | 2024-02-01       | granted  | 2024-03-01   |
        annulled | r      | 甲         | penalties      | p                | 2024-02-01  | 2024-06-29 12:00 | granted  | 2024-03-01   | 2024-06-01
    """)
    annulled.expect("penalties_count_365d", as_of="2024-06-29", 甲=0)
    annulled.expect("penalties_count_365d", as_of="2024-06-30", 甲=1)
    annulled.expect_evidence("penalties_count_365d", as_of="2024-06-29", 甲="")
    annulled.expect_evidence("penalties_count_365d", as_of="2024-06-30", 甲="p")


def test_a_granted_repair_known_in_time_acts_as_a_use_until_of_its_effective_date():
    repaired = given("""
        penalties   | record | enterprise | occurred_on | use_until
        repaired    | p      | 甲         | 2024-01-01  |
        in the file | q      | 乙         | 2024-01-01  | 2024-06-30

        repairs | record | enterprise | target_subject | target_record_id | occurred_on | known_at   | decision | effective_on
                | r      | 甲         | penalties      | p                | 2024-06-20  | 2024-06-20 | granted  | 2024-06-30
    """)
    repaired.expect("penalties_count_365d", as_of="2024-06-29", 甲=1, 乙=1)
    repaired.expect("penalties_count_365d", as_of="2024-06-30", 甲=0, 乙=0)
    repaired.expect("penalties_count_365d", as_of="2024-07-01", 甲=0, 乙=0)
