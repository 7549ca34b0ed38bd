"""Worklists: who may be given a buffer before a listing (R12), and what has become of those that were opened."""

import pytest

from tests.spec.tables import given
from tests.worklist_tables import on_list, row_of, rules

CANDIDATES, OPEN = "buffer_candidates", "buffers_open"

FOUND = given("""
    inspections            | record | enterprise | occurred_on | severity
    not found              | i1     | 甲         | 2024-06-10  | unreachable
    not found, no contact  | i2     | 乙         | 2024-06-10  | unreachable
    found again            | i3     | 丙         | 2024-06-10  | unreachable
    found again            | i4     | 丙         | 2024-06-25  | none
    other finding          | i5     | 丁         | 2024-06-10  | unreachable
    other finding          | i6     | 丁         | 2024-01-10  | general
    void visit             | i7     | 戊         | 2024-06-10  | void
    listed already         | i8     | 己         | 2024-06-10  | unreachable
    moved                  | i9     | 庚         | 2024-06-10  | unreachable
    on the day             | i0     | 辛         | 2024-06-20  | unreachable

    reminders              | record | enterprise | occurred_on | topic  | replied_on | reply
    answered               | r1     | 甲         | 2024-06-12  | buffer | 2024-06-20 | will_correct
    no answer              | r2     | 乙         | 2024-06-12  | buffer | 2024-06-20 | unreachable
    answered               | r3     | 丙         | 2024-06-12  | buffer | 2024-06-13 | will_correct
    answered               | r4     | 丁         | 2024-06-12  | buffer | 2024-06-13 | will_correct
    answered               | r5     | 戊         | 2024-06-12  | buffer | 2024-06-13 | will_correct
    answered               | r6     | 己         | 2024-06-12  | buffer | 2024-06-13 | will_correct
    answered               | r7     | 庚         | 2024-06-12  | buffer | 2024-06-13 | will_correct
    before the visit       | r8     | 辛         | 2024-06-12  | buffer | 2024-06-19 | will_correct

    listings               | record | enterprise | occurred_on | kind     | cause
    listed                 | l1     | 己         | 2024-06-20  | abnormal | unreachable

    changes                | record | enterprise | occurred_on | item
    another address        | c1     | 庚         | 2024-06-24  | address
""")


def test_a_candidate_was_not_found_is_reached_otherwise_and_is_clean():
    assert on_list(CANDIDATES, FOUND, "2024-07-01") == "甲"
    row = row_of("甲", CANDIDATES, FOUND, "2024-07-01")
    assert (row["found_on"], row["contact_on"], row["due_on"]) == ("2024-06-10", "2024-06-20", "2024-06-20")
    assert row["records"] == "inspections:i1 reminders:r1"
    assert row["why_zh"] == "2024-06-10检查时在登记住所查无下落，此后可另行联系（2024-06-20答复提醒），无其他违法记录。"


def test_it_is_a_candidate_from_the_day_of_the_contact_that_is_known():
    assert on_list(CANDIDATES, FOUND, "2024-06-19") == "丙 己 庚"
    assert on_list(CANDIDATES, FOUND, "2024-06-20") == "丙 己 庚 甲"


def test_who_is_listed_is_no_candidate_from_the_day_after():
    assert on_list(CANDIDATES, FOUND, "2024-06-21") == "丙 庚 甲"


def test_another_address_or_a_visit_that_finds_it_ends_it_the_day_after():
    assert on_list(CANDIDATES, FOUND, "2024-06-24") == "丙 庚 甲"
    assert on_list(CANDIDATES, FOUND, "2024-06-25") == "丙 甲"
    assert on_list(CANDIDATES, FOUND, "2024-06-26") == "甲"


def test_a_finding_older_than_the_rule_says_nothing_any_more():
    short = rules(buffer={"finding_days": 21})
    assert on_list(CANDIDATES, FOUND, "2024-07-01", use=short) == "甲"
    assert on_list(CANDIDATES, FOUND, "2024-07-02", use=short) == ""


def test_another_violation_counts_as_long_as_the_rule_says():
    short = rules(buffer={"clean_days": 173})
    assert on_list(CANDIDATES, FOUND, "2024-07-01", use=short) == "甲"
    assert on_list(CANDIDATES, FOUND, "2024-07-02", use=short) == "丁 甲"


