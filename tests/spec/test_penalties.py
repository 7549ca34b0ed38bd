# ruff: noqa: E501 - a record is one line of a table
"""Administrative penalties: which count at an as-of date, and what is measured of them."""

from tests.spec.tables import given

A = "2024-06-30"


def test_a_penalty_counts_once_it_happened_and_was_known_before_the_as_of_date():
    given("""
        penalties               | enterprise | occurred_on | known_at
        happened the day before | 甲         | 2024-06-29  | 2024-06-29
        happened on the day     | 乙         | 2024-06-30  | 2024-06-30
        happened the day after  | 丙         | 2024-07-01  | 2024-07-01
        known the second before | 丁         | 2024-06-01  | 2024-06-29 23:59:59
        known on the day        | 戊         | 2024-06-01  | 2024-06-30 00:00:00
        known long after        | 己         | 2024-06-01  | 2025-02-01

        enterprises             | enterprise
        without any penalty     | 庚
    """).expect("penalties_count_90d", as_of=A, 甲=1, 乙=0, 丙=0, 丁=1, 戊=0, 己=0, 庚=0)


def test_a_late_known_penalty_counts_from_the_day_it_was_known():
    late = given("""
        penalties | enterprise | occurred_on | known_at
        late      | 甲         | 2024-01-10  | 2024-06-29 08:00
    """)
    late.expect("penalties_count_365d", as_of="2024-06-29", 甲=0)
    late.expect("penalties_count_365d", as_of="2024-06-30", 甲=1)


def test_a_window_is_closed_at_its_old_end():
    given("""
        penalties            | enterprise | occurred_on
        exactly 90 days ago  | 甲         | 2024-04-01
        91 days ago          | 乙         | 2024-03-31
        exactly 365 days ago | 丙         | 2023-07-01
        366 days ago         | 丁         | 2023-06-30
    """).expect("penalties_count_90d", as_of=A, 甲=1, 乙=0, 丙=0, 丁=0)


def test_every_window_holds_its_number_of_days():
    ages = given("""
        penalties     | enterprise | occurred_on
        365 days ago  | 甲         | 2023-07-01
        366 days ago  | 乙         | 2023-06-30
        730 days ago  | 丙         | 2022-07-01
        731 days ago  | 丁         | 2022-06-30
        1095 days ago | 戊         | 2021-07-01
        1096 days ago | 己         | 2021-06-30
    """)
    ages.expect("penalties_count_180d", as_of=A, 甲=0, 乙=0, 丙=0, 丁=0, 戊=0, 己=0)
    ages.expect("penalties_count_365d", as_of=A, 甲=1, 乙=0, 丙=0, 丁=0, 戊=0, 己=0)
    ages.expect("penalties_count_730d", as_of=A, 甲=1, 乙=1, 丙=1, 丁=0, 戊=0, 己=0)
    ages.expect("penalties_count_1095d", as_of=A, 甲=1, 乙=1, 丙=1, 丁=1, 戊=1, 己=0)


def test_withdrawn_and_expired_penalties_stop_counting_on_that_day():
    given("""
        penalties                | enterprise | occurred_on | withdrawn_at | use_until
        withdrawn the day before | 甲         | 2024-06-01  | 2024-06-29   |
        withdrawn on the day     | 乙         | 2024-06-01  | 2024-06-30   |
        withdrawn the day after  | 丙         | 2024-06-01  | 2024-07-01   |
        used until the day       | 丁         | 2024-06-01  |              | 2024-06-30
        used until the day after | 戊         | 2024-06-01  |              | 2024-07-01
    """).expect("penalties_count_90d", as_of=A, 甲=0, 乙=0, 丙=1, 丁=0, 戊=1)


def test_a_later_version_replaces_the_earlier_one_from_the_day_it_is_known():
    versions = given("""
        penalties             | record | enterprise | occurred_on | known_at         | severity | withdrawn_at
        first                 | p1     | 甲         | 2024-06-01  | 2024-06-02       | minor    |
        corrected             | p1     | 甲         | 2024-06-01  | 2024-06-29 17:00 | serious  |
        first                 | p2     | 乙         | 2024-06-01  | 2024-06-02       | serious  |
        annulled, known late  | p2     | 乙         | 2024-06-01  | 2024-06-29 17:00 | serious  | 2024-06-05
        first                 | p3     | 丙         | 2024-06-01  | 2024-06-02       | serious  |
        moved to another firm | p3     | 丁         | 2024-06-01  | 2024-06-29 17:00 | serious  |
    """)
    versions.expect("penalties_worst_severity_365d", as_of="2024-06-29", 甲=1, 乙=3, 丙=3, 丁=0)
    versions.expect("penalties_worst_severity_365d", as_of="2024-06-30", 甲=3, 乙=0, 丙=0, 丁=3)
    versions.expect("penalties_count_365d", as_of="2024-06-30", 甲=1, 乙=0, 丙=0, 丁=1)


