# ruff: noqa: E501 - a record is one line of a table
"""Inspections: exposure, results, the last visits one by one, and rates pulled to the sector's."""

from tests.spec.tables import given

A = "2024-06-30"

VISITS = """
    enterprises | enterprise | sectors
                | 甲         | 食品;药品
                | 乙         | 食品
                | 丙         | 食品

    inspections        | record | enterprise | sector | occurred_on | basis     | severity    | findings_minor | findings_general | findings_serious | native_score
    yesterday          | a      | 甲         | 食品   | 2024-06-29  | random    | general     | 1              | 2                | 0                |
    a re-visit         | b      | 甲         | 食品   | 2024-06-29  | follow_up | serious     | 0              | 0                | 1                | 50
    nobody there       | c      | 甲         | 食品   | 2024-06-28  | directed  | unreachable | 0              | 0                | 0                |
    half a year ago    | d      | 甲         | 食品   | 2024-01-01  | complaint | none        | 0              | 0                | 0                | 90
    two years ago      | e      | 甲         | 食品   | 2022-07-01  | statutory | serious     | 0              | 0                | 3                |
    another sector     | f      | 甲         | 药品   | 2024-06-01  | random    | minor       | 4              | 0                | 0                |
    on the day         | g      | 乙         | 食品   | 2024-06-30  | random    | serious     | 0              | 0                | 1                |
    same day, first    | h      | 丙         | 食品   | 2024-05-01  | random    | none        | 0              | 0                | 0                |
    same day, second   | i      | 丙         | 食品   | 2024-05-01  | special   | minor       | 1              | 0                | 0                |
"""


def test_exposure_counts_visits_with_a_result_in_the_rows_own_sector():
    visits = given(VISITS)
    visits.expect("inspections_count_365d", as_of=A, sector="食品", 甲=3, 乙=0, 丙=2)
    visits.expect("inspections_count_365d", as_of=A, sector="药品", 甲=1)
    visits.expect("inspections_count_ever", as_of=A, sector="食品", 甲=4, 乙=0)
    visits.expect("inspections_random_count_365d", as_of=A, sector="食品", 甲=1, 丙=1)
    visits.expect("inspections_targeted_count_365d", as_of=A, sector="食品", 甲=2, 丙=1)
    visits.expect("inspections_follow_up_count_365d", as_of=A, sector="食品", 甲=1)
    visits.expect("inspections_any_sector_count_365d", as_of=A, sector="食品", 甲=3)
    visits.expect("inspections_any_sector_general_count_1095d", as_of=A, sector="药品", 甲=2)


def test_results_leave_out_follow_ups_and_visits_without_one():
    visits = given(VISITS)
    visits.expect("inspections_general_count_90d", as_of=A, sector="食品", 甲=1, 乙=0, 丙=0)
    visits.expect("inspections_general_count_730d", as_of=A, sector="食品", 甲=2)
    visits.expect("inspections_serious_count_730d", as_of=A, sector="食品", 甲=1, 乙=0)
    visits.expect("inspections_serious_count_730d", as_of="2024-07-01", sector="食品", 甲=0, 乙=1)
    visits.expect("inspections_clean_count_ever", as_of=A, sector="食品", 甲=1, 丙=1)
    visits.expect("inspections_findings_sum_365d", as_of=A, sector="食品", 甲=3, 丙=1)
    visits.expect("inspections_worst_severity_365d", as_of=A, sector="食品", 甲=2, 乙=0, 丙=1)
    visits.expect("inspections_unreachable_count_1095d", as_of=A, sector="食品", 甲=1, 乙=0)


def test_times_since_are_capped():
    visits = given(VISITS)
    visits.expect("inspections_days_since", as_of=A, sector="食品", 甲=1, 乙=1825, 丙=60)
    visits.expect("inspections_general_days_since", as_of=A, sector="食品", 甲=1, 乙=1825, 丙=1825)
    visits.expect("inspections_serious_days_since", as_of=A, sector="食品", 甲=730, 乙=2555)
    visits.expect("inspections_days_since_first", as_of=A, sector="食品", 甲=730, 乙=0, 丙=60)


def test_a_trend_is_this_year_minus_the_year_before():
    given(VISITS).expect("inspections_general_trend", as_of=A, sector="食品", 甲=0, 乙=0)


