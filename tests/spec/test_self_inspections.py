"""Self-inspection reports, due on 31 March: whether they came, and what the enterprise found itself."""

from tests.spec.tables import given

A = "2024-06-30"

REPORTS = """
    enterprises | enterprise | sectors
                | 甲         | 医疗器械;特种设备
                | 乙         | 医疗器械
                | 丙         | 医疗器械

    self_inspections         | record | enterprise | sector   | year | occurred_on | state     | problems_found
    missing                  | a      | 甲         | 医疗器械 | 2023 | 2024-04-01  | not_filed |
    late, a year ago         | b      | 甲         | 医疗器械 | 2022 | 2023-07-01  | late      | 3
    in time                  | c      | 甲         | 医疗器械 | 2021 | 2022-03-01  | on_time   | 2
    in time, another sector  | d      | 甲         | 特种设备 | 2023 | 2024-03-31  | on_time   | 1
    late, a year and a day   | e      | 乙         | 医疗器械 | 2022 | 2023-06-30  | late      |
    missing, found that day  | f      | 乙         | 医疗器械 | 2023 | 2024-06-30  | not_filed |
    no sector named          | g      | 丙         |          | 2023 | 2024-04-01  | not_filed |
"""


def test_reports_missing_and_late_are_counted_in_their_sector():
    reports = given(REPORTS)
    reports.expect("self_inspections_not_filed_count_365d", as_of=A, sector="医疗器械", 甲=1, 乙=0, 丙=0)
    reports.expect("self_inspections_not_filed_count_365d", as_of="2024-07-01", sector="医疗器械", 乙=1)
    reports.expect("self_inspections_not_filed_count_365d", as_of=A, sector="特种设备", 甲=0)
    reports.expect("self_inspections_late_count_365d", as_of=A, sector="医疗器械", 甲=1, 乙=0)
    reports.expect("self_inspections_late_count_1095d", as_of=A, sector="医疗器械", 甲=1, 乙=1, 丙=0)
    reports.expect("self_inspections_on_time_count_1095d", as_of=A, sector="医疗器械", 甲=1, 乙=0)
    reports.expect("self_inspections_problems_sum_1095d", as_of=A, sector="医疗器械", 甲=5, 乙=0, 丙=0)


def test_the_latest_report_is_that_of_the_last_year_reported_on():
    reports = given(REPORTS)
    reports.expect("self_inspections_state_latest", as_of=A, sector="医疗器械", 甲=2, 乙=1, 丙=None)
    reports.expect("self_inspections_state_latest", as_of="2024-07-01", sector="医疗器械", 乙=2)
    reports.expect("self_inspections_state_latest", as_of=A, sector="特种设备", 甲=0)


def test_of_several_reports_for_a_year_the_last_one_speaks():
    twice = given("""
        self_inspections | record | enterprise | sector  | year | occurred_on | state
        this year        | a      | 甲         | general | 2023 | 2024-03-01  | on_time
        of long ago      | b      | 甲         | general | 2020 | 2024-05-01  | not_filed
        again this year  | c      | 甲         | general | 2023 | 2024-04-09  | late
    """)
    twice.expect("self_inspections_state_latest", as_of=A, 甲=1)
    twice.expect_evidence("self_inspections_state_latest", as_of=A, 甲="c")


def test_a_missing_report_is_late_once_it_is_known_to_have_come():
    later = given("""
        self_inspections  | record | enterprise | sector  | year | occurred_on | known_at         | state
        found missing     | a      | 甲         | general | 2023 | 2024-04-01  | 2024-04-02       | not_filed
        came after all    | a      | 甲         | general | 2023 | 2024-04-20  | 2024-06-29 18:00 | late
        known on the day  | b      | 乙         | general | 2023 | 2024-04-01  | 2024-06-30 00:00 | not_filed
        withdrawn version | c      | 丙         | general | 2023 | 2024-04-01  | 2024-04-02       | not_filed
    """)
    later.expect("self_inspections_not_filed_count_365d", as_of="2024-06-29", 甲=1, 乙=0, 丙=1)
    later.expect("self_inspections_not_filed_count_365d", as_of="2024-06-30", 甲=0, 乙=0)
    later.expect("self_inspections_late_count_365d", as_of="2024-06-30", 甲=1)
    later.expect("self_inspections_not_filed_count_365d", as_of="2024-07-01", 乙=1)


def test_a_withdrawn_report_counts_for_nothing_from_that_day_on():
    withdrawn = given("""
        self_inspections         | enterprise | sector  | year | occurred_on | state     | withdrawn_at
        withdrawn the day before | 甲         | general | 2023 | 2024-04-01  | not_filed | 2024-06-29
        withdrawn on the day     | 乙         | general | 2023 | 2024-04-01  | not_filed | 2024-06-30
        withdrawn the day after  | 丙         | general | 2023 | 2024-04-01  | not_filed | 2024-07-01
    """)
    withdrawn.expect("self_inspections_not_filed_count_365d", as_of=A, 甲=0, 乙=0, 丙=1)
    withdrawn.expect("self_inspections_state_latest", as_of=A, 甲=None, 乙=None, 丙=2)


def test_time_since_a_failure_is_capped_and_never_null():
    reports = given(REPORTS)
    reports.expect("self_inspections_failures_days_since", as_of=A, sector="医疗器械", 甲=90, 乙=366, 丙=1095)
    reports.expect_evidence("self_inspections_failures_days_since", as_of=A, 甲="a", 乙="e", 丙="")
