# ruff: noqa: E501 - a record is one line of a table
"""The register: which enterprises have rows at an as-of date, their attributes, and the rates of their groups."""

from tests.spec.tables import ABSENT, Given, given

A = "2024-06-30"

REGISTER = """
    enterprises              | enterprise | valid_from | valid_to   | known_at         | state   | ent_type | established_on | registered_capital_yuan | sectors
    in force since yesterday | 甲         | 2024-06-29 |            | 2024-06-29       | active  | 1130     | 2024-06-29     | 99                      | 食品;药品;食品
    in force on the day      | 乙         | 2024-06-30 |            | 2024-06-29       | active  | 1130     | 2024-06-29     |                         |
    known on the day         | 丙         | 2024-06-01 |            | 2024-06-30 00:00 | active  | 1130     | 2024-06-01     |                         |
    ended on the day         | 丁         | 2020-01-01 | 2024-06-30 | 2020-01-01       | active  | 1130     | 2019-01-01     |                         |
    ends the day after       | 戊         | 2020-01-01 | 2024-07-01 | 2020-01-01       | active  | 4560     | 1900-01-01     | 0                       |
    first version            | 己         | 2020-01-01 |            | 2020-01-01       | active  | 1130     | 2019-01-01     | 9                       | 食品
    second, known before     | 己         | 2024-06-01 |            | 2024-06-29 23:59 | dormant | 6130     | 2019-01-01     | 999                     | 药品
    third, known on the day  | 己         | 2024-06-20 |            | 2024-06-30 00:00 | revoked | 1130     | 2019-01-01     |                         | 食品
    first, then corrected    | 庚         | 2020-01-01 |            | 2020-01-01       | active  | 1130     | 2019-01-01     | 9                       |
    the correction           | 庚         | 2020-01-01 |            | 2024-06-29       | active  | 9500     | 2019-01-01     | 99                      |
"""


def test_an_enterprise_has_rows_from_the_day_after_it_began_and_was_known_until_its_end():
    register = given(REGISTER)
    register.expect(
        "enterprises_tenure_days", as_of=A, sector="general", 乙=ABSENT, 丙=ABSENT, 丁=ABSENT, 戊=36525, 庚=2007
    )
    register.expect("enterprises_tenure_days", as_of="2024-06-29", sector="general", 甲=ABSENT, 丁=2006)
    register.expect("enterprises_tenure_days", as_of="2024-07-01", sector="general", 乙=2, 丙=30, 戊=ABSENT)


def test_there_is_one_row_per_sector_and_general_without_any():
    keys = given(REGISTER).frame(A).keys
    assert list(zip(keys["enterprise_id"], keys["sector"], strict=True)) == [
        ("己", "药品"),
        ("庚", "general"),
        ("戊", "general"),
        ("甲", "药品"),
        ("甲", "食品"),
    ]


def test_the_version_in_force_gives_the_attributes():
    register = given(REGISTER)
    register.expect("enterprises_capital_log10_yuan", as_of=A, sector="药品", 甲=2, 己=3)
    register.expect("enterprises_capital_log10_yuan", as_of=A, sector="general", 戊=0, 庚=2)
    register.expect("enterprises_is_dormant", as_of=A, sector="药品", 甲=0, 己=1)
    register.expect("enterprises_is_foreign_invested", as_of=A, sector="药品", 甲=0, 己=1)
    register.expect("enterprises_known_days", as_of=A, sector="药品", 甲=1, 己=1642)
    register.expect("enterprises_version_days", as_of=A, sector="药品", 甲=1, 己=29)
    register.expect("enterprises_sectors_count", as_of=A, sector="药品", 己=1)
    register.expect("enterprises_is_branch", as_of=A, sector="general", 戊=1, 庚=0)
    register.expect("enterprises_is_unincorporated", as_of=A, sector="general", 戊=1, 庚=0)
    register.expect("enterprises_capital_log10_yuan", as_of="2024-07-01", sector="食品", 己=None)
    register.expect("enterprises_capital_is_missing", as_of="2024-07-01", sector="食品", 己=1)


def in_scope(register: Given) -> dict[str, bool]:
    keys = register.frame(A).keys
    return dict(zip(keys["enterprise_id"], keys["in_scope"].tolist(), strict=True))


def test_types_out_of_scope_are_marked():
    register = in_scope(given(REGISTER))
    assert (register["庚"], register["甲"]) == (False, True)


def test_a_unified_code_out_of_scope_is_marked_even_if_the_type_is_an_enterprises():
    register = given("""
        enterprises          | enterprise         | ent_type
        an enterprise        | 91440511MA0000015A | 1130
        an individual's code | 92440511MA00000000 | 1130
        an institution's     | 12440511MA00000000 | 1130
        an individual's type | 91440511MA00000001 | 9500
        no unified code      | 12                 | 1130
    """)
    assert in_scope(register) == {
        "91440511MA0000015A": True,
        "92440511MA00000000": False,
        "12440511MA00000000": False,
        "91440511MA00000001": False,
        "12": True,
    }


