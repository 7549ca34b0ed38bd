# ruff: noqa: E501 - a record is one line of a table
"""Abnormal and serious-violation listings: on the list now, or ever."""

from tests.spec.tables import given

A = "2024-06-30"

LISTINGS = """
    listings               | record | enterprise | occurred_on | kind     | cause             | removed_on | listed_until
    still listed           | a      | 甲         | 2023-07-01  | abnormal | annual_report     |            |
    removed on the day     | b      | 乙         | 2023-06-30  | abnormal | unreachable       | 2024-06-30 |
    removed the day after  | c      | 丙         | 2024-06-29  | abnormal | unreachable       | 2024-07-01 |
    term ends on the day   | d      | 丁         | 2021-06-30  | serious  | serious_violation |            | 2024-06-30
    term ends day after    | e      | 戊         | 2021-07-01  | serious  | serious_violation |            | 2024-07-01
    listed on the day      | f      | 己         | 2024-06-30  | serious  | falsehood         |            |
    falsehood, long ago    | g      | 庚         | 2015-01-01  | abnormal | falsehood         | 2016-01-01 |
    missed disclosure      | h      | 庚         | 2015-01-02  | abnormal | disclosure_order  | 2016-01-01 |
"""


def test_a_listing_is_active_until_the_day_of_its_removal_or_end():
    listings = given(LISTINGS)
    listings.expect("listings_active", as_of=A, 甲=1, 乙=0, 丙=1, 丁=0, 戊=1, 己=0, 庚=0)
    listings.expect("listings_active", as_of="2024-06-29", 乙=1, 丙=0, 丁=1)
    listings.expect("listings_abnormal_active", as_of=A, 甲=1, 丙=1, 戊=0)
    listings.expect("listings_serious_active", as_of=A, 甲=0, 丁=0, 戊=1, 己=0)
    listings.expect("listings_unreachable_active", as_of=A, 甲=0, 乙=0, 丙=1)


def test_a_removal_acts_from_the_day_it_was_known():
    removal = given("""
        listings | record | enterprise | occurred_on | known_at         | removed_on
        listed   | a      | 甲         | 2024-01-01  | 2024-01-02       |
        removed  | a      | 甲         | 2024-01-01  | 2024-06-29 09:00 | 2024-05-01
    """)
    removal.expect("listings_abnormal_active", as_of="2024-06-29", 甲=1)
    removal.expect("listings_abnormal_active", as_of="2024-06-30", 甲=0)
    removal.expect("listings_abnormal_count_365d", as_of="2024-06-30", 甲=1)


def test_past_listings_are_counted():
    listings = given(LISTINGS)
    listings.expect("listings_abnormal_count_365d", as_of=A, 甲=1, 乙=0, 丙=1)
    listings.expect("listings_abnormal_count_1095d", as_of=A, 甲=1, 乙=1, 庚=0)
    listings.expect("listings_serious_count", as_of=A, 甲=0, 丁=1, 戊=1, 己=0)
    listings.expect("listings_annual_report_count", as_of=A, 甲=1, 乙=0)
    listings.expect("listings_falsehood_count", as_of=A, 庚=2, 己=0)
    listings.expect("listings_unreachable_count", as_of=A, 甲=0, 乙=1, 丙=1)


def test_time_since_is_capped_and_never_null():
    given(LISTINGS).expect("listings_days_since", as_of=A, 甲=365, 丙=1, 戊=1095, 己=1825, 庚=1825)


def test_evidence():
    given(LISTINGS).expect_evidence("listings_active", as_of=A, 甲="a", 乙="", 丙="c")
    given(LISTINGS).expect_evidence("listings_days_since", as_of=A, 甲="a", 庚="")
