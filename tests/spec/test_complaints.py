"""Complaints (civil) and reports (alleged breaches): kept apart, weighted by recency, compared with the year before."""

from tests.spec.tables import given

A = "2024-06-30"

COMPLAINTS = """
    enterprises | enterprise | sectors
                | 甲         | 食品
                | 乙         | 食品
                | 丙         | 食品

    complaints         | record | enterprise | occurred_on | kind      | sector | verified
    yesterday          | a      | 甲         | 2024-06-29  | complaint | 食品   | true
    a year ago         | b      | 甲         | 2023-07-01  | report    | 药品   | false
    a year and a day   | c      | 甲         | 2023-06-30  | complaint |        |
    two years ago      | d      | 甲         | 2022-07-01  | complaint | 食品   | true
    two years and more | e      | 甲         | 2022-06-30  | complaint | 食品   | true
    only a report      | f      | 乙         | 2021-07-01  | report    | 食品   | true
    on the day         | g      | 丙         | 2024-06-30  | complaint | 食品   | true
"""


def test_complaints_and_reports_are_counted_apart():
    complaints = given(COMPLAINTS)
    complaints.expect("complaints_count_90d", as_of=A, 甲=1, 乙=0, 丙=0)
    complaints.expect("complaints_count_365d", as_of=A, 甲=1, 乙=0, 丙=0)
    complaints.expect("complaints_count_730d", as_of=A, 甲=3, 乙=0, 丙=0)
    complaints.expect("complaints_reports_count_365d", as_of=A, 甲=1, 乙=0, 丙=0)
    complaints.expect("complaints_reports_count_1095d", as_of=A, 甲=1, 乙=1, 丙=0)


def test_unknown_whether_true_is_not_verified():
    complaints = given(COMPLAINTS)
    complaints.expect("complaints_verified_count_365d", as_of=A, 甲=1, 乙=0)
    complaints.expect("complaints_verified_count_1095d", as_of=A, 甲=3, 乙=1)
    complaints.expect("complaints_verified_days_since", as_of=A, 甲=1, 乙=1095, 丙=1095)


def test_a_trend_is_this_year_minus_the_year_before():
    # 甲: a and b this year, c and d the year before; e is older than both. Two days later b belongs to the year before
    # and d to none, and 丙 has its first.
    given(COMPLAINTS).expect("complaints_trend", as_of=A, 甲=2 - 2, 乙=0, 丙=0)
    given(COMPLAINTS).expect("complaints_trend", as_of="2024-07-02", 甲=1 - 2, 乙=0, 丙=1)


def test_weights_halve_with_every_half_life():
    complaints = given(COMPLAINTS)
    ages = (1, 365, 366, 730, 731)
    complaints.expect("complaints_decayed_90d", as_of=A, 甲=sum(0.5 ** (age / 90) for age in ages), 丙=0)
    complaints.expect("complaints_decayed_365d", as_of=A, 甲=sum(0.5 ** (age / 365) for age in ages), 乙=0.5**3)


def test_complaints_of_the_sector():
    given(COMPLAINTS).expect("complaints_sector_count_365d", as_of=A, 甲=1, 乙=0, 丙=0)


def test_place_among_the_sector():
    # Quantiles 0.00 to 0.49 of the three are 丙's nothing, then 乙's, and at 1.00 甲's own.
    given(COMPLAINTS).expect("complaints_place_in_sector", as_of=A, 甲=100 / 101, 乙=50 / 101, 丙=0)


def test_evidence():
    complaints = given(COMPLAINTS)
    complaints.expect_evidence("complaints_trend", as_of=A, 甲="a b c d", 乙="", 丙="")
    complaints.expect_evidence("complaints_verified_count_1095d", as_of=A, 甲="a d e")
