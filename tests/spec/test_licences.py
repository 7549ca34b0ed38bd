"""Licences: held, past their term, suspended or revoked."""

from tests.spec.tables import given

A = "2024-06-30"

LICENCES = """
    enterprises | enterprise | sectors
                | 甲         | 食品;药品
                | 乙         | 食品
                | 丙         |

    licences                | record | enterprise | occurred_on | sector | kind | valid_to   | state
    without end             | a      | 甲         | 2020-01-01  | 食品   | 生产 |            | valid
    ends the day after      | b      | 甲         | 2024-06-29  | 食品   | 经营 | 2024-07-01 | valid
    ends on the day         | c      | 乙         | 2004-01-01  | 食品   | 经营 | 2024-06-30 | valid
    marked as expired       | d      | 乙         | 2020-01-01  |        | 经营 | 2023-01-01 | expired
    suspended               | e      | 乙         | 2020-01-01  |        | 生产 |            | suspended
    revoked                 | f      | 乙         | 2020-01-01  |        | 生产 |            | revoked
    cancelled after its end | g      | 乙         | 2020-01-01  |        | 其他 | 2022-01-01 | cancelled
    granted on the day      | h      | 丙         | 2024-06-30  |        | 其他 |            | valid
"""


def test_a_licence_is_valid_before_its_last_day():
    licences = given(LICENCES)
    licences.expect("licences_count", as_of=A, sector="食品", 甲=2, 乙=5)
    licences.expect("licences_valid_count", as_of=A, sector="食品", 甲=2, 乙=0)
    licences.expect("licences_valid_count", as_of=A, sector="general", 丙=0)
    licences.expect("licences_expired_count", as_of=A, sector="食品", 甲=0, 乙=2)
    licences.expect("licences_expired_count", as_of="2024-06-29", sector="食品", 甲=0, 乙=1)


def test_states_are_counted():
    licences = given(LICENCES)
    licences.expect("licences_suspended_count", as_of=A, sector="食品", 甲=0, 乙=1)
    licences.expect("licences_revoked_active", as_of=A, sector="食品", 甲=0, 乙=1)
    licences.expect("licences_cancelled_count", as_of=A, sector="食品", 甲=0, 乙=1)
    licences.expect("licences_kinds_distinct", as_of=A, sector="食品", 甲=2, 乙=3)


def test_the_first_licence_is_capped_at_twenty_years_and_zero_without_any():
    licences = given(LICENCES)
    licences.expect("licences_oldest_days", as_of=A, sector="食品", 甲=1642, 乙=7300)
    licences.expect("licences_oldest_days", as_of=A, sector="general", 丙=0)
    licences.expect_evidence("licences_oldest_days", as_of=A, 甲="a", 乙="c", 丙="")


def test_valid_licences_of_the_sector():
    licences = given(LICENCES)
    licences.expect("licences_sector_valid_count", as_of=A, sector="食品", 甲=2, 乙=0)
    licences.expect("licences_sector_valid_count", as_of=A, sector="药品", 甲=0)


CERTIFICATES = """
    enterprises | enterprise | sectors
                | 甲         | 食品;认证
                | 乙         | 食品
                | 丙         | 食品

    licences                | enterprise | occurred_on | sector | valid_to   | state     | has_cold_chain | near_school
    cold chain, by a school | 甲         | 2020-01-01  | 食品   | 2024-07-01 | valid     | true           | true
    certificate suspended   | 甲         | 2022-01-01  | 认证   |            | suspended |                |
    certificate revoked     | 甲         | 2022-01-01  | 认证   |            | revoked   |                |
    ends on the day         | 乙         | 2020-01-01  | 食品   | 2024-06-30 | valid     | true           | true
    neither                 | 丙         | 2020-01-01  | 食品   |            | valid     | false          | false
    not told                | 丙         | 2020-01-01  | 食品   |            | valid     |                |
    suspended, cold chain   | 丙         | 2020-01-01  | 食品   |            | suspended | true           |
    granted on the day      | 丙         | 2024-06-30  | 食品   |            | valid     | true           | true
"""


def test_suspended_and_revoked_certificates_count_in_their_own_sector():
    certificates = given(CERTIFICATES)
    certificates.expect("licences_sector_suspended_count", as_of=A, sector="认证", 甲=1)
    certificates.expect("licences_sector_revoked_count", as_of=A, sector="认证", 甲=1)
    certificates.expect("licences_sector_suspended_count", as_of=A, sector="食品", 甲=0, 乙=0, 丙=1)
    certificates.expect("licences_sector_revoked_count", as_of=A, sector="食品", 甲=0, 乙=0, 丙=0)
    certificates.expect("licences_sector_expired_count", as_of=A, sector="食品", 甲=0, 乙=1, 丙=0)


def test_cold_chain_and_schools_are_read_from_licences_in_force():
    certificates = given(CERTIFICATES)
    for indicator in ("licences_sector_cold_chain_count", "licences_sector_near_school_count"):
        certificates.expect(indicator, as_of=A, sector="食品", 甲=1, 乙=0, 丙=0)
        certificates.expect(indicator, as_of="2024-06-29", sector="食品", 甲=1, 乙=1, 丙=0)
        certificates.expect(indicator, as_of="2024-07-01", sector="食品", 甲=0, 乙=0, 丙=1)
        certificates.expect(indicator, as_of=A, sector="认证", 甲=0)


def test_a_suspension_acts_from_the_day_it_is_known():
    suspended = given("""
        licences  | record | enterprise | occurred_on | known_at         | sector  | state
        granted   | a      | 甲         | 2020-01-01  | 2020-01-02       | general | valid
        suspended | a      | 甲         | 2020-01-01  | 2024-06-29 12:00 | general | suspended
    """)
    suspended.expect("licences_sector_suspended_count", as_of="2024-06-29", 甲=0)
    suspended.expect("licences_sector_suspended_count", as_of="2024-06-30", 甲=1)