VIOLATIONS = given("""
    inspections    | enterprise | occurred_on | severity
    not found      | 甲         | 2024-06-10  | unreachable
    not found      | 乙         | 2024-06-10  | unreachable
    not found      | 丙         | 2024-06-10  | unreachable
    not found      | 丁         | 2024-06-10  | unreachable
    not found      | 戊         | 2024-06-10  | unreachable

    reminders      | enterprise | occurred_on | topic  | replied_on | reply
    answered       | 甲         | 2024-06-12  | buffer | 2024-06-12 | disputes
    answered       | 乙         | 2024-06-12  | buffer | 2024-06-12 | disputes
    answered       | 丙         | 2024-06-12  | buffer | 2024-06-12 | disputes
    answered       | 丁         | 2024-06-12  | buffer | 2024-06-12 | disputes
    answered       | 戊         | 2024-06-12  | buffer | 2024-06-12 | disputes

    penalties      | enterprise | occurred_on | use_until
    repaired soon  | 甲         | 2024-05-01  | 2024-07-01

    leads          | enterprise | occurred_on | verified
    found true     | 乙         | 2024-05-01  | true
    not yet        | 丙         | 2024-05-01  |

    listings       | enterprise | occurred_on | kind     | cause         | removed_on
    another cause  | 丁         | 2024-01-01  | abnormal | annual_report | 2024-07-01

    buffers        | enterprise | occurred_on | state
    had one        | 戊         | 2024-06-15  | expired
""")


def test_a_violation_no_longer_in_force_or_a_listing_removed_stands_in_nobodys_way():
    assert on_list(CANDIDATES, VIOLATIONS, "2024-06-30") == "丙"
    assert on_list(CANDIDATES, VIOLATIONS, "2024-07-01") == "丁 丙 甲"


OPENED = given("""
    buffers         | record | enterprise | occurred_on | due_on     | state     | closed_on
    nothing since   | b1     | 甲         | 2024-06-10  |            | open      |
    other address   | b2     | 乙         | 2024-06-10  |            | open      |
    too late        | b3     | 丙         | 2024-06-10  |            | open      |
    own date        | b4     | 丁         | 2024-06-10  | 2024-07-10 | open      |
    closed already  | b5     | 戊         | 2024-06-10  |            | corrected | 2024-06-17
    closed ahead    | b6     | 己         | 2024-06-10  | 2024-09-01 | expired   | 2024-09-01

    changes         | record | enterprise | occurred_on | item
    in time         | c1     | 乙         | 2024-06-17  | address
    on the day      | c2     | 丙         | 2024-06-18  | address
    another matter  | c3     | 丁         | 2024-06-12  | name
""")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2024-06-11", {"甲": "open", "乙": "open", "丙": "open", "丁": "open", "戊": "open", "己": "open"}),
        ("2024-06-17", {"甲": "open", "乙": "open", "丙": "open", "丁": "open", "己": "open"}),
        ("2024-06-18", {"甲": "expired", "乙": "corrected", "丙": "expired", "丁": "open", "己": "open"}),
        ("2024-07-09", {"甲": "expired", "乙": "corrected", "丙": "expired", "丁": "open", "己": "open"}),
        ("2024-07-10", {"甲": "expired", "乙": "corrected", "丙": "expired", "丁": "expired", "己": "open"}),
    ],
)
def test_a_buffer_is_open_until_corrected_or_run_out(as_of, expected):
    assert on_list(OPEN, OPENED, as_of) == " ".join(sorted(expected))
    assert {name: row_of(name, OPEN, OPENED, as_of)["state"] for name in expected} == expected


def test_nothing_is_open_before_it_was_opened_and_nothing_once_it_was_closed():
    assert on_list(OPEN, OPENED, "2024-06-10") == ""
    assert on_list(OPEN, OPENED, "2024-09-01") == "丁 丙 乙 甲"


def test_the_correction_is_named_beside_the_buffer():
    row = row_of("乙", OPEN, OPENED, "2024-06-18")
    assert row["records"] == "buffers:b2 changes:c1"
    assert (row["corrected_on"], row["due_on"], row["days_left"]) == ("2024-06-17", "2024-06-18", 0)
    late = row_of("丙", OPEN, OPENED, "2024-06-20")
    assert (late["records"], late["corrected_on"], late["days_left"]) == ("buffers:b3", None, -2)


def test_the_length_may_be_counted_in_working_days():
    # 10 June 2024 is a holiday; the seven working days after it end on the 19th, the last day in time.
    seven = rules(buffer={"unit": "working_days"})
    assert row_of("甲", OPEN, OPENED, "2024-06-12", use=seven)["due_on"] == "2024-06-20"
    assert row_of("甲", OPEN, OPENED, "2024-06-12")["due_on"] == "2024-06-18"
