# ruff: noqa: E501 - a record is one line of a table
"""Leads from monitoring and other departments: what they are about, whether they were true, how long they took."""

from tests.spec.tables import given

A = "2024-06-30"

LEADS = """
    enterprises | enterprise | sectors
                | 甲         | 广告;网络
                | 乙         | 广告
                | 丙         | 广告

    leads                       | record | enterprise | sector | occurred_on | kind       | matter         | verified | handled_on
    true and handled the day    | a      | 甲         | 广告   | 2024-06-29  | monitoring | advertising    | true     | 2024-06-30
    true, open, 46 days old     | b      | 甲         | 广告   | 2024-05-15  | media      | advertising    | true     |
    found false                 | c      | 甲         | 广告   | 2024-06-01  | monitoring | advertising    | false    | 2024-06-02
    not yet checked, 45 days    | d      | 甲         |        | 2024-05-16  | transfer   | advertising    |          |
    taken down                  | e      | 甲         | 网络   | 2023-07-02  | platform   | online_display | true     | 2023-09-01
    true, a year and a day ago  | f      | 乙         | 广告   | 2023-06-30  | transfer   | advertising    | true     | 2023-08-15
    on the day                  | g      | 丙         | 广告   | 2024-06-30  | monitoring | advertising    | true     |
"""


def test_leads_are_counted_by_matter_and_by_what_became_of_them():
    leads = given(LEADS)
    leads.expect("leads_count_365d", as_of=A, sector="广告", 甲=5, 乙=0, 丙=0)
    leads.expect("leads_verified_count_1095d", as_of=A, sector="广告", 甲=3, 乙=1, 丙=0)
    leads.expect("leads_transfer_count_1095d", as_of=A, sector="广告", 甲=1, 乙=1, 丙=0)
    leads.expect("leads_advertising_count_365d", as_of=A, sector="网络", 甲=4)
    leads.expect("leads_advertising_count_365d", as_of=A, sector="广告", 乙=0, 丙=0)
    leads.expect("leads_advertising_count_365d", as_of="2024-07-01", sector="广告", 丙=1)
    leads.expect("leads_advertising_verified_count_1095d", as_of=A, sector="广告", 甲=2, 乙=1, 丙=0)
    leads.expect("leads_online_display_count_365d", as_of=A, sector="广告", 甲=1, 乙=0)
    leads.expect("leads_online_display_takedowns_count_1095d", as_of=A, sector="广告", 甲=1, 乙=0)
    leads.expect("leads_standard_gap_count_365d", as_of=A, sector="广告", 甲=0, 乙=0)


def test_verified_leads_of_the_rows_own_sector():
    leads = given(LEADS)
    leads.expect("leads_sector_verified_count_1095d", as_of=A, sector="广告", 甲=2, 乙=1, 丙=0)
    leads.expect("leads_sector_verified_count_1095d", as_of=A, sector="网络", 甲=1)


def test_a_verified_lead_is_open_before_the_day_it_is_handled():
    leads = given(LEADS)
    leads.expect("leads_advertising_open_count", as_of=A, sector="广告", 甲=1, 乙=0, 丙=0)
    handling = given("""
        leads                  | enterprise | occurred_on | matter      | verified | handled_on
        handled the day before | 甲         | 2024-06-01  | advertising | true     | 2024-06-29
        handled on the day     | 乙         | 2024-06-01  | advertising | true     | 2024-06-30
        handled the day after  | 丙         | 2024-06-01  | advertising | true     | 2024-07-01
    """)
    handling.expect("leads_advertising_open_count", as_of=A, 甲=0, 乙=0, 丙=1)


def test_a_lead_is_late_after_forty_five_days_handled_or_not():
    # b is open since 46 days, d since 45; f took 46 days.
    leads = given(LEADS)
    leads.expect("leads_advertising_late_count_1095d", as_of=A, sector="广告", 甲=1, 乙=1, 丙=0)
    leads.expect("leads_advertising_late_count_1095d", as_of="2024-06-29", sector="广告", 甲=0)
    leads.expect("leads_advertising_late_count_1095d", as_of="2024-07-01", sector="广告", 甲=2)
    handling = given("""
        leads            | enterprise | occurred_on | matter      | handled_on
        took 45 days     | 甲         | 2024-01-01  | advertising | 2024-02-15
        took 46 days     | 乙         | 2024-01-01  | advertising | 2024-02-16
        will take 60     | 丙         | 2024-06-01  | advertising | 2024-07-31
        of another sort  | 丁         | 2024-01-01  | contract    |
    """)
    handling.expect("leads_advertising_late_count_1095d", as_of=A, 甲=0, 乙=1, 丙=0, 丁=0)


def test_what_became_of_a_lead_counts_from_the_day_it_was_known():
    later = given("""
        leads            | record | enterprise | occurred_on | known_at         | matter      | verified | handled_on | withdrawn_at
        as received      | a      | 甲         | 2024-05-01  | 2024-05-02       | advertising |          |            |
        found true       | a      | 甲         | 2024-05-01  | 2024-06-29 12:00 | advertising | true     | 2024-06-20 |
        as received      | b      | 乙         | 2024-05-01  | 2024-05-02       | advertising |          |            |
        found true       | b      | 乙         | 2024-05-01  | 2024-06-30 00:00 | advertising | true     | 2024-06-20 |
        known late       | c      | 丙         | 2024-05-01  | 2024-06-30       | advertising | true     |            |
        withdrawn        | d      | 丁         | 2024-05-01  | 2024-05-02       | advertising | true     |            | 2024-06-30
    """)
    later.expect("leads_advertising_verified_count_1095d", as_of="2024-06-29", 甲=0, 丁=1)
    later.expect("leads_advertising_verified_count_1095d", as_of=A, 甲=1, 乙=0, 丙=0, 丁=0)
    later.expect("leads_advertising_verified_count_1095d", as_of="2024-07-01", 乙=1, 丙=1)
    later.expect("leads_advertising_count_365d", as_of=A, 甲=1, 乙=1, 丙=0, 丁=0)


def test_time_since_is_capped_and_never_null():
    given(LEADS).expect("leads_verified_days_since", as_of=A, sector="广告", 甲=1, 乙=366, 丙=1095)


def test_evidence():
    leads = given(LEADS)
    leads.expect_evidence("leads_advertising_verified_count_1095d", as_of=A, 甲="a b", 乙="f", 丙="")
    leads.expect_evidence("leads_advertising_late_count_1095d", as_of=A, 甲="b", 乙="f", 丙="")
    leads.expect_evidence("leads_verified_days_since", as_of=A, 甲="a", 丙="")
