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


MATTERS = """
    enterprises | enterprise | sectors
                | 甲         | 价格
                | 乙         | 价格
                | 丙         | 价格

    complaints            | record | enterprise | occurred_on | kind      | matter        | verified | mediation
    yesterday             | a      | 甲         | 2024-06-29  | complaint | price_marking | true     | refused
    a year ago            | b      | 甲         | 2023-07-01  | report    | price_marking | true     |
    a year and a day      | c      | 甲         | 2023-06-30  | complaint | price_marking |          | agreed
    short weight          | d      | 甲         | 2024-06-01  | complaint | measurement   | false    | failed
    not told what about   | e      | 乙         | 2024-06-01  | complaint |               | true     | refused
    the same              | f      | 乙         | 2024-06-02  | complaint |               | true     |
    on the day            | g      | 丙         | 2024-06-30  | complaint | price_marking | true     | refused
"""


def test_complaints_are_counted_by_what_they_are_about():
    matters = given(MATTERS)
    matters.expect("complaints_price_marking_count_365d", as_of=A, 甲=2, 乙=0, 丙=0)
    matters.expect("complaints_price_marking_count_365d", as_of="2024-07-01", 甲=1, 丙=1)
    matters.expect("complaints_price_marking_verified_count_1095d", as_of=A, 甲=2, 乙=0, 丙=0)
    matters.expect("complaints_measurement_count_365d", as_of=A, 甲=1, 乙=0)
    matters.expect("complaints_measurement_verified_count_1095d", as_of=A, 甲=0)


def test_a_repeat_is_a_complaint_found_true_about_a_matter_found_true_before():
    given(MATTERS).expect("complaints_verified_repeats_1095d", as_of=A, 甲=1, 乙=0, 丙=0)


def test_how_mediation_ended_is_counted():
    matters = given(MATTERS)
    matters.expect("complaints_mediation_refused_count_365d", as_of=A, 甲=1, 乙=1, 丙=0)
    matters.expect("complaints_mediation_refused_count_1095d", as_of="2024-07-01", 丙=1)
    matters.expect("complaints_mediation_agreed_count_1095d", as_of=A, 甲=1, 乙=0)


def test_the_share_found_true_is_pulled_to_the_sectors():
    # Population and sector: 4 true of 6 received; the sector's is pulled with weight 50, the enterprise's with 5.
    price = (4 + 50 * 4 / 6) / (6 + 50)
    given(MATTERS).expect(
        "complaints_verified_rate_shrunk",
        as_of=A,
        甲=(2 + 5 * price) / (4 + 5),
        乙=(2 + 5 * price) / (2 + 5),
        丙=price,
    )


def test_growth_is_compared_with_the_sectors():
    # Growth: 甲 3 - 1, 乙 2 - 0, 丙 0 - 0. Quantiles 0.00 to 0.49 are 丙's.
    given(MATTERS).expect("complaints_growth_place_in_sector", as_of=A, 甲=50 / 101, 乙=50 / 101, 丙=0)


def test_what_came_out_counts_from_the_day_it_was_known():
    later = given("""
        complaints   | record | enterprise | occurred_on | known_at         | matter        | verified | mediation
        as received  | a      | 甲         | 2024-05-01  | 2024-05-02       | price_marking |          |
        refused      | a      | 甲         | 2024-05-01  | 2024-06-29 12:00 | price_marking | true     | refused
    """)
    later.expect("complaints_mediation_refused_count_365d", as_of="2024-06-29", 甲=0)
    later.expect("complaints_mediation_refused_count_365d", as_of="2024-06-30", 甲=1)
    later.expect("complaints_price_marking_count_365d", as_of="2024-06-29", 甲=1)
