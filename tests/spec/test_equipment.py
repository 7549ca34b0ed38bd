# ruff: noqa: E501 - a record is one line of a table
"""Special equipment and instruments: how many there are, and how many are overdue."""

from tests.spec.tables import given

A = "2024-06-30"

EQUIPMENT = """
    enterprises | enterprise | sectors
                | 甲         | 特种设备;计量
                | 乙         | 计量

    equipment             | record | enterprise | sector   | occurred_on | kind | next_inspection_due | last_result | state
    due on the day        | a      | 甲         | 特种设备 | 2020-01-01  | 电梯 | 2024-06-30          | pass        | in_use
    due the day after     | b      | 甲         | 特种设备 | 2020-01-01  | 电梯 | 2024-07-01          | fail        | in_use
    no date known         | c      | 甲         | 计量     | 2020-01-01  | 衡器 |                     |             | in_use
    overdue, out of use   | d      | 甲         | 计量     | 2020-01-01  | 衡器 | 2023-01-01          | pending     | idle
    unregistered          | e      | 乙         |          | 2024-06-29  | 锅炉 |                     |             | unregistered
    registered on the day | f      | 乙         | 计量     | 2024-06-30  | 衡器 |                     |             | in_use
"""


def test_devices_in_use_are_overdue_from_the_day_their_inspection_is_due():
    equipment = given(EQUIPMENT)
    equipment.expect("equipment_count", as_of=A, sector="计量", 甲=4, 乙=1)
    equipment.expect("equipment_in_use_count", as_of=A, sector="计量", 甲=3, 乙=0)
    equipment.expect("equipment_overdue_count", as_of=A, sector="计量", 甲=1, 乙=0)
    equipment.expect("equipment_overdue_count", as_of="2024-06-29", sector="计量", 甲=0)
    equipment.expect("equipment_overdue_count", as_of="2024-07-01", sector="计量", 甲=2)
    equipment.expect("equipment_failed_count", as_of=A, sector="计量", 甲=1, 乙=0)
    equipment.expect("equipment_unregistered_count", as_of=A, sector="计量", 甲=0, 乙=1)


def test_the_share_overdue_is_null_without_devices_in_use():
    given(EQUIPMENT).expect("equipment_overdue_share", as_of=A, sector="计量", 甲=1 / 3, 乙=None)


def test_kinds_and_the_rows_own_sector():
    equipment = given(EQUIPMENT)
    equipment.expect("equipment_kinds_distinct", as_of=A, sector="计量", 甲=2, 乙=1)
    equipment.expect("equipment_sector_count", as_of=A, sector="计量", 甲=2, 乙=0)
    equipment.expect("equipment_sector_count", as_of=A, sector="特种设备", 甲=2)


def test_devices_of_the_rows_own_sector():
    equipment = given(EQUIPMENT)
    equipment.expect("equipment_sector_in_use_count", as_of=A, sector="特种设备", 甲=2)
    equipment.expect("equipment_sector_in_use_count", as_of=A, sector="计量", 甲=1, 乙=0)
    equipment.expect("equipment_sector_overdue_count", as_of=A, sector="特种设备", 甲=1)
    equipment.expect("equipment_sector_overdue_count", as_of="2024-06-29", sector="特种设备", 甲=0)
    equipment.expect("equipment_sector_overdue_count", as_of="2024-07-01", sector="特种设备", 甲=2)
    equipment.expect("equipment_sector_overdue_count", as_of=A, sector="计量", 甲=0, 乙=0)
    equipment.expect("equipment_sector_failed_count", as_of=A, sector="特种设备", 甲=1)
    equipment.expect("equipment_sector_unregistered_count", as_of=A, sector="计量", 甲=0, 乙=0)


def test_the_share_overdue_in_a_sector_is_pulled_to_that_sectors():
    # Population: 1 overdue of 3 in use with a sector; 特种设备 1 of 2, 计量 0 of 1; pulled with weight 50, then 2.
    lifts, scales = (1 + 50 / 3) / (2 + 50), (0 + 50 / 3) / (1 + 50)
    equipment = given(EQUIPMENT)
    equipment.expect("equipment_sector_overdue_share", as_of=A, sector="特种设备", 甲=(1 + 2 * lifts) / (2 + 2))
    equipment.expect("equipment_sector_overdue_share", as_of=A, sector="计量", 甲=2 * scales / (1 + 2), 乙=scales)
    equipment.expect_evidence("equipment_sector_overdue_share", as_of=A, 甲="a b c", 乙="")


def test_evidence():
    given(EQUIPMENT).expect_evidence("equipment_overdue_share", as_of=A, 甲="a b c", 乙="")
