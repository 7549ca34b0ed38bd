"""Commitments: made, kept, broken."""

from tests.spec.tables import given

A = "2024-06-30"

COMMITMENTS = """
    commitments            | record | enterprise | occurred_on | kind      | fulfilled | verified_on
    kept, seen on the day  | a      | 甲         | 2024-01-01  | voluntary | true      | 2024-06-30
    kept, seen day after   | b      | 乙         | 2024-01-01  | permit    | true      | 2024-07-01
    broken, seen on the day| c      | 丙         | 2024-01-01  | proof     | false     | 2024-06-30
    broken, seen day after | d      | 丁         | 2024-01-01  | permit    | false     | 2024-07-01
    not verified           | e      | 戊         | 2024-06-29  | permit    |           |
    kept, date unknown     | f      | 己         | 2024-01-01  | permit    | true      |
    made on the day        | g      | 庚         | 2024-06-30  | voluntary |           |
    a permit, broken       | h      | 辛         | 2024-01-01  | permit    | false     | 2024-06-29
    promised, broken       | i      | 壬         | 2024-01-01  | voluntary | false     | 2024-06-29
"""


def test_commitments_are_counted():
    commitments = given(COMMITMENTS)
    commitments.expect("commitments_count", as_of=A, 甲=1, 戊=1, 己=1, 庚=0)
    commitments.expect("commitments_voluntary_count", as_of=A, 甲=1, 乙=0, 庚=0, 壬=1)
    commitments.expect("commitments_permit_count", as_of=A, 甲=0, 乙=1, 丙=0, 戊=1, 辛=1)


def test_a_verification_acts_from_its_date_on():
    commitments = given(COMMITMENTS)
    commitments.expect("commitments_fulfilled_count", as_of=A, 甲=1, 乙=0, 丙=0, 戊=0, 己=0)
    commitments.expect("commitments_broken_count", as_of=A, 甲=0, 丙=1, 丁=0, 戊=0, 辛=1, 壬=1)


def test_a_commitment_is_unverified_until_the_date_of_its_verification():
    commitments = given(COMMITMENTS)
    commitments.expect("commitments_unverified_count", as_of=A, 甲=0, 乙=1, 丙=0, 丁=1, 戊=1, 己=1, 庚=0)
    commitments.expect("commitments_unverified_count", as_of="2024-07-01", 乙=0, 丁=0, 戊=1, 庚=1)


def test_a_permit_granted_on_a_commitment_that_was_broken_is_told_apart_from_other_broken_promises():
    commitments = given(COMMITMENTS)
    commitments.expect("commitments_permit_broken_count", as_of=A, 乙=0, 丙=0, 丁=0, 戊=0, 辛=1, 壬=0)
    commitments.expect("commitments_permit_broken_count", as_of="2024-06-29", 丁=0, 辛=1)
    commitments.expect("commitments_permit_broken_count", as_of="2024-06-28", 辛=0)
    commitments.expect("commitments_permit_broken_count", as_of="2024-07-01", 丁=1)


def test_a_verification_acts_from_the_day_it_was_known():
    verified = given("""
        commitments | record | enterprise | occurred_on | known_at         | fulfilled | verified_on
        made        | a      | 甲         | 2024-01-01  | 2024-01-02       |           |
        verified    | a      | 甲         | 2024-01-01  | 2024-06-29 10:00 | false     | 2024-05-01
    """)
    verified.expect("commitments_broken_count", as_of="2024-06-29", 甲=0)
    verified.expect("commitments_broken_count", as_of="2024-06-30", 甲=1)


def test_evidence():
    commitments = given(COMMITMENTS)
    commitments.expect_evidence("commitments_broken_count", as_of=A, 丙="c", 丁="")
    commitments.expect_evidence("commitments_permit_broken_count", as_of=A, 丙="", 辛="h", 壬="")