def test_a_granted_repair_removes_the_penalty_once_it_is_known_and_effective():
    given("""
        penalties | record | enterprise | occurred_on
                  | p1     | 甲         | 2024-01-01
                  | p2     | 乙         | 2024-01-01
                  | p3     | 丙         | 2024-01-01
                  | p4     | 丁         | 2024-01-01
                  | p5     | 戊         | 2024-01-01
                  | p6     | 己         | 2024-01-01
                  | p7     | 庚         | 2024-01-01

        repairs                   | enterprise | target_subject | target_record_id | occurred_on | known_at   | decision | effective_on
        effective on the day      | 甲         | penalties      | p1               | 2024-06-01  | 2024-06-02 | granted  | 2024-06-30
        effective the day after   | 乙         | penalties      | p2               | 2024-06-01  | 2024-06-02 | granted  | 2024-07-01
        known on the day          | 丙         | penalties      | p3               | 2024-06-01  | 2024-06-30 | granted  | 2024-06-02
        refused                   | 丁         | penalties      | p4               | 2024-06-01  | 2024-06-02 | refused  | 2024-06-02
        of a listing of that name | 戊         | listings       | p5               | 2024-06-01  | 2024-06-02 | granted  | 2024-06-02
        filed by another firm     | 甲         | penalties      | p6               | 2024-06-01  | 2024-06-02 | granted  | 2024-06-02
        no effective date         | 庚         | penalties      | p7               | 2024-06-01  | 2024-06-02 | granted  |
    """).expect("penalties_count_365d", as_of=A, 甲=0, 乙=1, 丙=1, 丁=1, 戊=1, 己=1, 庚=1)


KINDS = """
    enterprises | enterprise | sectors
                | 甲         | 食品;药品
                | 乙         | 食品
                | 丙         |

    penalties        | record | enterprise | occurred_on | kind    | severity | fine_yuan | sector
    yesterday        | a      | 甲         | 2024-06-29  | warning | minor    |           | 食品
    a year ago       | b      | 甲         | 2023-07-01  | fine    | serious  | 1000.05   | 药品
    a year and a day | c      | 甲         | 2023-06-30  | fine    | general  | 0.10      |
    ten years ago    | d      | 乙         | 2014-06-30  | closure | serious  | 5         | 食品
"""


def test_measures_of_severity_and_amount():
    kinds = given(KINDS)
    kinds.expect("penalties_grave_count_365d", as_of=A, sector="食品", 甲=1, 乙=0)
    kinds.expect("penalties_grave_count_730d", as_of=A, sector="食品", 甲=2, 乙=0)
    kinds.expect("penalties_worst_severity_365d", as_of=A, sector="食品", 甲=3, 乙=0)
    kinds.expect("penalties_fines_sum_365d", as_of=A, sector="食品", 甲=1000.05, 乙=0)
    kinds.expect("penalties_fines_sum_1095d", as_of=A, sector="食品", 甲=1000.15, 乙=0)
    kinds.expect("penalties_kinds_distinct", as_of=A, sector="食品", 甲=2, 乙=1)
    kinds.expect("penalties_licence_count", as_of=A, sector="食品", 甲=0, 乙=1)
    kinds.expect("penalties_light_count", as_of=A, sector="食品", 甲=1, 乙=0)


def test_time_since_is_capped_and_never_null():
    kinds = given(KINDS)
    kinds.expect("penalties_days_since", as_of=A, sector="食品", 甲=1, 乙=1825)
    kinds.expect("penalties_days_since", as_of=A, sector="general", 丙=1825)
    kinds.expect("penalties_grave_days_since", as_of=A, sector="药品", 甲=365)


def test_weights_halve_with_every_half_life():
    kinds = given(KINDS)
    aged = 0.5 ** (1 / 365) + 0.5 ** (365 / 365) + 0.5 ** (366 / 365)
    kinds.expect("penalties_decayed_365d", as_of=A, sector="食品", 甲=aged)
    ranked = 1 * 0.5 ** (1 / 730) + 3 * 0.5 ** (365 / 730) + 2 * 0.5 ** (366 / 730)
    kinds.expect("penalties_severity_decayed_730d", as_of=A, sector="食品", 甲=ranked)


def test_penalties_of_a_sector_count_only_there():
    kinds = given(KINDS)
    kinds.expect("penalties_sector_count_1095d", as_of=A, sector="食品", 甲=1)
    kinds.expect("penalties_sector_count_1095d", as_of=A, sector="药品", 甲=1)
    kinds.expect("penalties_sector_count_1095d", as_of=A, sector="general", 丙=0)


def test_the_place_among_the_sector_is_the_share_with_fewer_penalties():
    # Of the two in 食品 the one with three penalties is placed above the 100 lower of 101 quantiles.
    kinds = given(KINDS)
    kinds.expect("penalties_place_in_sector", as_of=A, sector="食品", 甲=100 / 101, 乙=0)
    kinds.expect("penalties_place_in_sector", as_of=A, sector="药品", 甲=0)


