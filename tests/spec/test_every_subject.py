# ruff: noqa: E501 - a record is one line of a table
"""What holds for the records of every subject: which of them count at an as-of date."""

from collections.abc import Iterable

import pytest

from tests.spec.tables import Given, given

A = "2024-06-30"

COUNTED = {
    "annual_reports": "annual_reports_count",
    "penalties": "penalties_count_1095d",
    "complaints": "complaints_count_1095d",
    "inspections": "inspections_any_sector_count_1095d",
    "listings": "listings_abnormal_count_1095d",
    "licences": "licences_count",
    "samplings": "samplings_count_1095d",
    "commitments": "commitments_count",
    "repairs": "repairs_granted_count",
    "changes": "changes_count_1095d",
    "relations": "relations_count",
    "equipment": "equipment_count",
    "recalls": "recalls_count_1095d",
    "dormancies": "dormancies_count",
    "leads": "leads_count_365d",
}
"""An indicator of each subject that counts its records."""

REPAIRABLE = ("penalties", "complaints", "inspections", "listings", "samplings", "commitments")
WINDOWED = tuple(subject for subject, indicator in COUNTED.items() if indicator.endswith("_1095d"))


def given_for_each(subjects: Iterable[str], text: str) -> Given:
    """The same table for each subject in place of SUBJECT, all in one set of records."""
    return given("\n\n".join(text.replace("SUBJECT", subject) for subject in subjects))


@pytest.mark.parametrize("subject", COUNTED)
def test_only_what_happened_and_was_known_before_the_as_of_date_counts(subject):
    records = given_for_each(
        COUNTED,
        """
        SUBJECT                 | enterprise | occurred_on | known_at
        happened the day before | 甲         | 2024-06-29  | 2024-06-29
        happened on the day     | 乙         | 2024-06-30  | 2024-06-30
        happened the day after  | 丙         | 2024-07-01  | 2024-07-01
        known the second before | 丁         | 2024-06-01  | 2024-06-29 23:59:59
        known on the day        | 戊         | 2024-06-01  | 2024-06-30 00:00:00
        known long after        | 己         | 2024-06-01  | 2025-02-01

        dormancies              | enterprise | occurred_on | known_at
        no other record         | 庚         | 2030-01-01  | 2030-01-01
    """,
    )
    records.expect(COUNTED[subject], as_of=A, 甲=1, 乙=0, 丙=0, 丁=1, 戊=0, 己=0, 庚=0)


@pytest.mark.parametrize("subject", COUNTED)
def test_the_version_in_force_decides(subject):
    records = given_for_each(
        COUNTED,
        """
        SUBJECT                        | record | enterprise | occurred_on | known_at         | withdrawn_at | use_until
        withdrawn the day before       | a      | 甲         | 2024-06-01  | 2024-06-02       | 2024-06-29   |
        withdrawn on the day           | b      | 乙         | 2024-06-01  | 2024-06-02       | 2024-06-30   |
        withdrawn the day after        | c      | 丙         | 2024-06-01  | 2024-06-02       | 2024-07-01   |
        used until the day             | d      | 丁         | 2024-06-01  | 2024-06-02       |              | 2024-06-30
        used until the day after       | e      | 戊         | 2024-06-01  | 2024-06-02       |              | 2024-07-01
        first version                  | f      | 己         | 2024-06-01  | 2024-06-02       |              |
        annulment known the day before | f      | 己         | 2024-06-01  | 2024-06-29 23:59 | 2024-06-03   |
        first version                  | g      | 庚         | 2024-06-01  | 2024-06-02       |              |
        annulment known on the day     | g      | 庚         | 2024-06-01  | 2024-06-30 00:00 | 2024-06-03   |
        first version                  | h      | 辛         | 2024-06-01  | 2024-06-02       |              |
        second version, known before   | h      | 辛         | 2024-06-01  | 2024-06-29 23:59 |              |
    """,
    )
    records.expect(COUNTED[subject], as_of=A, 甲=0, 乙=0, 丙=1, 丁=0, 戊=1, 己=0, 庚=1, 辛=1)


@pytest.mark.parametrize("subject", REPAIRABLE)
def test_a_granted_repair_acts_once_it_is_known_and_effective(subject):
    records = given_for_each(
        REPAIRABLE,
        """
        SUBJECT | record | enterprise | occurred_on
                  | a      | 甲         | 2024-01-01
                  | b      | 乙         | 2024-01-01
                  | c      | 丙         | 2024-01-01
                  | d      | 丁         | 2024-01-01
                  | e      | 戊         | 2024-01-01
                  | f      | 己         | 2024-01-01
                  | g      | 庚         | 2024-01-01

        repairs                 | target_subject | target_record_id | enterprise | occurred_on | known_at         | decision | effective_on
        effective on the day    | SUBJECT        | a                | 甲         | 2024-06-01  | 2024-06-02       | granted  | 2024-06-30
        effective the day after | SUBJECT        | b                | 乙         | 2024-06-01  | 2024-06-02       | granted  | 2024-07-01
        known the second before | SUBJECT        | c                | 丙         | 2024-06-01  | 2024-06-29 23:59 | granted  | 2024-06-02
        known on the day        | SUBJECT        | d                | 丁         | 2024-06-01  | 2024-06-30 00:00 | granted  | 2024-06-02
        refused                 | SUBJECT        | e                | 戊         | 2024-06-01  | 2024-06-02       | refused  | 2024-06-02
        another record          | SUBJECT        | x                | 己         | 2024-06-01  | 2024-06-02       | granted  | 2024-06-02
        filed by another firm   | SUBJECT        | g                | 甲         | 2024-06-01  | 2024-06-02       | granted  | 2024-06-02
    """,
    )
    records.expect(COUNTED[subject], as_of=A, 甲=0, 乙=1, 丙=0, 丁=1, 戊=1, 己=1, 庚=1)


@pytest.mark.parametrize("subject", WINDOWED)
def test_a_window_of_1095_days_is_closed_at_its_old_end(subject):
    records = given_for_each(
        WINDOWED,
        """
        SUBJECT               | enterprise | occurred_on
        exactly 1095 days ago | 甲         | 2021-07-01
        1096 days ago         | 乙         | 2021-06-30
    """,
    )
    records.expect(COUNTED[subject], as_of=A, 甲=1, 乙=0)


def test_instants_given_in_utc_are_read_in_local_time():
    given("""
        penalties                  | enterprise | occurred_on | known_at
        23:59 in Shanghai          | 甲         | 2024-06-01  | 2024-06-29 15:59:00+00:00
        00:00 in Shanghai          | 乙         | 2024-06-01  | 2024-06-29 16:00:00+00:00
        the same instant, in Tokyo | 丙         | 2024-06-01  | 2024-06-30 01:00:00+09:00
    """).expect("penalties_count_365d", as_of=A, 甲=1, 乙=0, 丙=0)
