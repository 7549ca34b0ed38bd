"""归集共享 in the monthly report: what arrived in the month, how good it was, and what nobody had yet."""

from datetime import date

import pytest

from records.errors import DataError
from supervision.report.collection import collection_section
from supervision.report.month import Month
from supervision.report.names import Sectors
from supervision.report.tables import Moved
from tests.monthly import PRICE, both, known, row, standards, table

ARRIVALS = """
    penalties | enterprise | occurred_on | known_at            | sector | kind
    too early | 甲         | 2024-05-01  | 2024-05-31T23:59:59 | price  | fine
    first     | 甲         | 2024-05-30  | 2024-06-01          | price  | fine
    bad code  | 甲         | 2024-06-02  | 2024-06-03          | price  | beheading
    last      | 甲         | 2024-06-29  | 2024-06-30T23:59:59 |        | fine
    too late  | 甲         | 2024-06-30  | 2024-07-01          | price  | fine
"""


def test_rows_count_in_the_month_in_which_they_became_known() -> None:
    section = collection_section(*both(ARRIVALS), Sectors({}))
    penalties = row(table(section, "按主题归集"), "行政处罚")
    assert penalties["入库"] == Moved(2, 1)
    assert penalties["隔离"] == Moved(1, 0)
    assert penalties["隔离率"] == Moved(1 / 3, 0.0)


def test_a_subject_that_was_never_given_is_unknown_and_not_zero() -> None:
    section = collection_section(*both(ARRIVALS), Sectors({}))
    assert row(table(section, "按主题归集"), "信用修复")["入库"] == Moved(None, None)
    assert row(table(section, "线索移送与共享"), "合计")["收到"] == Moved(None, None)


def test_quality_is_told_by_sector_and_by_office_beside_the_month_before() -> None:
    section = collection_section(*both(ARRIVALS), Sectors(standards()))
    food = row(table(section, "各领域数据质量"), "价格监管")
    assert (food["到达"], food["规范性"]) == (Moved(2, 1), Moved(0.5, 1.0))
    assert food["业务股室"] == standards()[PRICE].office
    assert row(table(section, "各领域数据质量"), "通用（未标明领域）")["到达"] == Moved(1, None)
    assert row(table(section, "各领域数据质量"), "食品经营")["到达"] == Moved(None, None)
    assert row(table(section, "各责任单位数据质量"), "某")["到达"] == Moved(3, 1)


def test_reasons_of_quarantine_are_told_in_words() -> None:
    reasons = table(collection_section(*both(ARRIVALS), Sectors(standards())), "隔离原因")
    assert len(reasons.rows) == 1
    assert row(reasons, "行政处罚")["代码"] == "bad_code:kind"
    assert row(reasons, "行政处罚")["行数"] == Moved(1, 0)


def test_leads_count_by_the_day_on_which_they_came_and_were_handled() -> None:
    section = collection_section(
        *both("""
        leads    | enterprise | occurred_on | known_at   | kind     | verified | handled_on | sent_to
        of May   | 甲         | 2024-05-20  | 2024-05-20 | transfer | true     | 2024-06-02 |
        of June  | 甲         | 2024-06-20  | 2024-06-20 | transfer | false    |            | 税务局
        of July  | 甲         | 2024-06-30  | 2024-07-02 | transfer | true     |            | 税务局
        """),
        Sectors({}),
    )
    lead = row(table(section, "线索移送与共享"), "其他部门移送")
    assert lead["收到"] == Moved(1, 1)
    assert lead["查实"] == Moved(0, 1)
    # What was handled in June was known in May already; that it would be is not held against that row.
    assert lead["办结"] == Moved(1, 0)
    assert lead["移送其他单位"] == Moved(1, 0)


def test_a_month_before_anything_was_known_has_no_report() -> None:
    with pytest.raises(DataError, match="needs a record known before 1999-03-01, found none"):
        known(ARRIVALS, Month(date(1999, 2, 1)))