def test_evidence_names_the_records_behind_a_value():
    kinds = given(KINDS)
    kinds.expect_evidence("penalties_count_365d", as_of=A, 甲="a b", 乙="", 丙="")
    kinds.expect_evidence("penalties_days_since", as_of=A, 甲="a", 乙="")
    kinds.expect_evidence("penalties_worst_severity_1095d", as_of=A, 甲="b")
    kinds.expect_evidence("penalties_place_in_sector", as_of=A, 甲="a b c")
    kinds.expect_evidence("penalties_sector_count_1095d", as_of=A, 甲="b a")


def test_a_fine_is_overdue_from_the_day_after_its_last_day_until_it_is_performed():
    fines = given("""
        penalties              | record | enterprise | occurred_on | fine_yuan | due_on     | performed_on
        due the day before     | a      | 甲         | 2024-06-01  | 1000.10   | 2024-06-29 |
        due on the day         | b      | 乙         | 2024-06-01  | 1000      | 2024-06-30 |
        no date, no fine       | c      | 丙         | 2024-06-01  |           |            |
        paid the day before    | d      | 丁         | 2024-01-01  | 1000      | 2024-02-01 | 2024-06-29
        paid on the day        | e      | 戊         | 2024-01-01  | 1000      | 2024-02-01 | 2024-06-30
        paid the day after     | f      | 己         | 2024-01-01  | 1000      | 2024-02-01 | 2024-07-01
        a second one, overdue  | g      | 己         | 2024-01-01  | 0.20      | 2024-06-01 |
    """)
    fines.expect("penalties_unpaid_overdue_count", as_of=A, 甲=1, 乙=0, 丙=0, 丁=0, 戊=0, 己=2)
    fines.expect("penalties_unpaid_overdue_sum", as_of=A, 甲=1000.10, 乙=0, 丁=0, 己=1000.20)
    fines.expect("penalties_unpaid_overdue_count", as_of="2024-06-29", 甲=0, 乙=0)
    fines.expect("penalties_unpaid_overdue_count", as_of="2024-07-01", 乙=1, 己=1)
    fines.expect_evidence("penalties_unpaid_overdue_count", as_of=A, 甲="a", 乙="", 己="f g")


def test_a_payment_acts_from_the_day_it_is_known():
    paid = given("""
        penalties | record | enterprise | occurred_on | known_at         | due_on     | performed_on
        imposed   | a      | 甲         | 2024-01-01  | 2024-01-02       | 2024-02-01 |
        paid      | a      | 甲         | 2024-01-01  | 2024-06-29 10:00 | 2024-02-01 | 2024-01-20
    """)
    paid.expect("penalties_unpaid_overdue_count", as_of="2024-06-29", 甲=1)
    paid.expect("penalties_unpaid_overdue_count", as_of="2024-06-30", 甲=0)


MATTERS = """
    penalties                 | record | enterprise | occurred_on | matter       | withdrawn_at
    yesterday                 | a      | 甲         | 2024-06-29  | infringement |
    the same, two years ago   | b      | 甲         | 2022-07-01  | infringement |
    the same, a day more      | c      | 甲         | 2022-06-30  | infringement |
    of another sort           | d      | 甲         | 2024-06-01  | licence      |
    not told what about       | e      | 甲         | 2024-06-02  |              |
    nor this                  | f      | 甲         | 2024-06-03  |              |
    a false report            | g      | 乙         | 2024-06-29  | false_report |
    another, on the day       | h      | 乙         | 2024-06-30  | false_report |
    another, withdrawn        | i      | 乙         | 2024-06-01  | false_report | 2024-06-30
    only once                 | j      | 丙         | 2024-06-01  | certificate  |
"""


def test_a_repeat_is_a_penalty_for_a_matter_punished_before_in_the_window():
    matters = given(MATTERS)
    matters.expect("penalties_repeats_730d", as_of=A, 甲=1, 乙=0, 丙=0)
    matters.expect("penalties_repeats_1095d", as_of=A, 甲=2, 乙=0)
    matters.expect("penalties_repeats_730d", as_of="2024-06-29", 甲=1, 乙=0)
    matters.expect("penalties_repeats_730d", as_of="2024-07-01", 甲=0, 乙=1)
    matters.expect("penalties_infringement_repeats_1095d", as_of=A, 甲=2, 乙=0, 丙=0)


def test_penalties_are_counted_by_what_they_are_about():
    matters = given(MATTERS)
    matters.expect("penalties_infringement_count_1095d", as_of=A, 甲=3, 乙=0)
    matters.expect("penalties_false_report_count_1095d", as_of=A, 甲=0, 乙=1, 丙=0)
    matters.expect("penalties_certificate_count_1095d", as_of=A, 丙=1)
    matters.expect("penalties_advertising_count_1095d", as_of=A, 甲=0, 乙=0, 丙=0)
    matters.expect_evidence("penalties_infringement_repeats_1095d", as_of=A, 甲="a b c", 乙="")
