# ruff: noqa: E501 - a record is one line of a table
"""Which entries of both lists an extract holds at an as-of date, and from which day on each is told no more.

Of removal, expiry, withdrawal, repair and a late-known entry: just before, at and just after.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest

from records.errors import ConfigError
from serving.lists.extract import ListExtract, load_extract
from serving.lists.writing import write_extract
from tests.spec.tables import Given, given

A = "2024-06-30"
DAY = timedelta(days=1)


def extract(records: Given, as_of: str, folder: Path) -> ListExtract:
    return load_extract(write_extract(records.records, date.fromisoformat(as_of), folder, date(2024, 12, 31)))


def told(found: ListExtract, enterprises: str, on: str | None = None) -> str:
    """The enterprises that are on a list on a day (null: the day of the extract)."""
    day = date.fromisoformat(on) if on else found.as_of
    entries = found.entries_of(enterprises.split())
    return " ".join(
        name
        for name, own in zip(enterprises.split(), entries, strict=True)
        if any(entry.is_in_force(day) for entry in own)
    )


def end_of(found: ListExtract, enterprise: str) -> tuple[str, str] | None:
    """When and why the one entry of an enterprise ends; null for one that was not extracted."""
    own = found.entries_of([enterprise])[0]
    return (str(own[0].ends_on), str(own[0].ends_by)) if own else None


def test_an_entry_is_told_from_the_day_after_it_was_known(tmp_path: Path) -> None:
    records = given("""
        listings               | enterprise | occurred_on | known_at
        long ago               | 甲         | 2023-07-01  | 2023-07-02
        known the day before   | 乙         | 2024-06-28  | 2024-06-29 23:59:59
        known on the day       | 丙         | 2024-06-28  | 2024-06-30 00:00:00
        known late             | 丁         | 2023-01-01  | 2024-07-01
        begins on the day      | 戊         | 2024-06-30  | 2024-06-30
    """)
    everyone = "甲 乙 丙 丁 戊"
    assert told(extract(records, "2024-06-29", tmp_path), everyone) == "甲"
    assert told(extract(records, A, tmp_path), everyone) == "甲 乙"
    assert told(extract(records, "2024-07-01", tmp_path), everyone) == "甲 乙 丙 戊"
    assert told(extract(records, "2024-07-02", tmp_path), everyone) == "甲 乙 丙 丁 戊"


def test_a_removed_entry_is_told_until_the_day_of_its_removal(tmp_path: Path) -> None:
    records = given("""
        listings               | enterprise | occurred_on | known_at   | removed_on
        removed the day before | 甲         | 2023-07-01  | 2023-07-02 | 2024-06-29
        removed on the day     | 乙         | 2023-07-01  | 2023-07-02 | 2024-06-30
        removed the day after  | 丙         | 2023-07-01  | 2023-07-02 | 2024-07-01
        still on it            | 丁         | 2023-07-01  | 2023-07-02 |
    """)
    found = extract(records, A, tmp_path)
    assert told(found, "甲 乙 丙 丁") == "丙 丁"
    assert [end_of(found, name) for name in "甲乙丙丁"] == [None, None, ("2024-07-01", "removal"), ("None", "None")]
    assert [told(found, "丙 丁", on) for on in ("2024-06-30", "2024-07-01", "2024-07-02")] == ["丙 丁", "丁", "丁"]


def test_a_removal_acts_from_the_day_after_it_was_known(tmp_path: Path) -> None:
    records = given("""
        listings | record | enterprise | occurred_on | known_at         | removed_on
        listed   | a      | 甲         | 2024-01-01  | 2024-01-02       |
        removed  | a      | 甲         | 2024-01-01  | 2024-06-29 09:00 | 2024-05-01
    """)
    assert told(extract(records, "2024-06-29", tmp_path), "甲") == "甲"
    assert told(extract(records, A, tmp_path), "甲") == ""


def test_a_stated_term_ends_on_its_day(tmp_path: Path) -> None:
    records = given("""
        listings               | enterprise | occurred_on | kind    | cause             | listed_until
        term ends day before   | 甲         | 2022-06-30  | serious | serious_violation | 2024-06-29
        term ends on the day   | 乙         | 2022-06-30  | serious | serious_violation | 2024-06-30
        term ends day after    | 丙         | 2022-06-30  | serious | serious_violation | 2024-07-01
    """)
    found = extract(records, A, tmp_path)
    assert told(found, "甲 乙 丙") == "丙"
    assert end_of(found, "丙") == ("2024-07-01", "listed_until")
    assert [told(found, "丙", on) for on in ("2024-06-30", "2024-07-01")] == ["丙", ""]


def test_without_a_stated_term_the_rules_of_the_list_give_it_and_the_abnormal_list_has_none(tmp_path: Path) -> None:
    records = given("""
        listings                  | enterprise | occurred_on | kind     | cause
        three years the day before | 甲        | 2021-06-29  | serious  | serious_violation
        three years on the day     | 乙        | 2021-06-30  | serious  | serious_violation
        three years the day after  | 丙        | 2021-07-01  | serious  | serious_violation
        no term                    | 丁        | 2015-07-01  | abnormal | unreachable
    """)
    found = extract(records, A, tmp_path)
    assert told(found, "甲 乙 丙 丁") == "丙 丁"
    assert end_of(found, "丙") == ("2024-07-01", "list_rules")
    assert told(found, "丙 丁", "2024-07-01") == "丁"


def test_a_withdrawn_entry_is_told_until_the_day_of_its_withdrawal(tmp_path: Path) -> None:
    records = given("""
        listings                 | enterprise | occurred_on | withdrawn_at | use_until
        withdrawn the day before | 甲         | 2023-07-01  | 2024-06-29   |
        withdrawn on the day     | 乙         | 2023-07-01  | 2024-06-30   |
        withdrawn the day after  | 丙         | 2023-07-01  | 2024-07-01   |
        used until the day       | 丁         | 2023-07-01  |              | 2024-06-30
        used until the day after | 戊         | 2023-07-01  |              | 2024-07-01
    """)
    found = extract(records, A, tmp_path)
    assert told(found, "甲 乙 丙 丁 戊") == "丙 戊"
    assert (end_of(found, "丙"), end_of(found, "戊")) == (("2024-07-01", "withdrawal"), ("2024-07-01", "use_until"))
    assert told(found, "丙 戊", "2024-07-01") == ""


def test_a_granted_repair_ends_the_entry_on_the_day_it_takes_effect(tmp_path: Path) -> None:
    records = given("""
        listings | record | enterprise | occurred_on
        listed   | a      | 甲         | 2023-07-01
        listed   | b      | 乙         | 2023-07-01
        listed   | c      | 丙         | 2023-07-01
        listed   | d      | 丁         | 2023-07-01
        listed   | e      | 戊         | 2023-07-01
        listed   | f      | 己         | 2023-07-01

        repairs                  | enterprise | occurred_on | known_at   | target_subject | target_record_id | decision | effective_on
        effective the day before | 甲         | 2024-06-01  | 2024-06-20 | listings       | a                | granted  | 2024-06-29
        effective on the day     | 乙         | 2024-06-01  | 2024-06-20 | listings       | b                | granted  | 2024-06-30
        effective the day after  | 丙         | 2024-06-01  | 2024-06-20 | listings       | c                | granted  | 2024-07-01
        known too late           | 丁         | 2024-06-01  | 2024-06-30 | listings       | d                | granted  | 2024-06-02
        refused                  | 戊         | 2024-06-01  | 2024-06-20 | listings       | e                | refused  |
        of another enterprise    | 甲         | 2024-06-01  | 2024-06-20 | listings       | f                | granted  | 2024-07-01
    """)
    found = extract(records, A, tmp_path)
    assert told(found, "甲 乙 丙 丁 戊 己") == "丙 丁 戊 己"
    assert end_of(found, "丙") == ("2024-07-01", "repair")
    assert told(found, "丙 丁 戊 己", "2024-07-01") == "丁 戊 己"
    assert told(extract(records, "2024-07-01", tmp_path), "甲 乙 丙 丁 戊 己") == "戊 己"


def test_the_earliest_of_all_known_ends_counts(tmp_path: Path) -> None:
    records = given("""
        listings | enterprise | occurred_on | kind    | cause             | removed_on | listed_until | use_until
        removal  | 甲         | 2023-07-01  | serious | serious_violation | 2024-07-05 | 2024-07-06   | 2024-07-07
        term     | 乙         | 2023-07-01  | serious | serious_violation | 2024-07-05 | 2024-07-04   | 2024-07-07
        at once  | 丙         | 2023-07-01  | serious | serious_violation | 2024-07-05 | 2024-07-05   | 2024-07-05
        the rule | 丁         | 2023-07-01  | serious | serious_violation |            |              | 2026-07-01
    """)
    found = extract(records, A, tmp_path)
    assert [end_of(found, name) for name in "甲乙丙丁"] == [
        ("2024-07-05", "removal"),
        ("2024-07-04", "listed_until"),
        ("2024-07-05", "removal"),
        ("2026-07-01", "list_rules"),
    ]


def test_an_entry_carries_what_it_rests_on(tmp_path: Path) -> None:
    records = given("""
        listings | record | enterprise | occurred_on | kind     | cause       | decision_no | responsible
        later    | b      | 甲         | 2024-02-01  | abnormal | unreachable |             | 某所
        earlier  | a      | 甲         | 2024-01-01  | abnormal | falsehood   | 〔2024〕1号 | 信用股
    """)
    earlier, later = extract(records, A, tmp_path).entries_of(["甲"])[0]
    assert (earlier.record_id, earlier.cause, earlier.decision_no, earlier.responsible) == (
        "a",
        "falsehood",
        "〔2024〕1号",
        "信用股",
    )
    assert (later.record_id, later.decision_no, later.listed_on) == ("b", None, date(2024, 2, 1))


def test_the_register_holds_who_was_known_before_the_day(tmp_path: Path) -> None:
    records = given("""
        enterprises          | enterprise | known_at
        known the day before | 甲         | 2024-06-29
        known on the day     | 乙         | 2024-06-30
    """)
    assert extract(records, A, tmp_path).is_registered(["甲", "乙", "丙"]) == [True, False, False]
    assert extract(records, "2024-07-01", tmp_path).is_registered(["甲", "乙", "丙"]) == [True, True, False]


def test_an_extract_without_entries_or_enterprises_can_be_asked(tmp_path: Path) -> None:
    records = given("""
        enterprises | enterprise | known_at
        too late    | 甲         | 2024-07-01
    """)
    found = extract(records, A, tmp_path)
    assert found.entries_of(["甲"]) == [[]]
    assert found.is_registered(["甲"]) == [False]
    assert found.counts == {"register": 0, "abnormal": 0, "serious": 0}


def test_nothing_that_becomes_known_later_moves_a_byte(tmp_path: Path) -> None:
    known = """
        listings | record | enterprise | occurred_on | known_at
        listed   | a      | 甲         | 2024-01-01  | 2024-01-02
        listed   | b      | 乙         | 2024-01-01  | 2024-01-02
    """
    later = """
        repairs     | enterprise | occurred_on | known_at   | target_subject | target_record_id | decision | effective_on
        granted     | 甲         | 2024-06-01  | 2024-06-30 | listings       | a                | granted  | 2024-06-01

        listings    | record | enterprise | occurred_on | known_at   | removed_on
        removed     | b      | 乙         | 2024-01-01  | 2024-06-30 | 2024-06-01
        known later | c      | 乙         | 2024-02-01  | 2024-07-01 |
    """
    first = extract(given(known), A, tmp_path / "first")
    second = extract(given(known + "\n" + later), A, tmp_path / "second")
    assert first.digest == second.digest


def test_the_same_lists_give_the_same_directory_whatever_the_order_of_their_rows(tmp_path: Path) -> None:
    rows = ["listed | a | 甲 | 2024-01-01 |", "listed | b | 乙 | 2024-01-01 |", "listed | c | 甲 | 2024-02-01 |"]
    header = "listings | record | enterprise | occurred_on | removed_on\n"
    found = [extract(given(header + "\n".join(order)), A, tmp_path) for order in (rows, rows[::-1])]
    assert found[0].directory == found[1].directory
    assert [path.name for path in tmp_path.iterdir()] == [f"{A}-{found[0].digest[:12]}"]


def test_lists_of_a_day_to_come_are_refused(tmp_path: Path) -> None:
    records = given("listings | enterprise | occurred_on\nlisted | 甲 | 2024-01-01")
    write_extract(records.records, date(2024, 6, 30), tmp_path, date(2024, 6, 30))
    with pytest.raises(ConfigError, match=r"as of today \(2024-06-30\) or earlier, got 2024-07-01"):
        write_extract(records.records, date(2024, 6, 30) + DAY, tmp_path, date(2024, 6, 30))