GROUPS = """
    enterprises            | enterprise | ent_type | industry_code | region | sectors | lat     | lon
    two problems, one look | 甲         | 1130     | 6210          | 北     | 食品    | 23.0    | 116.0
    same industry          | 乙         | 1130     | 6210          | 北     | 食品    | 23.0027 | 116.0
    another industry       | 丙         | 2130     | 5220          | 南     | 食品    | 23.0    | 116.0029
    unknown to all groups  | 丁         | 4530     |               |        |         | 24.0    |
    just too far from 甲   | 戊         | 1130     | 6210          | 北     | 食品    | 22.9972 | 116.0

    inspections | enterprise | sector | occurred_on | severity
    yesterday   | 甲         | 食品   | 2024-06-29  | serious
    yesterday   | 甲         | 食品   | 2024-06-29  | general
    yesterday   | 乙         | 食品   | 2024-06-29  | none
    yesterday   | 丙         | 食品   | 2024-06-29  | none
    yesterday   | 戊         | 食品   | 2024-06-29  | minor

    complaints  | enterprise | occurred_on
    a year ago  | 甲         | 2023-07-01
    a year ago  | 丙         | 2023-07-01
"""
WEIGHT = 0.5 ** (1 / 730)
POPULATION = 2 / 5


def test_the_rate_of_a_group_is_pulled_to_the_populations():
    def pulled(found: int, looked_at: int) -> float:
        return (found * WEIGHT + 20 * POPULATION) / (looked_at * WEIGHT + 20)

    groups = given(GROUPS)
    groups.expect("enterprises_rate_of_sector", as_of=A, 甲=pulled(2, 5), 丙=pulled(2, 5), 丁=pulled(0, 0))
    groups.expect("enterprises_rate_of_industry", as_of=A, 甲=pulled(2, 4), 乙=pulled(2, 4), 丙=pulled(0, 1))
    groups.expect("enterprises_rate_of_type", as_of=A, 甲=pulled(2, 4), 丙=pulled(0, 1), 丁=POPULATION)
    groups.expect("neighbourhood_rate_of_region", as_of=A, 甲=pulled(2, 4), 丙=pulled(0, 1), 丁=POPULATION)
    groups.expect("neighbourhood_rate_of_region_sector", as_of=A, 甲=pulled(2, 4), 丙=pulled(0, 1))


def test_the_recent_rate_of_a_region_forgets_half_in_two_months():
    recent = given("""
        enterprises       | enterprise | region | sectors
        in the north      | 甲         | 北     | 食品
        in the north too  | 乙         | 北     | 食品
        elsewhere         | 丙         | 南     | 食品

        inspections       | enterprise | sector | occurred_on | known_at   | severity
        two months ago    | 甲         | 食品   | 2024-05-01  |            | serious
        yesterday         | 乙         | 食品   | 2024-06-29  |            | none
        yesterday         | 丙         | 食品   | 2024-06-29  |            | none
        on the day itself | 乙         | 食品   | 2024-06-30  |            | serious
        known too late    | 丙         | 食品   | 2024-06-28  | 2024-06-30 | serious
    """)
    old, fresh = 0.5, 0.5 ** (1 / 60)
    population = old / (old + 2 * fresh)
    north = (old + 10 * population) / (old + fresh + 10)
    south = (0 + 10 * population) / (fresh + 10)
    for name in ("neighbourhood_recent_rate_of_region", "neighbourhood_recent_serious_rate_of_region"):
        recent.expect(name, as_of=A, 甲=north, 乙=north, 丙=south)


def test_neighbours_are_the_others_within_300_metres():
    # 0.0027 degrees of latitude are 298.5 m, 0.0028 are 309.6 m; 0.0029 degrees of longitude at 23 N are 295.2 m.
    groups = given(GROUPS)
    groups.expect("neighbourhood_complaints_300m", as_of=A, 甲=0.5, 乙=0.5, 丙=0.5, 丁=0, 戊=0)
    groups.expect("neighbourhood_inspections_300m", as_of=A, 甲=2 * WEIGHT, 乙=2 * WEIGHT, 丙=2 * WEIGHT, 丁=0, 戊=0)


def test_the_rate_of_neighbours_is_pulled_to_the_sectors_and_is_that_without_a_place():
    sector = (2 * WEIGHT + 50 * POPULATION) / (5 * WEIGHT + 50)
    given(GROUPS).expect(
        "neighbourhood_problem_rate_300m",
        as_of=A,
        甲=(0 + 10 * sector) / (2 * WEIGHT + 10),
        乙=(2 * WEIGHT + 10 * sector) / (2 * WEIGHT + 10),
        丁=POPULATION,
        戊=sector,
    )


def test_missing_places_and_industries_are_marked():
    groups = given(GROUPS)
    groups.expect("enterprises_has_no_place", as_of=A, 甲=0, 丁=1)
    groups.expect("enterprises_has_no_industry", as_of=A, 甲=0, 丁=1)