def test_first_of_nothing_is_zero_even_with_other_records():
    given("""
        inspections       | enterprise | occurred_on | basis
        only a follow-up  | 甲         | 2024-01-01  | follow_up
    """).expect("inspections_days_since_first", as_of=A, 甲=0)


def test_the_last_visits_are_ranked_by_date_and_then_by_record():
    visits = given(VISITS)
    visits.expect("inspections_severity_latest_1", as_of=A, sector="食品", 甲=2, 乙=None, 丙=1)
    visits.expect("inspections_severity_latest_2", as_of=A, sector="食品", 甲=0, 丙=0)
    visits.expect("inspections_severity_latest_3", as_of=A, sector="食品", 甲=3, 丙=None)
    visits.expect("inspections_findings_latest_1", as_of=A, sector="食品", 甲=3, 丙=1)
    visits.expect("inspections_findings_change", as_of=A, sector="食品", 甲=3, 乙=None, 丙=1)
    visits.expect("inspections_age_latest", as_of=A, sector="食品", 甲=1, 乙=None, 丙=60)
    visits.expect("inspections_interval_days", as_of=A, sector="食品", 甲=181 - 1, 丙=0)
    visits.expect("inspections_native_score_latest", as_of=A, sector="食品", 甲=None, 丙=None)
    visits.expect("inspections_native_score_latest", as_of="2024-06-29", sector="食品", 甲=90)


def test_weights_halve_with_every_half_life():
    visits = given(VISITS)
    looks = {age: 0.5 ** (age / 730) for age in (1, 181, 730)}
    visits.expect("inspections_decayed_730d", as_of=A, sector="食品", 甲=sum(looks.values()), 乙=0)
    visits.expect("inspections_general_decayed_730d", as_of=A, sector="食品", 甲=looks[1] + looks[730])
    visits.expect("inspections_findings_decayed_730d", as_of=A, sector="食品", 甲=3 * looks[1] + 3 * looks[730])
    visits.expect("inspections_severity_decayed_730d", as_of=A, sector="食品", 甲=2 * looks[1] + 3 * looks[730])


def test_a_rate_is_pulled_to_the_sectors_and_that_to_the_populations():
    # By hand: 甲's general problems and looks in 食品 (ages 1, 181, 730), 丙's two clean looks at 60 days, and in the
    # population also 甲's look in 药品 29 days ago.
    weight = {age: 0.5 ** (age / 730) for age in (1, 29, 60, 181, 730)}
    found, looked = weight[1] + weight[730], weight[1] + weight[181] + weight[730]
    sector_looks = looked + 2 * weight[60]
    population = found / (sector_looks + weight[29])
    sector = (found + 50 * population) / (sector_looks + 50)
    visits = given(VISITS)
    visits.expect(
        "inspections_general_rate_shrunk_730d",
        as_of=A,
        sector="食品",
        甲=(found + 2 * sector) / (looked + 2),
        乙=sector,
        丙=2 * sector / (2 * weight[60] + 2),
    )
    drugs = 50 * population / (weight[29] + 50)
    visits.expect("inspections_general_rate_shrunk_730d", as_of=A, sector="药品", 甲=2 * drugs / (weight[29] + 2))


def test_without_any_inspection_every_rate_is_zero():
    nothing = given("""
        enterprises | enterprise
                    | 甲
    """)
    nothing.expect("inspections_general_rate_shrunk_730d", as_of=A, 甲=0)
    nothing.expect("neighbourhood_problem_rate_300m", as_of=A, 甲=0)


def test_evidence_is_of_the_rows_own_sector_or_of_any():
    visits = given(VISITS)
    visits.expect_evidence("inspections_general_rate_shrunk_730d", as_of=A, 甲="f a d e", 乙="", 丙="h i")
    visits.expect_evidence("inspections_severity_latest_2", as_of=A, 甲="d", 丙="h")
    visits.expect_evidence("inspections_any_sector_general_count_1095d", as_of=A, 甲="a e")
    visits.expect_evidence("inspections_days_since_first", as_of=A, 甲="f e", 丙="h i")
    visits.expect_evidence("neighbourhood_problem_rate_300m", as_of=A, 甲="")
