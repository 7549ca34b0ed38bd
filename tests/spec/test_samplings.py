# ruff: noqa: E501 - a record is one line of a table
"""Product samplings: how many, how many failed, how badly, and the rate of failure pulled to the sector's."""

from tests.spec.tables import given

A = "2024-06-30"

SAMPLINGS = """
    enterprises | enterprise | sectors
                | 甲         | 食品
                | 乙         | 食品
                | 丙         | 药品

    samplings            | record | enterprise | occurred_on | result | failed_items | exceedance | level    | category
    failed yesterday     | a      | 甲         | 2024-06-29  | fail   | 2            | 1.5        | province | 酱腌菜
    passed, odd number   | b      | 甲         | 2024-01-01  | pass   | 9            | 9          | district | 酱腌菜
    failed, 365 days ago | c      | 甲         | 2023-07-01  | fail   |              |            | city     | 糕点
    failed, 366 days ago | d      | 甲         | 2023-06-30  | fail   | 1            | 3          | national |
    failed on the day    | e      | 乙         | 2024-06-30  | fail   | 1            | 2          | city     | 糕点
    passed               | f      | 丙         | 2024-06-01  | pass   | 0            | 0.2        | city     | 中药饮片
"""


def test_failures_are_counted():
    samplings = given(SAMPLINGS)
    samplings.expect("samplings_count_365d", as_of=A, 甲=3, 乙=0, 丙=1)
    samplings.expect("samplings_failed_count_180d", as_of=A, 甲=1, 乙=0, 丙=0)
    samplings.expect("samplings_failed_count_365d", as_of=A, 甲=2, 乙=0, 丙=0)
    samplings.expect("samplings_failed_count_730d", as_of=A, 甲=3)
    samplings.expect("samplings_failed_high_level_count", as_of=A, 甲=2, 乙=0)
    samplings.expect("samplings_failed_days_since", as_of=A, 甲=1, 乙=1825, 丙=1825)


def test_unknown_amounts_count_as_nothing_and_passed_samples_not_at_all():
    samplings = given(SAMPLINGS)
    samplings.expect("samplings_failed_items_sum_1095d", as_of=A, 甲=3, 乙=0, 丙=0)
    samplings.expect("samplings_worst_exceedance_1095d", as_of=A, 甲=3, 乙=0, 丙=0)
    samplings.expect("samplings_categories_distinct", as_of=A, 甲=2, 乙=0, 丙=1)
    samplings.expect("samplings_failed_decayed_365d", as_of=A, 甲=0.5 ** (1 / 365) + 0.5 + 0.5 ** (366 / 365), 丙=0)


def test_the_rate_of_failure_is_pulled_to_the_sectors():
    # Population: 3 failures in 5; sector 食品: 3 in 4; each pulled with weight 50, then 5.
    population = 3 / 5
    food, drugs = (3 + 50 * population) / (4 + 50), (0 + 50 * population) / (1 + 50)
    given(SAMPLINGS).expect(
        "samplings_failure_rate_shrunk",
        as_of=A,
        甲=(3 + 5 * food) / (4 + 5),
        乙=food,
        丙=(0 + 5 * drugs) / (1 + 5),
    )


def test_evidence():
    samplings = given(SAMPLINGS)
    samplings.expect_evidence("samplings_worst_exceedance_1095d", as_of=A, 甲="d", 乙="", 丙="")
    samplings.expect_evidence("samplings_failure_rate_shrunk", as_of=A, 甲="a b c d", 乙="", 丙="f")


BY_SECTOR = """
    enterprises | enterprise | sectors
                | 甲         | 食品;酱腌菜
                | 乙         | 酱腌菜
                | 丙         | 酱腌菜

    samplings               | record | enterprise | sector | occurred_on | known_at   | result | failed_items | exceedance
    failed yesterday        | a      | 甲         | 酱腌菜 | 2024-06-29  | 2024-06-29 | fail   | 2            | 1.5
    passed                  | b      | 甲         | 酱腌菜 | 2024-01-01  | 2024-01-02 | pass   | 0            |
    two years ago           | c      | 甲         | 酱腌菜 | 2022-07-01  | 2022-07-02 | fail   | 1            | 4
    two years and a day     | d      | 甲         | 酱腌菜 | 2022-06-30  | 2022-07-02 | fail   | 3            | 9
    failed as other food    | e      | 甲         | 食品   | 2024-06-01  | 2024-06-02 | fail   | 5            | 8
    of no sector            | f      | 乙         |        | 2024-06-01  | 2024-06-02 | fail   | 5            | 8
    on the day              | g      | 乙         | 酱腌菜 | 2024-06-30  | 2024-06-30 | fail   | 1            | 2
    known on the day        | h      | 丙         | 酱腌菜 | 2024-06-01  | 2024-06-30 | fail   | 1            | 2
"""


def test_samplings_of_the_rows_own_sector():
    samplings = given(BY_SECTOR)
    samplings.expect("samplings_sector_count_365d", as_of=A, sector="酱腌菜", 甲=2, 乙=0, 丙=0)
    samplings.expect("samplings_sector_failed_count_365d", as_of=A, sector="酱腌菜", 甲=1, 乙=0, 丙=0)
    samplings.expect("samplings_sector_failed_count_730d", as_of=A, sector="酱腌菜", 甲=2)
    samplings.expect("samplings_sector_failed_count_1095d", as_of=A, sector="酱腌菜", 甲=3)
    samplings.expect("samplings_sector_failed_count_1095d", as_of=A, sector="食品", 甲=1)
    samplings.expect("samplings_sector_failed_count_365d", as_of="2024-07-01", sector="酱腌菜", 乙=1, 丙=1)
    samplings.expect("samplings_sector_failed_items_sum_730d", as_of=A, sector="酱腌菜", 甲=3, 乙=0)
    samplings.expect("samplings_sector_worst_exceedance_730d", as_of=A, sector="酱腌菜", 甲=4, 乙=0)
    samplings.expect("samplings_sector_failed_days_since", as_of=A, sector="酱腌菜", 甲=1, 乙=1825, 丙=1825)
    samplings.expect_evidence("samplings_sector_worst_exceedance_730d", as_of=A, 甲="c e", 乙="")


def test_the_rate_of_failure_in_a_sector_is_pulled_to_that_sectors():
    # Population: 4 failures in 5 samplings with a sector; 酱腌菜: 3 in 4, 食品: 1 in 1.
    population = 4 / 5
    pickles, food = (3 + 50 * population) / (4 + 50), (1 + 50 * population) / (1 + 50)
    samplings = given(BY_SECTOR)
    own = (3 + 5 * pickles) / (4 + 5)
    samplings.expect("samplings_sector_failure_rate_shrunk", as_of=A, sector="酱腌菜", 甲=own, 乙=pickles)
    samplings.expect("samplings_sector_failure_rate_shrunk", as_of=A, sector="食品", 甲=(1 + 5 * food) / (1 + 5))
