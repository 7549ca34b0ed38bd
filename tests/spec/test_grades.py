# ruff: noqa: E501 - a record is one line of a table
"""Grades of other systems: the latest that holds, of each scheme, as the tier it stands for."""

from tests.spec.tables import given

A = "2024-06-30"

GRADES = """
    enterprises | enterprise | sectors
                | 甲         | 食品;药品
                | 乙         | 食品
                | 丙         | 食品
                | 丁         | 食品

    grades                  | record | enterprise | sector | scheme                 | grade | tier_rank | occurred_on | valid_until
    general, first          | a      | 甲         |        | provincial_general     | A     | 1         | 2023-01-01  |
    general, yesterday      | b      | 甲         | 食品   | provincial_general     | C     | 3         | 2024-06-29  |
    general, on the day     | c      | 甲         |        | provincial_general     | D     | 4         | 2024-06-30  |
    of food                 | d      | 甲         | 食品   | provincial_professional| AA    | 1         | 2024-01-01  |
    of drugs                | e      | 甲         | 药品   | provincial_professional| 4     | 4         | 2023-12-01  |
    of the city             | f      | 甲         | 食品   | superior               | B     | 2         | 2020-01-01  |
    holds until the day     | g      | 乙         | 食品   | provincial_professional| D     | 4         | 2024-05-01  | 2024-06-30
    holds a day longer      | h      | 乙         | 食品   | provincial_professional| B     | 2         | 2023-05-01  | 2024-07-01
    tier not known          | i      | 丙         |        | provincial_general     | 优秀  |           | 2024-05-01  |
    known before            | j      | 丙         |        | provincial_general     | B     | 2         | 2024-04-01  |
    of no sector            | k      | 丙         |        | superior               | C     | 3         | 2024-04-01  |
"""


def test_the_latest_grade_of_each_scheme_is_read_as_a_tier():
    grades = given(GRADES)
    for sector in ("食品", "药品"):
        grades.expect("grades_general_rank_latest", as_of=A, sector=sector, 甲=3)
    grades.expect("grades_general_rank_latest", as_of="2024-06-29", sector="食品", 甲=1)
    grades.expect("grades_general_rank_latest", as_of="2024-07-01", sector="食品", 甲=4)
    grades.expect("grades_professional_rank_latest", as_of=A, sector="食品", 甲=1, 丁=None)
    grades.expect("grades_professional_rank_latest", as_of=A, sector="药品", 甲=4)
    grades.expect("grades_superior_rank_latest", as_of=A, sector="食品", 甲=2)
    grades.expect("grades_superior_rank_latest", as_of=A, sector="药品", 甲=None)


def test_a_grade_holds_before_the_day_it_is_valid_until():
    grades = given(GRADES)
    grades.expect("grades_professional_rank_latest", as_of="2024-06-29", sector="食品", 乙=4)
    grades.expect("grades_professional_rank_latest", as_of=A, sector="食品", 乙=2)
    grades.expect("grades_professional_rank_latest", as_of="2024-07-01", sector="食品", 乙=None)


def test_an_unknown_tier_is_null_even_where_an_older_one_is_known():
    given(GRADES).expect("grades_general_rank_latest", as_of=A, sector="食品", 丙=None, 丁=None)


def test_a_grade_of_a_sector_scheme_that_names_no_sector_belongs_to_none():
    given(GRADES).expect("grades_superior_rank_latest", as_of=A, sector="食品", 丙=None)


def test_a_grade_acts_from_the_day_it_is_known_until_it_is_withdrawn():
    grades = given("""
        grades             | record | enterprise | scheme             | grade | tier_rank | occurred_on | known_at         | withdrawn_at
        known before       | a      | 甲         | provincial_general | C     | 3         | 2024-01-01  | 2024-06-29 23:59 |
        known on the day   | b      | 乙         | provincial_general | C     | 3         | 2024-01-01  | 2024-06-30 00:00 |
        known the day after| c      | 丙         | provincial_general | C     | 3         | 2024-01-01  | 2024-07-01       |
        withdrawn          | d      | 丁         | provincial_general | C     | 3         | 2024-01-01  | 2024-01-02       | 2024-06-30
        as first given     | e      | 戊         | provincial_general | C     | 3         | 2024-01-01  | 2024-01-02       |
        corrected          | e      | 戊         | provincial_general | B     | 2         | 2024-01-01  | 2024-06-29       |
    """)
    grades.expect("grades_general_rank_latest", as_of=A, 甲=3, 乙=None, 丙=None, 丁=None, 戊=2)
    grades.expect("grades_general_rank_latest", as_of="2024-06-29", 甲=None, 丁=3, 戊=3)


def test_evidence():
    grades = given(GRADES)
    grades.expect_evidence("grades_general_rank_latest", as_of=A, 甲="b", 丙="i", 丁="")
    grades.expect_evidence("grades_professional_rank_latest", as_of=A, 甲="e d", 乙="h")
